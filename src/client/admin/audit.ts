import { html, type TemplateResult } from 'lit'
import type { AuditEntry } from '../../contract/index.ts'
import { durationOf, emptyNote, nameOf, roomLink, timeOf } from './parts.ts'
import { openList, type View } from './view.ts'

/** An entry of the log of one room, or of that of all rooms, where the room is null for acts on the whole site. */
type Entry = AuditEntry & { chatroom?: string | null }

const sanctionDetails = ({ until, reason, deleteMessagesSeconds, networkUntil }: Entry) =>
  html`${until === undefined ? '' : html`, until ${until === null ? 'it is lifted' : timeOf(until)}`}${
    deleteMessagesSeconds === undefined ? '' : `, with the messages of ${durationOf(deleteMessagesSeconds)}`
  }${networkUntil === undefined ? '' : html`, with the network until ${timeOf(networkUntil)}`}${reason ? html`: <q dir="auto">${reason}</q>` : ''}`

const named = (hook: string | undefined) => html`<q dir="auto">${hook}</q>`

/** Returns what was done, to follow the name of who did it. */
const description = (entry: Entry): TemplateResult => {
  const { action, to, seq, from, upTo, settings = [], role, deleted, hook } = entry
  const onSite = entry.chatroom === null ? ' from the whole site' : ''
  switch (action) {
    case 'ban':
      return html`banned ${nameOf(to)}${onSite}${sanctionDetails(entry)}`
    case 'liftBan':
      return html`lifted the ban of ${nameOf(to)}${onSite}`
    case 'mute':
      return html`muted ${nameOf(to)}${sanctionDetails(entry)}`
    case 'liftMute':
      return html`lifted the mute of ${nameOf(to)}`
    case 'remove':
      return html`removed ${nameOf(to)} from the room`
    case 'makeMember':
      return html`made ${nameOf(to)} a member`
    case 'makeModerator':
      return html`made ${nameOf(to)} a moderator`
    case 'deleteMessage':
      return html`deleted message ${seq} of ${nameOf(to)}`
    case 'purge':
      return html`deleted the messages of ${nameOf(to)}
        ${from && upTo ? html`from ${timeOf(from)} to ${timeOf(upTo)}` : ''}`
    case 'pin':
      return html`pinned message ${seq} of ${nameOf(to)}`
    case 'unpin':
      return html`unpinned message ${seq} of ${nameOf(to)}`
    case 'changeSettings':
      return html`changed ${settings.join(', ') || 'settings'}${to === null ? '' : html`: ${nameOf(to)}`}`
    case 'approve':
      return html`approved what ${nameOf(to)} wrote`
    case 'refuse':
      return html`refused what ${nameOf(to)} wrote`
    case 'resolveReport':
      return html`resolved a report of message ${seq}`
    case 'reopenReport':
      return html`reopened a report of message ${seq}`
    case 'deleteChatroom':
      return html`deleted the chatroom ${deleted}`
    case 'changeRole':
      return html`gave ${nameOf(to)} the role ${role} of the site`
    case 'changeUser':
      return html`changed ${settings.join(', ')} of ${nameOf(to)}`
    case 'deleteUser':
      return html`deleted a user`
    case 'replaceToken':
      return html`gave ${nameOf(to)} a new token`
    case 'addWebhook':
      return html`added webhook ${entry.webhook}`
    case 'changeWebhook':
      return html`changed webhook ${entry.webhook}`
    case 'deleteWebhook':
      return html`deleted webhook ${entry.webhook}`
    case 'stopWebhook':
      return html`switched off webhook ${entry.webhook}: ${entry.reason}`
    case 'revokeToken':
      return html`revoked the token of ${nameOf(to)}`
    case 'createHook':
      return html`made the incoming webhook ${named(hook)}`
    case 'replaceHookSecret':
      return html`gave the incoming webhook ${named(hook)} a new URL`
    case 'deleteHook':
      return html`deleted the incoming webhook ${named(hook)}`
    case 'blockFile':
      return html`blocked the file ${named(entry.file)}`
    case 'unblockFile':
      return html`let the file ${named(entry.file)} be uploaded again`
    default:
      return action satisfies never
  }
}

/** Returns what was done, in one room or in all. */
export const auditItems = (entries: Entry[]): TemplateResult =>
  entries.length === 0
    ? emptyNote('Nobody has moderated here yet.')
    : html`<ol class="log">
        ${entries.map(
          (entry) => html`<li>
            <span>${timeOf(entry.createdAt)}${entry.chatroom ? html` · ${roomLink(entry.chatroom)}` : ''}</span>
            <p>${nameOf(entry.by, 'The admin, or somebody who has been deleted,')} ${description(entry)}</p>
          </li>`,
        )}
      </ol>`

export const audit: View = { title: 'Audit log', open: (api) => openList(api.audit, auditItems) }
