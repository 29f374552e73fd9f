import { html, type TemplateResult } from 'lit'
import { shownTypes } from '../../contract/file-types.ts'
import type { ChatFile, Message } from '../../contract/index.ts'
import type { SanctionTerms } from './moderation-api.ts'
import type { Page } from './view.ts'

/** Returns a user's name, which may be in a script that runs the other way. */
export const nameOf = (name: string | null, otherwise = 'a deleted user') =>
  name === null ? html`<em>${otherwise}</em>` : html`<bdi class="name">${name}</bdi>`

/** Returns a link to a room's part of the page. */
export const roomLink = (room: string) =>
  html`<a href="#rooms/${encodeURIComponent(room)}"><bdi>${room}</bdi></a>`

/** Returns a link to a person's part of the page, or the name alone without an id. */
export const personLink = (id: number | null, name: string | null) =>
  id === null ? nameOf(name) : html`<a href="#people/${id}">${nameOf(name)}</a>`

/** Returns a time in the language of the page. */
export const formatTime = (time: string | Date) =>
  new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })

export const timeOf = (time: string) => html`<time datetime=${time}>${formatTime(time)}</time>`

/** Returns the text of an empty list. */
export const emptyNote = (text: string) => html`<p class="empty">${text}</p>`

const units = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
/** Returns a number of bytes in words. */
export const sizeOf = (bytes: number): string =>
  bytes < 1e6 ? `${units.format(bytes / 1e3)} kB` : `${units.format(bytes / 1e6)} MB`

const isPicture = ({ type }: ChatFile) => type.startsWith('image/') && shownTypes.includes(type)

/** Returns the files of a message: pictures in place, others as links. */
export const filesView = (files: readonly ChatFile[]) =>
  files.length === 0
    ? ''
    : html`<ul class="files">${files.map(
        (file) =>
          html`<li><a href=${file.url} target="_blank" rel="noopener">${
            isPicture(file)
              ? html`<img src=${file.url} alt=${file.description ?? file.name} width=${file.width ?? ''} height=${file.height ?? ''} loading="lazy">`
              : html`<bdi>${file.name}</bdi>`
          }</a> <span class="by"><bdi>${file.name}</bdi>, ${sizeOf(file.bytes)}</span></li>`,
      )}</ul>`

/** Returns a message with its author and time. With `isLinked`, the name leads to the person. */
export const messageView = (message: Message, isLinked = false): TemplateResult =>
  message.message !== null
    ? html`<p class="by">${isLinked ? personLink(message.userId, message.userName) : nameOf(message.userName)}${message.bot ? ' (bot)' : ''} · ${timeOf(message.createdAt)} · no. ${message.seq}</p>
        <p class="said" dir="auto">${message.message}</p>${filesView(message.files)}`
    : html`<p class="said"><em>This message is deleted.</em></p>`

/** Returns the fields of a submitted form by their names, without the spaces around them. */
export const fieldsOf = (event: Event): Record<string, string> => {
  event.preventDefault()
  const entries = [...new FormData(event.currentTarget as HTMLFormElement)]
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value).trim()]))
}

const HOUR = 3600
const lengths = [
  ['10 minutes', 600],
  ['1 hour', HOUR],
  ['1 day', 24 * HOUR],
  ['1 week', 7 * 24 * HOUR],
  ['30 days', 30 * 24 * HOUR],
] as const

