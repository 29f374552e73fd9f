import { html, nothing, type TemplateResult } from 'lit'
import type { HeldMessage, Message, SiteReport } from '../../contract/index.ts'
import { filesView, messageView, nameOf, personLink, roomLink, timeOf } from './parts.ts'
import type { SiteApi } from './site-api.ts'

/** Returns the messages around an item: those around the reported, edited or answered message, else the newest of the room. */
export const contextOf = (
  api: SiteApi,
  item: { report: SiteReport } | { held: HeldMessage },
): Promise<Message[]> => {
  if ('report' in item) return api.around(item.report.chatroom, item.report.seq)
  const { chatroom, edits, replyTo } = item.held
  const seq = edits ?? replyTo
  return seq === null ? api.newest(chatroom) : api.around(chatroom, seq)
}

const list = (messages: Message[], seq: number | null, last?: TemplateResult) =>
  html`<ol class="around" aria-label="The messages around it">
    ${messages.map(
      (each) => html`<li aria-current=${each.seq === seq ? 'true' : nothing}>${messageView(each, true)}</li>`,
    )}
    ${last ? html`<li aria-current="true">${last}</li>` : ''}
  </ol>`

/** Returns a report with the messages around the reported one; with that alone before they are loaded. */
export const reportView = (report: SiteReport, around: Message[], id: string): TemplateResult => {
  const { seq, chatroom, userName, reason, createdAt, message } = report
  return html`<p class="by" id=${id}>
      <span class="badge">report</span>
      ${nameOf(userName)} reported a message in ${roomLink(chatroom)} · ${timeOf(createdAt)}
    </p>
    <p class="reason">Reason: <q dir="auto">${reason}</q></p>
    ${around.length === 0 ? html`<blockquote>${messageView(message, true)}</blockquote>` : list(around, seq)}`
}

/** Returns a message that waits for approval with the messages around it. */
export const heldView = (held: HeldMessage, around: Message[], id: string): TemplateResult => {
  const { userId, userName, chatroom, message, files, edits, replyTo, createdAt } = held
  const text = html`<p class="by">
      ${personLink(userId, userName)} · ${timeOf(createdAt)} · not published${
        edits === null ? '' : `, would change no. ${edits}`
      }${replyTo === null ? '' : `, answers no. ${replyTo}`}
    </p>
    <p class="said" dir="auto">${message}</p>${filesView(files)}`
  return html`<p class="by" id=${id}>
      <span class="badge">waits</span>
      ${edits === null ? 'A message' : 'An edit'} of ${nameOf(userName)} waits for approval in ${roomLink(chatroom)}
    </p>
    ${around.length === 0 ? html`<blockquote>${text}</blockquote>` : list(around, edits ?? replyTo, text)}`
}
