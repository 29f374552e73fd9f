import { html } from 'lit'
import type { Message } from '../../contract/index.ts'
import { clock, fields, nothing, said, sanctioningOf } from './parts.ts'
import { cards, listed, type Page, type View } from './view.ts'

const item = (message: Message, page: Page) => {
  const { seq, userName } = message
  const remove = () => page.act(() => page.desk.remove(seq), `Message ${seq} is deleted.`)
  return html`<li>
    ${said(message)}
    ${
      message.message === null
        ? ''
        : html`<div class="actions">
            <button class="grave" @click=${remove}>Delete message ${seq}</button>
            ${userName ? sanctioningOf(page, userName) : ''}
          </div>`
    }
  </li>`
}

const purge = (page: Page) => {
  const submit = (event: Event) => {
    const { author = '', from = '', upTo } = fields(event)
    const [begin, end] = [new Date(from), upTo ? new Date(upTo) : new Date()]
    if (!confirm(`Delete all that ${author} has said from ${clock(begin)} to ${clock(end)}?`)) return
    let count = 0
    return page.act(
      async () => {
        count = await page.desk.purge(author, begin, end)
      },
      () => `${count} ${count === 1 ? 'message' : 'messages'} of ${author} deleted.`,
    )
  }
  return html`<details class="card">
    <summary>Delete all that somebody has said</summary>
    <form class="fields" @submit=${submit}>
      <label>Author <input name="author" required maxlength="64" autocomplete="off"></label>
      <label>From <input name="from" type="datetime-local" required></label>
      <label>Up to (empty: now) <input name="upTo" type="datetime-local"></label>
      <button class="grave">Delete them</button>
    </form>
  </details>`
}

export const messages: View = {
  title: 'Messages',
  open: (desk) =>
    listed(
      desk.messages,
      (items, page) => html`${purge(page)}
        ${
          items.length === 0
            ? nothing('Nothing has been said in this room yet.')
            : cards(
                items,
                ({ seq }) => seq,
                (message) => item(message, page),
              )
        }`,
    ),
}