/** Returns a length of time in words. */
export const durationOf = (seconds: number): string => {
  const units = [
    ['day', 24 * HOUR],
    ['hour', HOUR],
    ['minute', 60],
    ['second', 1],
  ] as const
  const [unit, size] = units.find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Returns the lengths of a ban or mute. `chosen`, in seconds, is selected; undefined: until it is lifted. */
export const durationOptions = (chosen: number | undefined) => html`
  ${lengths.map(([words, seconds]) => html`<option value=${seconds} ?selected=${seconds === chosen}>${words}</option>`)}
  <option value="" ?selected=${chosen === undefined}>Until it is lifted</option>`

/** Returns the spans of time whose messages a ban deletes. With `hasMessage`, the ban is about one message, which is deleted with it. */
export const deletionOptions = (hasMessage = false) => html`
  ${hasMessage ? html`<option value="0">This message only</option>` : ''}
  <option value="" ?selected=${!hasMessage}>None</option>
  ${[
    ['the last hour', HOUR],
    ['the last 24 hours', 24 * HOUR],
    ['the last 7 days', 7 * 24 * HOUR],
  ].map(
    ([words, seconds]) =>
      html`<option value=${seconds}>${hasMessage ? 'This one, and all' : 'All'} of ${words}</option>`,
  )}`

/** Returns the terms of a ban or mute from the fields of its form. */
export const termsOf = ({ seconds = '', reason = '', deletes }: Record<string, string>): SanctionTerms => {
  const deleteMessagesSeconds = Number(deletes ?? '')
  return {
    seconds: seconds === '' ? null : Number(seconds),
    reason: reason || null,
    ...(deleteMessagesSeconds > 0 && { deleteMessagesSeconds }),
  }
}

/** Returns a sentence about the ban of a person's network, if it is banned too. */
export const networkSentence = (networkUntil: string | undefined) =>
  networkUntil === undefined
    ? ''
    : html` New people from the same network may not write until ${timeOf(networkUntil)}.`

/** Returns the end of a notice: how many messages were deleted with a ban. */
export const deletedText = (count: number) =>
  count === 0 ? '' : ` ${count} ${count === 1 ? 'message is' : 'messages are'} deleted.`

/** Returns a form that bans or mutes the user of this name, or without one, the user whose name is entered. */
export const sanctionForm = (page: Page, name?: string): TemplateResult => {
  const submit = (event: Event) => {
    const { userName = name ?? '', kind, ...fields } = fieldsOf(event)
    const { deleteMessagesSeconds, ...terms } = termsOf(fields)
    const isBan = kind === 'ban'
    let deleted = 0
    return page.act(
      async () => {
        const given = isBan && deleteMessagesSeconds ? { ...terms, deleteMessagesSeconds } : terms
        deleted = await page.api.setSanction(userName, isBan ? 'ban' : 'mute', given)
      },
      () => `${userName} is ${isBan ? 'banned' : 'muted'}.${deletedText(deleted)}`,
    )
  }
  return html`<form class="fields" @submit=${submit}>
    ${
      name === undefined
        ? html`<label>Name <input name="userName" required maxlength="64" autocomplete="off"></label>`
        : ''
    }
    <label>What to do <select name="kind">
      <option value="mute">Mute: may read, but not post</option>
      <option value="ban">Ban: may neither read nor post</option>
    </select></label>
    <label>How long <select name="seconds">${durationOptions(24 * HOUR)}</select></label>
    <label>Messages to delete, with a ban <select name="deletes">${deletionOptions()}</select></label>
    <label>Reason, for other moderators <input name="reason" maxlength="200" autocomplete="off"></label>
    <button>Ban or mute</button>
  </form>`
}

/** Returns the same form in a closed disclosure. */
export const sanctionDetailsForm = (page: Page, name: string) =>
  html`<details><summary>Ban or mute ${nameOf(name)}</summary>${sanctionForm(page, name)}</details>`

/** Returns the form of a search, which is a part of the page's address. */
export const searchForm = (tab: string, label: string, q: string) => {
  const submit = (event: Event) => {
    const { q = '' } = fieldsOf(event)
    location.hash = q ? `#${tab}//${encodeURIComponent(q)}` : `#${tab}`
  }
  return html`<form class="fields search" role="search" @submit=${submit}>
    <label>${label} <input name="q" type="search" maxlength="64" autocomplete="off" spellcheck="false" dir="auto" .value=${q}></label>
    <button>Search</button>
  </form>`
}

/** Returns a form that does something final after its user has typed the name of what it is done to. */
export const confirmByName = (
  name: string,
  label: string,
  act: (fields: Record<string, string>) => unknown,
  choices: unknown = '',
) => {
  const submit = (event: Event) => {
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('typed') as HTMLInputElement
    const fields = fieldsOf(event)
    field.setCustomValidity(fields.typed === name ? '' : `Type ${name}.`)
    return field.reportValidity() ? act(fields) : undefined
  }
  const clear = (event: Event) => (event.currentTarget as HTMLInputElement).setCustomValidity('')
  return html`<form class="fields" @submit=${submit}>
    <label>Type <bdi class="name">${name}</bdi> to confirm
      <input name="typed" required autocomplete="off" spellcheck="false" @input=${clear}></label>
    ${choices}
    <button class="danger">${label}</button>
  </form>`
}
