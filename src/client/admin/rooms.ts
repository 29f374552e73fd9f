import { html } from 'lit'
import type { Chatroom } from '../../contract/index.ts'
import { audit } from './audit.ts'
import { blockedWords } from './blocked-words.ts'
import { held } from './held.ts'
import { hooks } from './hooks.ts'
import { messages } from './messages.ts'
import { moderationApi } from './moderation-api.ts'
import { emptyNote, fieldsOf, searchForm, timeOf } from './parts.ts'
import { reports } from './reports.ts'
import { roomSettings } from './room-settings.ts'
import { sanctions } from './sanctions.ts'
import type { SiteApi } from './site-api.ts'
import { type Actions, type OpenedView, openList, type View } from './view.ts'
import { webhooks } from './webhooks.ts'

/** The views of one room, by the end of their address. */
export const roomViews: Record<string, View> = {
  reports,
  held,
  messages,
  sanctions,
  words: blockedWords,
  hooks,
  webhooks,
  audit,
  settings: roomSettings,
}

const row = ({ name, title, owner, archived, memberCount, createdAt }: Chatroom) => html`<li class="row">
  <a href="#rooms/${encodeURIComponent(name)}"><bdi class="name">${name}</bdi></a>
  ${title === null ? '' : html`<bdi>${title}</bdi>`}
  ${archived ? html`<span class="badge">archived</span>` : ''}
  ${owner === null ? '' : html`<span class="badge quiet">of <bdi>${owner}</bdi></span>`}
  <span class="by">${memberCount} ${memberCount === 1 ? 'member' : 'members'} · since ${timeOf(createdAt)}</span>
</li>`

/** Returns the form that opens a room by its name. */
const openForm = () => {
  const submit = (event: Event) => {
    const { room = '' } = fieldsOf(event)
    location.hash = `#rooms/${encodeURIComponent(room)}`
  }
  return html`<form class="fields" @submit=${submit}>
    <label>Room <input name="room" required maxlength="64" autocomplete="off" spellcheck="false"></label>
    <button>Open</button>
  </form>`
}

/** Opens the search for rooms. Without words, it lists the newest ones. */
export const openRooms = (api: SiteApi, q: string): OpenedView => {
  const list = openList<Chatroom, Actions>(
    (url) => api.rooms(q, url),
    (rooms) => html`${searchForm('rooms', 'Part of a name', q)}
      ${
        rooms.length === 0
          ? emptyNote(q ? `No room has “${q}” in its name.` : 'There are no rooms yet.')
          : html`<ul class="rows">${rooms.map(row)}</ul>`
      }`,
  )
  return Object.assign(list, { title: 'Rooms' })
}

/** Opens the form for those who moderate single rooms. */
export const openRoomChoice = (): OpenedView => ({
  title: 'Rooms',
  load: async () => undefined,
  show: () => html`<p>You moderate single rooms. Type the name of one of them.</p>${openForm()}`,
})

/** Opens a view of one room. */
export const openRoom = (api: SiteApi, room: string, part: string): OpenedView => {
  const moderation = moderationApi(api.server, room, api.token)
  const shown = Object.hasOwn(roomViews, part) ? part : 'reports'
  const view = roomViews[shown] ?? reports
  const list = view.open(moderation)
  return {
    title: room,
    load: list.load,
    get more() {
      return list.more
    },
    show: (actions) => html`<nav class="views" aria-label="Views of the room">
        ${Object.entries(roomViews).map(
          ([name, { title }]) =>
            html`<a href="#rooms/${encodeURIComponent(room)}/${name}" aria-current=${name === shown ? 'page' : 'false'}>${title}</a>`,
        )}
      </nav>
      <h2 class="section">${view.title}</h2>
      ${list.show({ ...actions, api: moderation })}`,
  }
}
