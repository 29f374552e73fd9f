import { html, type TemplateResult } from 'lit'
import type { Hook, NewHook } from '../../contract/index.ts'
import { emptyNote, fieldsOf, timeOf } from './parts.ts'
import { cards, openList, type Page, type View } from './view.ts'

/** Renders a new URL. Nothing shows it a second time. */
const urlNote = ({ name, url }: NewHook) => html`<p class="lead">
    The URL of <q dir="auto">${name}</q>. Copy it now: it is shown this once.
  </p>
  <form class="fields">
    <label class="wide">URL <input readonly .value=${url} spellcheck="false"></label>
  </form>`

const show = (hooks: Hook[], page: Page, made: NewHook | undefined, keep: (hook?: NewHook) => void) => {
  const item = ({ id, name, createdAt, lastUsedAt }: Hook): TemplateResult => {
    const renew = () =>
      confirm(`Give ${name} a new URL? The old one stops at once.`) &&
      page.act(async () => keep(await page.api.renewHook(id)), `${name} has a new URL.`)
    const remove = () =>
      confirm(`Delete ${name}? Its messages stay.`) &&
      page.act(async () => {
        await page.api.removeHook(id)
        keep()
      }, `${name} is deleted.`)
    return html`<li>
      <h3><bdi>${name}</bdi></h3>
      <p>Made ${timeOf(createdAt)}, ${lastUsedAt === null ? 'never used' : html`last used ${timeOf(lastUsedAt)}`}.</p>
      <div class="actions">
        <button @click=${renew}>New URL for ${name}</button>
        <button class="danger" @click=${remove}>Delete ${name}</button>
      </div>
    </li>`
  }
  const make = (event: Event) => {
    const { name = '' } = fieldsOf(event)
    return page.act(async () => keep(await page.api.makeHook(name)), `${name} can post now.`)
  }
  return html`${made ? urlNote(made) : ''}
    <form class="fields" @submit=${make}>
      <label>Name, such as CI <input name="name" required maxlength="64" autocomplete="off"></label>
      <button>Make a webhook</button>
    </form>
    ${
      hooks.length === 0
        ? emptyNote('No other program posts to this room by an incoming webhook.')
        : cards(hooks, ({ id }) => id, item)
    }`
}

/** The incoming webhooks of a room, for those who may change it. */
export const hooks: View = {
  title: 'Incoming webhooks',
  open: (api) => {
    let made: NewHook | undefined
    return openList(api.hooks, (items, page: Page) =>
      show(items, page, made, (hook) => {
        made = hook
      }),
    )
  },
}
