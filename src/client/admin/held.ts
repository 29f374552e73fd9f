import { html } from 'lit'
import type { HeldMessage } from '../../contract/index.ts'
import { emptyNote, nameOf, timeOf } from './parts.ts'
import { cards, openList, type Page, type View } from './view.ts'

const item = ({ id, userName, message, edits, replyTo, createdAt }: HeldMessage, page: Page) => {
  const decide = (method: 'PUT' | 'DELETE', done: string) =>
    page.act(() => page.api.decide(method, id), `The message of ${userName} is ${done}.`)
  return html`<li>
    <p class="by">
      ${nameOf(userName)} · ${timeOf(createdAt)}${edits === null ? '' : ` · would change message ${edits}`}${
        replyTo === null ? '' : ` · answers message ${replyTo}`
      }
    </p>
    <p class="said" dir="auto">${message}</p>
    <div class="actions">
      <button @click=${() => decide('PUT', 'published')}>Approve</button>
      <button class="danger" @click=${() => decide('DELETE', 'refused')}>Refuse</button>
    </div>
  </li>`
}

export const held: View = {
  title: 'Waiting',
  open: (api) =>
    openList(api.held, (items, page) =>
      items.length === 0
        ? emptyNote('No message of this room waits for approval.')
        : cards(
            items,
            ({ id }) => id,
            (each) => item(each, page),
          ),
    ),
}
