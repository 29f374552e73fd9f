import { html } from 'lit'
import type { Sanction } from '../../contract/index.ts'
import { nothing, sanctioning, when, who } from './parts.ts'
import { cards, listed, type Page, type View } from './view.ts'

const item = ({ userName, kind, until, reason, createdAt }: Sanction, page: Page) => {
  const lift = () =>
    page.act(() => page.desk.sanction(userName, kind, null), `The ${kind} of ${userName} is lifted.`)
  return html`<li>
    <h3>${who(userName)} is ${kind === 'ban' ? 'banned' : 'muted'}</h3>
    <p>
      Since ${when(createdAt)}, until ${until === null ? 'it is lifted' : when(until)}.
      ${reason === null ? '' : html`Reason: <q dir="auto">${reason}</q>`}
    </p>
    <div class="actions"><button @click=${lift}>Lift the ${kind} of ${who(userName)}</button></div>
  </li>`
}

export const sanctions: View = {
  title: 'Bans and mutes',
  open: (desk) =>
    listed(
      desk.sanctions,
      (items, page) => html`<details class="card">
          <summary>Ban or mute somebody</summary>
          ${sanctioning(page)}
        </details>
        ${
          items.length === 0
            ? nothing('Nobody is banned or muted in this room.')
            : cards(
                items,
                ({ userName, kind }) => `${kind} ${userName}`,
                (sanction) => item(sanction, page),
              )
        }`,
    ),
}
