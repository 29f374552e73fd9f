import { html, type TemplateResult } from 'lit'
import type { Message } from '../../contract/index.ts'
import type { SanctionKind } from './moderation-api.ts'
import type { Page } from './view.ts'

/** Returns a user's name, which may be in a script that runs the other way. */
export const nameOf = (name: string | null, otherwise = 'a deleted user') =>
  name === null ? html`<em>${otherwise}</em>` : html`<bdi class="name">${name}</bdi>`

/** Returns a time in the language of the page. */
export const formatTime = (time: string | Date) =>
  new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })

export const timeOf = (time: string) => html`<time datetime=${time}>${formatTime(time)}</time>`

/** Returns the text of an empty list. */
export const emptyNote = (text: string) => html`<p class="empty">${text}</p>`

/** Returns a message with its author and time. */
export const messageView = (message: Message): TemplateResult =>
  message.message !== null
    ? html`<p class="by">${nameOf(message.userName)} · ${timeOf(message.createdAt)} · no. ${message.seq}</p>
        <p class="said" dir="auto">${message.message}</p>`
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

/** Returns a form that bans or mutes the user of this name, or without one, the user whose name is entered. */
export const sanctionForm = (page: Page, name?: string): TemplateResult => {
  const submit = (event: Event) => {
    const { userName = name ?? '', kind, seconds = '', reason = '' } = fieldsOf(event)
    const terms = { seconds: seconds === '' ? null : Number(seconds), reason: reason || null }
    const done = `${userName} is ${kind === 'ban' ? 'banned' : 'muted'}.`
    return page.act(() => page.api.setSanction(userName, kind as SanctionKind, terms), done)
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
    <label>How long <select name="seconds">
      ${lengths.map(([words, seconds]) => html`<option value=${seconds} ?selected=${seconds === 24 * HOUR}>${words}</option>`)}
      <option value="">Until it is lifted</option>
    </select></label>
    <label>Reason <input name="reason" maxlength="200" autocomplete="off" placeholder="spam"></label>
    <button>Impose</button>
  </form>`
}

/** Returns the same form in a closed disclosure. */
export const sanctionDetailsForm = (page: Page, name: string) =>
  html`<details><summary>Ban or mute ${nameOf(name)}</summary>${sanctionForm(page, name)}</details>`
