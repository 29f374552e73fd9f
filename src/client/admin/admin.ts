/** The page `/admin`: admins and moderators look after the site, and owners and moderators after their rooms, by the public API alone. */
import { html, render } from 'lit'
import { ParlourError } from '../error.ts'
import { openStorage } from '../storage.ts'
import { openBlockedFiles, openFiles } from './files.ts'
import { openInbox } from './inbox.ts'
import { fieldsOf } from './parts.ts'
import { openPeople, openPerson, openSiteBans } from './people.ts'
import { openRoom, openRoomChoice, openRooms, roomViews } from './rooms.ts'
import { openSite } from './site.ts'
import { type SiteApi, siteApi } from './site-api.ts'
import { SiteStatus } from './status.ts'
import type { Actions, OpenedView } from './view.ts'
import { openSiteWebhooks } from './webhooks.ts'

const tabs = { inbox: 'Inbox', people: 'People', rooms: 'Rooms', files: 'Files', site: 'Site' } as const
type Tab = keyof typeof tabs
const isTab = (name: string | undefined): name is Tab => name !== undefined && Object.hasOwn(tabs, name)

/** Keeps the token until the tab is closed, so that it does not stay on a machine that others use. */
const storage = openStorage('sessionStorage')
const KEY = 'parlour admin'

const root = document.getElementById('admin') as HTMLElement

/** The user who is signed in. Undefined before. `status` is undefined for those who moderate single rooms. */
let session: { api: SiteApi; status: SiteStatus | undefined } | undefined
let shown: { address: string; view: OpenedView } | undefined
let isBusy = false
let notice: { text: string; isError: boolean } | undefined

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Returns the parts of the page's address: the tab, what is shown in it, and a part of that. */
const partsOfAddress = (): string[] => location.hash.slice(1).split('/').map(decoded)

const tabOf = ([tab]: string[]): Tab => {
  if (!session?.status) return 'rooms'
  return isTab(tab) ? tab : 'inbox'
}

const viewOf = ({ api, status }: NonNullable<typeof session>, parts: string[]): OpenedView => {
  const [, name = '', part = ''] = parts
  if (!status) return parts[0] === 'rooms' && name ? openRoom(api, name, part) : openRoomChoice()
  switch (tabOf(parts)) {
    case 'inbox':
      return openInbox(api, status)
    case 'people':
      if (name === 'bans') return openSiteBans(api)
      return name ? openPerson(api, status, Number(name)) : openPeople(api, part)
    case 'rooms':
      return name ? openRoom(api, name, part) : openRooms(api, part)
    case 'files':
      return name === 'blocked' ? openBlockedFiles(api) : openFiles(api)
    case 'site':
      return name === 'webhooks' ? openSiteWebhooks(api) : openSite(api, status)
  }
}

