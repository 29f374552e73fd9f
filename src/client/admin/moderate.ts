/** The page `/moderate`: owners, moderators and the admin moderate one room, by the public API alone. */
import { html, render } from 'lit'
import { fieldsOf as fieldsOfObject } from '../json.ts'
import { openStorage } from '../storage.ts'
import { audit } from './audit.ts'
import { blockedWords } from './blocked-words.ts'
import { messages } from './messages.ts'
import { type ModerationApi, moderationApi } from './moderation-api.ts'
import { fieldsOf } from './parts.ts'
import { reports } from './reports.ts'
import { sanctions } from './sanctions.ts'
import type { OpenedList, Page, View } from './view.ts'

const views: Record<string, View> = { reports, messages, sanctions, words: blockedWords, audit }

/** Keeps the token until the tab is closed, so that it does not stay on a machine that others use. */
const storage = openStorage('sessionStorage')
const KEY = 'parlour moderation'
type SignIn = { room: string; token: string }

const root = document.getElementById('moderation') as HTMLElement
const viewName = () => (Object.hasOwn(views, location.hash.slice(1)) ? location.hash.slice(1) : 'reports')

/** The view that is shown. Undefined until somebody has signed in. */
let view: { api: ModerationApi; name: string; list: OpenedList } | undefined
let isBusy = false
let notice: { text: string; isError: boolean } | undefined

const draw = () => {
  document.title = `${view ? `Moderating ${view.api.room}` : 'Moderation'} · Parlour`
  render(view ? roomPage(view) : signInPage(), root)
}

/** Runs an action, and shows why it failed. Ignores other actions until it has ended. */
const run = async (action: () => Promise<unknown>): Promise<boolean> => {
  if (isBusy) return false
  isBusy = true
  notice = undefined
  draw()
  try {
    await action()
    return true
  } catch (error) {
    notice = { text: error instanceof Error ? error.message : String(error), isError: true }
    return false
  } finally {
    isBusy = false
    draw()
    // The user has chosen another view meanwhile.
    if (view && !notice?.isError && view.name !== viewName()) open(view.api)
  }
}

const act: Page['act'] = async (action, done) => {
  const isDone = await run(async () => {
    await action()
    await view?.list.load()
  })
  if (!isDone) return
  notice = { text: typeof done === 'string' ? done : done(), isError: false }
  draw()
}

/** Shows the view that the page's address names. */
const open = (api: ModerationApi) =>
  run(async () => {
    const name = viewName()
    const list = (views[name] ?? reports).open(api)
    await list.load()
    view = { api, name, list }
  })

const enter = async ({ room, token }: SignIn) => {
  if (await open(moderationApi(location.origin, room, token)))
    storage.set(KEY, { room, token } satisfies SignIn)
}

const leave = () => {
  storage.set(KEY, undefined)
  view = undefined
  notice = undefined
  draw()
}

const status = () => html`<p class="notice ${notice?.isError ? 'bad' : ''}" role="status">
  ${isBusy ? 'One moment …' : notice?.text}
</p>`

const signInPage = () => {
  const submit = (event: Event) => {
    const { room = '', token = '' } = fieldsOf(event)
    return enter({ room, token })
  }
  return html`<h1>Moderate a room</h1>
    <p class="lead">
      For the owner of the room, its moderators and the admin. The token is the one that you got when you created your name, a JWT of
      your site's login, or ADMIN_TOKEN. It is kept until you close this tab, and is sent to this server only.
    </p>
    <form class="fields" @submit=${submit}>
      <label>Room <input name="room" required maxlength="64" autocomplete="off" spellcheck="false"></label>
      <label>Token <input name="token" type="password" required autocomplete="off"></label>
      <button>Open</button>
    </form>
    ${status()}`
}

const roomPage = ({ api, name: viewName, list }: NonNullable<typeof view>) => {
  const { more } = list
  return html`<div class="heading">
      <h1>Moderating <bdi>${api.room}</bdi></h1>
      <button @click=${leave}>Leave</button>
    </div>
    <nav class="views" aria-label="Views">
      ${Object.entries(views).map(
        ([name, { title }]) =>
          html`<a href="#${name}" aria-current=${name === viewName ? 'page' : 'false'}>${title}</a>`,
      )}
    </nav>
    ${status()}
    <section aria-labelledby="view" aria-busy=${isBusy}>
      <h2 id="view">${views[viewName]?.title}</h2>
      ${list.show({ api, act })}
      ${more ? html`<button class="more" @click=${() => run(more)}>Show more</button>` : ''}
    </section>`
}

addEventListener('hashchange', () => {
  if (view) open(view.api)
})

draw()
const { room, token } = fieldsOfObject(storage.get(KEY))
if (typeof room === 'string' && typeof token === 'string') enter({ room, token })
