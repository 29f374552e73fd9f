import { html } from 'lit'
import type { Chatroom, SharedSetting } from '../../contract/index.ts'
import { confirmByName, fieldsOf } from './parts.ts'
import {
  approvalField,
  newcomerFields,
  reactionFields,
  saveChanged,
  secondsField,
  settingsOf,
} from './setting-fields.ts'
import { openList, type Page, type View } from './view.ts'

const audiences = [
  ['anyone', 'Anyone'],
  ['members', 'Members only'],
] as const

const audienceField = (
  label: string,
  name: string,
  value: string,
) => html`<label>${label} <select name=${name}>
  ${audiences.map(([audience, words]) => html`<option value=${audience} ?selected=${audience === value}>${words}</option>`)}
</select></label>`

const settingsForm = (room: Chatroom, page: Page) => {
  const submit = (event: Event) => {
    const { title, topic, readers, posters, ...fields } = fieldsOf(event)
    const settings = settingsOf(fields)
    const values = { title: title || null, topic: topic || null, readers, posters, ...settings }
    const own = Object.keys(settings).map((name) => [
      name,
      room.ownSettings.includes(name as SharedSetting) ? room[name as keyof Chatroom] : null,
    ])
    const shown = { ...room, ...Object.fromEntries(own) }
    return page.act(() => saveChanged(values, shown, page.api.change), 'The settings are saved.')
  }
  const setting = <Name extends SharedSetting & keyof Chatroom>(name: Name) => ({
    value: room[name],
    isOwn: room.ownSettings.includes(name),
  })
  return html`<form class="fields" @submit=${submit}>
    <label class="wide">Title <input name="title" maxlength="200" dir="auto" .value=${room.title ?? ''}></label>
    <label class="wide">Topic <input name="topic" maxlength="200" dir="auto" .value=${room.topic ?? ''}></label>
    ${audienceField('Who may read', 'readers', room.readers)} ${audienceField('Who may post', 'posters', room.posters)}
    ${approvalField(setting('approval'))}
    ${secondsField('slowMode', 'Slow mode: seconds between two messages of a member', 21_600, setting('slowModeSeconds'))}
    ${newcomerFields(setting)}
    ${reactionFields(setting('reactions'))}
    <button>Save</button>
  </form>`
}

const show = ([room]: Chatroom[], page: Page) => {
  if (!room) return html``
  const { archived, name } = room
  const archive = () =>
    page.act(
      () => page.api.change({ archived: !archived }),
      archived ? `${name} is open again.` : `${name} is archived.`,
    )
  const remove = async () => {
    if (await page.run(() => page.api.removeRoom())) location.hash = '#rooms'
  }
  return html`${settingsForm(room, page)}
    <div class="card">
      <p>${archived ? 'This room is archived: it can be read, but nothing can be added.' : 'An archived room can be read, but nothing can be added.'}</p>
      <div class="actions"><button @click=${archive}>${archived ? 'Open the room again' : 'Archive the room'}</button></div>
    </div>
    <details class="card">
      <summary>Delete the room</summary>
      <p>Its messages can't be reached any more, by nobody. This can't be undone.</p>
      ${confirmByName(name, 'Delete the room', remove)}
    </details>`
}

export const roomSettings: View = { title: 'Settings', open: (api) => openList(api.settings, show) }
