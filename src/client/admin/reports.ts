import { html } from 'lit'
import type { Reported } from './moderation-api.ts'
import { emptyNote, messageView, nameOf, sanctionDetailsForm, timeOf } from './parts.ts'
import { cards, openList, type Page, type View } from './view.ts'

const item = ({ report, message }: Reported, page: Page) => {
  const { id, seq, userName, reason, createdAt, resolvedAt } = report
  const isResolved = resolvedAt !== null
  const resolve = () =>
    page.act(
      () => page.api.resolve(id, !isResolved),
      `Report ${id} is ${isResolved ? 'open again' : 'resolved'}.`,
    )
  const remove = () => page.act(() => page.api.remove(seq), `Message ${seq} is deleted.`)
  return html`<li class=${isResolved ? 'resolved' : ''}>
    <h3>Report ${id}${isResolved ? ', resolved' : ''}</h3>
    <p>
      ${nameOf(userName)} reported message ${seq} on ${timeOf(createdAt)}: <q dir="auto">${reason}</q>
      ${isResolved ? html`Resolved ${timeOf(resolvedAt)}.` : ''}
    </p>
    <blockquote>${messageView(message)}</blockquote>
    <div class="actions">
      <button @click=${resolve}>${isResolved ? 'Open again' : 'Resolve'}</button>
      ${message.message !== null ? html`<button class="danger" @click=${remove}>Delete message ${seq}</button>` : ''}
      ${message.userName && !message.bot ? sanctionDetailsForm(page, message.userName) : ''}
    </div>
  </li>`
}

export const reports: View = {
  title: 'Reports',
  open: (api) =>
    openList(api.reports, (items, page) =>
      items.length === 0
        ? emptyNote('No message of this room was reported.')
        : cards(
            items,
            ({ report }) => report.id,
            (each) => item(each, page),
          ),
    ),
}
