import { html } from 'lit'
import type { Reported } from './moderation-api.ts'
import { nothing, said, sanctioningOf, when, who } from './parts.ts'
import { cards, listed, type Page, type View } from './view.ts'

const item = ({ report, message }: Reported, page: Page) => {
  const { id, seq, userName, reason, createdAt, resolvedAt } = report
  const isResolved = resolvedAt !== null
  const resolve = () =>
    page.act(
      () => page.desk.resolve(id, !isResolved),
      `Report ${id} is ${isResolved ? 'open again' : 'resolved'}.`,
    )
  const remove = () => page.act(() => page.desk.remove(seq), `Message ${seq} is deleted.`)
  return html`<li class=${isResolved ? 'resolved' : ''}>
    <h3>Report ${id}${isResolved ? ', resolved' : ''}</h3>
    <p>
      ${who(userName)} reported message ${seq} on ${when(createdAt)}: <q dir="auto">${reason}</q>
      ${isResolved ? html`Resolved ${when(resolvedAt)}.` : ''}
    </p>
    <blockquote>${said(message)}</blockquote>
    <div class="actions">
      <button @click=${resolve}>${isResolved ? 'Open again' : 'Resolve'}</button>
      ${message.message !== null ? html`<button class="grave" @click=${remove}>Delete message ${seq}</button>` : ''}
      ${message.userName ? sanctioningOf(page, message.userName) : ''}
    </div>
  </li>`
}

export const reports: View = {
  title: 'Reports',
  open: (desk) =>
    listed(desk.reports, (items, page) =>
      items.length === 0
        ? nothing('Nothing has been reported in this room.')
        : cards(
            items,
            ({ report }) => report.id,
            (each) => item(each, page),
          ),
    ),
}
