import { html } from 'lit'
import type { AuditEntry, SiteUsage, Webhook } from '../../contract/index.ts'
import { auditItems } from './audit.ts'
import { emptyNote, fieldsOf } from './parts.ts'
import {
  approvalField,
  listOf,
  newcomerFields,
  reactionFields,
  saveChanged,
  secondsField,
  settingsOf,
} from './setting-fields.ts'
import type { SiteApi } from './site-api.ts'
import type { SiteStatus } from './status.ts'
import { type Actions, type OpenedView, openList } from './view.ts'
import { offList } from './webhook-state.ts'

const number = new Intl.NumberFormat('en')
const megabytes = (bytes: number) =>
  bytes >= 1e9 ? `${number.format(bytes / 1e9)} GB` : `${number.format(Math.round(bytes / 1e5) / 10)} MB`

/** Returns a bar that shows a part of a limit, with words before it. */
const meter = (label: string, value: number, max: number, words: string) => html`<div class="usage">
  <span>${label}</span>
  <meter aria-label=${label} min="0" max=${max} high=${max * 0.8} optimum="0" .value=${Math.min(value, max)}></meter>
  <span class="by">${words}</span>
</div>`

/** Returns what the sweep has still to remove. */
const sweepView = ({ ranAt, writesToday, dailyWrites, left }: SiteUsage['sweep']) => html`<p>
    Left to remove: ${number.format(left.deletedRooms)} deleted rooms with ${number.format(left.entriesOfDeletedRooms)} entries,
    ${number.format(left.erasures)} unfinished erasures of people, old messages in ${number.format(left.roomsWithOldMessages)} rooms,
    ${number.format(left.expiredRows)} expired rows.
    ${ranAt === null ? 'The hourly sweep has not run yet.' : `The hourly sweep last ran at ${new Date(ranAt).toLocaleString()}.`}
    It has written ${number.format(writesToday)}${dailyWrites === null ? '' : ` of ${number.format(dailyWrites)}`} rows today (SWEEP_WRITES).
  </p>`

const usageView = ({
  writesToday,
  dailyWrites,
  databaseBytes,
  databaseLimit,
  listening,
  sweep,
}: SiteUsage) => html`
  ${
    writesToday === null || dailyWrites === null
      ? html`<p>Writes of today are not counted, because DAILY_WRITES is 0.</p>`
      : meter(
          'Rows written today',
          writesToday,
          dailyWrites,
          `${number.format(writesToday)} of ${number.format(dailyWrites)} (DAILY_WRITES), until midnight UTC`,
        )
  }
  ${meter(
    'Database',
    databaseBytes,
    databaseLimit.free,
    `${megabytes(databaseBytes)} of ${megabytes(databaseLimit.free)} on the free plan, ${megabytes(databaseLimit.paid)} on the paid one`,
  )}
  <p>
    ${number.format(listening.people)}${listening.more ? '+' : ''} ${listening.people === 1 ? 'person listens' : 'people listen'} in
    ${number.format(listening.rooms)}${listening.more ? '+' : ''} ${listening.rooms === 1 ? 'room' : 'rooms'} now. Readers without a name are not counted.
  </p>
  ${sweepView(sweep)}`

const checklistView = (checklist: string[]) =>
  checklist.length === 0
    ? emptyNote('Everything is set for a public site.')
    : html`<p>These settings suit a prototype. Change them before the site is public:</p>
        <ul class="checklist">${checklist.map((sentence) => html`<li>${sentence}</li>`)}</ul>`

const settingsForm = (api: SiteApi, status: SiteStatus, actions: Actions) => {
  const { settings } = status.now
  const { blockedWords, slowModeSeconds, reactions, approval } = settings
  const submit = (event: Event) => {
    const { words = '', ...fields } = fieldsOf(event)
    const changes = { blockedWords: listOf(words, /\n/), ...settingsOf(fields) }
    return actions.act(async () => {
      await saveChanged(changes, settings, api.changeSettings)
      await status.refresh()
    }, 'The settings are saved.')
  }
  return html`<form class="fields" @submit=${submit}>
    ${approvalField({ value: approval })}
    ${secondsField('slowMode', 'Slow mode: seconds between two messages of a member', 21_600, { value: slowModeSeconds })}
    ${newcomerFields((name) => ({ value: settings[name] }))}
    ${reactionFields({ value: reactions })}
    <label class="wide">Blocked words, one in each line
      <textarea name="words" rows="6" dir="auto" .value=${blockedWords.join('\n')}></textarea></label>
    <button>Save</button>
  </form>`
}

/** Opens what concerns the whole site: usage, the checklist, webhooks that are off, default settings of rooms, and the audit log. */
export const openSite = (api: SiteApi, status: SiteStatus): OpenedView => {
  let usage: SiteUsage | undefined
  let off: Webhook[] = []
  const log = openList<AuditEntry & { chatroom: string | null }, Actions>(api.audit, auditItems)
  return {
    title: 'Site',
    async load() {
      const loadOff = async () => {
        off = await api.webhooks.off()
      }
      const [found] = await Promise.all([api.usage(), ...(status.isAdmin ? [log.load(), loadOff()] : [])])
      usage = found
    },
    get more() {
      return log.more
    },
    show: (actions) => html`
      <h2>Usage</h2>
      ${usage ? usageView(usage) : ''}
      ${
        status.isAdmin
          ? html`<h2>Before going public</h2>
              ${checklistView(status.now.checklist ?? [])}
              <h2>Outgoing webhooks</h2>
              ${offList(off)}
              <p><a href="#site/webhooks">All outgoing webhooks, of the site and of its rooms</a></p>
              <h2>Settings of rooms</h2>
              <p class="lead">
                They hold in each room that has not set its own. Newcomers are people without an approved message, and everybody under an open name.
                Messages that wait are in the inbox.
              </p>
              ${settingsForm(api, status, actions)}
              <h2>Audit log of all rooms</h2>
              ${log.show(actions)}`
          : html`<p class="lead">Settings, the checklist and the audit log are for admins.</p>`
      }`,
  }
}
