import { html } from 'lit'
import type { Message } from '../../contract/index.ts'
import { emptyNote, fieldsOf, formatTime, messageView, sanctionDetailsForm } from './parts.ts'
import { cards, openList, type Page, type View } from './view.ts'

const item = (message: Message, page: Page) => {
  const { seq, userName, bot } = message
  const remove = () => page.act(() => page.api.remove(seq), `Message ${seq} is deleted.`)
  return html`<li>
    ${messageView(message)}
    ${
      message.message === null
        ? ''
        : html`<div class="actions">
            <button class="danger" @click=${remove}>Delete message ${seq}</button>
            ${userName && !bot ? sanctionDetailsForm(page, userName) : ''}
          </div>`
    }
  </li>`
}

const purge = (page: Page) => {
  const submit = (event: Event) => {
    const { author = '', from = '', upTo } = fieldsOf(event)
    const [begin, end] = [new Date(from), upTo ? new Date(upTo) : new Date()]
    if (!confirm(`Delete all messages of ${author} from ${formatTime(begin)} to ${formatTime(end)}?`)) return
    let count = 0
    return page.act(
      async () => {
        count = await page.api.purge(author, begin, end)
      },
      () => `${count} ${count === 1 ? 'message' : 'messages'} of ${author} deleted.`,
    )
  }
  return html`<details class="card">
    <summary>Delete all messages of a user</summary>
    <form class="fields" @submit=${submit}>
      <label>Author <input name="author" required maxlength="64" autocomplete="off"></label>
      <label>From <input name="from" type="datetime-local" required></label>
      <label>Up to (empty: now) <input name="upTo" type="datetime-local"></label>
      <button class="danger">Delete the messages</button>
    </form>
  </details>`
}

export const messages: View = {
  title: 'Messages',
  open: (api) =>
    openList(
      api.messages,
      (items, page) => html`${purge(page)}
        ${
          items.length === 0
            ? emptyNote('This room has no messages yet.')
            : cards(
                items,
                ({ seq }) => seq,
                (message) => item(message, page),
              )
        }`,
    ),
}
