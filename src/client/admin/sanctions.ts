import { html } from 'lit'
import type { Sanction } from '../../contract/index.ts'
import { emptyNote, nameOf, networkSentence, sanctionForm, timeOf } from './parts.ts'
import { cards, openList, type Page, type View } from './view.ts'

const item = ({ userName, kind, until, reason, createdAt, networkUntil }: Sanction, page: Page) => {
  const lift = () =>
    page.act(() => page.api.setSanction(userName, kind, null), `The ${kind} of ${userName} is lifted.`)
  return html`<li>
    <h3>${nameOf(userName)} is ${kind === 'ban' ? 'banned' : 'muted'}</h3>
    <p>
      Since ${timeOf(createdAt)}, until ${until === null ? 'it is lifted' : timeOf(until)}.${networkSentence(networkUntil)}
      ${reason === null ? '' : html`Reason: <q dir="auto">${reason}</q>`}
    </p>
    <div class="actions"><button @click=${lift}>Lift the ${kind} of ${nameOf(userName)}</button></div>
  </li>`
}

export const sanctions: View = {
  title: 'Bans and mutes',
  open: (api) =>
    openList(
      api.sanctions,
      (items, page) => html`<details class="card">
          <summary>Ban or mute a user</summary>
          ${sanctionForm(page)}
        </details>
        ${
          items.length === 0
            ? emptyNote('Nobody is banned or muted in this room.')
            : cards(
                items,
                ({ userName, kind }) => `${kind} ${userName}`,
                (sanction) => item(sanction, page),
              )
        }`,
    ),
}