const draw = () => {
  const count = session?.status?.waiting ?? 0
  document.title = `${count > 0 ? `(${session?.status?.waitingText}) ` : ''}${shown?.view.title ?? 'Sign in'} · Parlour admin`
  render(session && shown ? page(session, shown.view) : signInPage(), root)
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const run: Actions['run'] = async (action) => {
  if (isBusy) return false
  isBusy = true
  notice = undefined
  draw()
  try {
    await action()
    return true
  } catch (error) {
    notice = { text: textOf(error), isError: true }
    return false
  } finally {
    isBusy = false
    draw()
    // The user has gone to another address meanwhile.
    if (session && shown && shown.address !== location.hash && !notice?.isError) void open()
  }
}

const act: Actions['act'] = async (action, done, then) => {
  const isDone = await run(async () => {
    try {
      await action()
    } catch (error) {
      // Somebody else may have done it meanwhile.
      await shown?.view.load().catch(() => undefined)
      throw error
    }
    await shown?.view.load()
    await then?.()
  })
  if (isDone) {
    notice = { text: typeof done === 'string' ? done : done(), isError: false }
    draw()
  }
  return isDone
}

const actions: Actions = { run, act, redraw: draw }

/** Shows what the page's address names. */
const open = () => {
  const current = session
  if (!current) return
  return run(async () => {
    const address = location.hash
    const view = viewOf(current, partsOfAddress())
    try {
      await view.load()
      shown = { address, view }
    } catch (error) {
      shown = { address, view: { title: tabs[tabOf(partsOfAddress())], load: view.load, show: () => html`` } }
      throw error
    }
  })
}

const enter = async (token: string) => {
  const api = siteApi(new URL('.', location.href).href, token)
  const isIn = await run(async () => {
    const status = await SiteStatus.open(api).catch((error: unknown) => {
      // Moderators of single rooms have no role on the site.
      if (error instanceof ParlourError && error.status === 403) return undefined
      throw error
    })
    session = { api, status }
  })
  if (!isIn) return
  storage.set(KEY, { token })
  await open()
}

const leave = () => {
  storage.set(KEY, undefined)
  session = undefined
  shown = undefined
  notice = undefined
  draw()
}

const POLL_MILLISECONDS = 15_000
/** Asks whether something is new, while somebody may see it. */
const poll = async () => {
  if (document.hidden || isBusy || !session?.status) return
  const { status } = session
  try {
    const isNew = await status.refresh()
    if (!isNew || session?.status !== status) return
    await shown?.view.refresh?.()
  } catch (error) {
    notice = { text: textOf(error), isError: true }
  }
  draw()
}
setInterval(poll, POLL_MILLISECONDS)
document.addEventListener('visibilitychange', poll)

const statusLine = () => html`<p class="notice ${notice?.isError ? 'bad' : ''}" role="status">
  ${isBusy ? 'One moment …' : notice?.text}
</p>`

const signInPage = () => {
  const submit = (event: Event) => enter(fieldsOf(event).token ?? '')
  return html`<h1>Sign in</h1>
    <p class="lead">
      For admins and moderators of this site, and for owners and moderators of its rooms. Your token is ADMIN_TOKEN, the one that you got when you
      created your name, or a JWT of your site's login: this page can't ask your site for it, so paste it here. It is kept until you close this tab, and is
      sent to this server only.
    </p>
    <form class="fields" @submit=${submit}>
      <label>Token <input name="token" type="password" required autocomplete="off"></label>
      <button>Sign in</button>
    </form>
    ${statusLine()}`
}

const page = ({ status }: NonNullable<typeof session>, view: OpenedView) => {
  const { more } = view
  const tab = tabOf(partsOfAddress())
  const names = status ? (Object.keys(tabs) as Tab[]) : (['rooms'] as const)
  return html`<div class="heading">
      <nav class="tabs" aria-label="Parts of the page">
        ${names.map(
          (name) =>
            html`<a href="#${name}" aria-current=${name === tab ? 'page' : 'false'}>${tabs[name]}${
              name === 'inbox' && status && status.waiting > 0
                ? html` <span class="count"><span class="hidden">, waiting:</span> ${status.waitingText}</span>`
                : ''
            }</a>`,
        )}
      </nav>
      <button class="leave" @click=${leave}>Sign out</button>
    </div>
    ${statusLine()}
    <section aria-labelledby="view" aria-busy=${isBusy}>
      <h1 id="view" tabindex="-1"><bdi>${view.title}</bdi></h1>
      ${view.show(actions)}
      ${more ? html`<button class="more" ?disabled=${isBusy} @click=${() => run(more)}>Show more</button>` : ''}
    </section>`
}

addEventListener('hashchange', async () => {
  await open()
  document.getElementById('view')?.focus()
})

addEventListener('keydown', (event) => {
  const { key, altKey, ctrlKey, metaKey, target } = event
  const isTyping = target instanceof Element && target.closest('input, select, textarea, dialog')
  if (altKey || ctrlKey || metaKey || isTyping || isBusy) return
  if (shown?.view.key?.(key, actions)) event.preventDefault()
})

/** Changes an address of `/moderate?room=lobby#reports`, which redirects here, to that of the room. */
const fromModerate = () => {
  const room = new URLSearchParams(location.search).get('room')
  if (room === null) return
  const part = location.hash.slice(1)
  const end = Object.hasOwn(roomViews, part) ? `/${part}` : ''
  history.replaceState(null, '', `${location.pathname}#rooms/${encodeURIComponent(room)}${end}`)
}

fromModerate()
draw()
const { token } = (storage.get(KEY) ?? {}) as { token?: unknown }
if (typeof token === 'string') void enter(token)
