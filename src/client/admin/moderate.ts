/** The page `/moderate`: what owners, moderators and the admin see and do in one room, by the public API alone. */
import { html, render } from 'lit'
import { fieldsOf } from '../json.ts'
import { openStorage } from '../storage.ts'
import { audit } from './audit.ts'
import { words } from './blocked-words.ts'
import { messages } from './messages.ts'
import { type ModerationApi, moderationApi } from './moderation-api.ts'
import { fields } from './parts.ts'
import { reports } from './reports.ts'
import { sanctions } from './sanctions.ts'
import type { Opened, Page, View } from './view.ts'

const views: Record<string, View> = { reports, messages, sanctions, words, audit }

/** Until the tab is closed: a moderator's token isn't left behind on a machine that others use. */
const memory = openStorage('sessionStorage')
const KEY = 'parlour moderation'
type Kept = { room: string; token: string }

const root = document.getElementById('moderation') as HTMLElement
const viewName = () => (Object.hasOwn(views, location.hash.slice(1)) ? location.hash.slice(1) : 'reports')

/** What is shown; nothing until somebody has been let in. */
let shown: { desk: ModerationApi; name: string; list: Opened } | undefined
let isBusy = false
let notice: { text: string; isBad: boolean } | undefined

const draw = () => {
  document.title = `${shown ? `Moderating ${shown.desk.room}` : 'Moderation'} · Parlour`
  render(shown ? roomPage(shown) : signInPage(), root)
}

/** Does something that takes a while. One thing at a time: what is clicked meanwhile is not done. */
const doing = async (what: () => Promise<unknown>): Promise<boolean> => {
  if (isBusy) return false
  isBusy = true
  notice = undefined
  draw()
  try {
    await what()
    return true
  } catch (error) {
    notice = { text: error instanceof Error ? error.message : String(error), isBad: true }
    return false
  } finally {
    isBusy = false
    draw()
    // Somebody has gone on to another view meanwhile.
    if (shown && !notice?.isBad && shown.name !== viewName()) open(shown.desk)
  }
}

const act: Page['act'] = async (what, done) => {
  const isDone = await doing(async () => {
    await what()
    await shown?.list.load()
  })
  if (!isDone) return
  notice = { text: typeof done === 'string' ? done : done(), isBad: false }
  draw()
}

/** Shows the view that the address names, of this desk. */
const open = (desk: ModerationApi) =>
  doing(async () => {
    const name = viewName()
    const list = (views[name] ?? reports).open(desk)
    await list.load()
    shown = { desk, name, list }
  })

const enter = async ({ room, token }: Kept) => {
  if (await open(moderationApi(location.origin, room, token))) memory.set(KEY, { room, token } satisfies Kept)
}

const leave = () => {
  memory.set(KEY, undefined)
  shown = undefined
  notice = undefined
  draw()
}

const status = () => html`<p class="notice ${notice?.isBad ? 'bad' : ''}" role="status">
  ${isBusy ? 'One moment …' : notice?.text}
</p>`

const signInPage = () => {
  const submit = (event: Event) => {
    const { room = '', token = '' } = fields(event)
    return enter({ room, token })
  }
  return html`<h1>Moderate a room</h1>
    <p class="lead">
      For its owner, its moderators and the admin. The token is the one that making your name gave you, your site's login, or
      ADMIN_TOKEN; it is kept until you close this tab, and sent to this server only.
    </p>
    <form class="fields" @submit=${submit}>
      <label>Room <input name="room" required maxlength="64" autocomplete="off" spellcheck="false"></label>
      <label>Token <input name="token" type="password" required autocomplete="off"></label>
      <button>Open</button>
    </form>
    ${status()}`
}

const roomPage = ({ desk, name: shownName, list }: NonNullable<typeof shown>) => {
  const { more } = list
  return html`<div class="heading">
      <h1>Moderating <bdi>${desk.room}</bdi></h1>
      <button @click=${leave}>Leave</button>
    </div>
    <nav class="views" aria-label="Views">
      ${Object.entries(views).map(
        ([name, { title }]) =>
          html`<a href="#${name}" aria-current=${name === shownName ? 'page' : 'false'}>${title}</a>`,
      )}
    </nav>
    ${status()}
    <section aria-labelledby="view" aria-busy=${isBusy}>
      <h2 id="view">${views[shownName]?.title}</h2>
      ${list.show({ desk, act })}
      ${more ? html`<button class="more" @click=${() => doing(more)}>Show more</button>` : ''}
    </section>`
}

addEventListener('hashchange', () => {
  if (shown) open(shown.desk)
})

draw()
const { room, token } = fieldsOf(memory.get(KEY))
if (typeof room === 'string' && typeof token === 'string') enter({ room, token })
