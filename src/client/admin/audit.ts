import { html, type TemplateResult } from 'lit'
import type { AuditEntry } from '../../contract/index.ts'
import { nothing, when, who } from './parts.ts'
import { listed, type View } from './view.ts'

const limits = ({ until, reason }: AuditEntry) =>
  html`${until === undefined ? '' : html`, until ${until === null ? 'it is lifted' : when(until)}`}${
    reason ? html`: <q dir="auto">${reason}</q>` : ''
  }`

/** What was done, after the name of who did it. */
const deed = (entry: AuditEntry): TemplateResult => {
  const { action, to, seq, from, upTo, settings = [] } = entry
  switch (action) {
    case 'ban':
      return html`banned ${who(to)}${limits(entry)}`
    case 'liftBan':
      return html`lifted the ban of ${who(to)}`
    case 'mute':
      return html`muted ${who(to)}${limits(entry)}`
    case 'liftMute':
      return html`lifted the mute of ${who(to)}`
    case 'remove':
      return html`removed ${who(to)} from the room`
    case 'makeMember':
      return html`made ${who(to)} a member`
    case 'makeModerator':
      return html`made ${who(to)} a moderator`
    case 'deleteMessage':
      return html`deleted message ${seq} of ${who(to)}`
    case 'purge':
      return html`deleted what ${who(to)} had said
        ${from && upTo ? html`from ${when(from)} to ${when(upTo)}` : ''}`
    case 'changeSettings':
      return html`changed ${settings.join(', ') || 'settings'}${to === null ? '' : html`: ${who(to)}`}`
  }
}

export const audit: View = {
  title: 'Audit log',
  open: (desk) =>
    listed(desk.audit, (entries) =>
      entries.length === 0
        ? nothing('Nobody has moderated this room yet.')
        : html`<ol class="log">
            ${entries.map(
              (entry) => html`<li>
                <span>${when(entry.createdAt)}</span>
                <p>${who(entry.by, 'The admin, or somebody who has been deleted,')} ${deed(entry)}</p>
              </li>`,
            )}
          </ol>`,
    ),
}
