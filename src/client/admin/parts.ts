import { html, type TemplateResult } from 'lit'
import type { Message } from '../../contract/index.ts'
import type { SanctionKind } from './moderation-api.ts'
import type { Page } from './view.ts'

/** A name, which may be in a script that runs the other way. */
export const who = (name: string | null, otherwise = 'somebody who has been deleted') =>
  name === null ? html`<em>${otherwise}</em>` : html`<bdi class="name">${name}</bdi>`

/** As people write it, in the language of the page. */
export const clock = (time: string | Date) =>
  new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })

export const when = (time: string) => html`<time datetime=${time}>${clock(time)}</time>`

export const nothing = (words: string) => html`<p class="empty">${words}</p>`

/** What was said: text, as it was written. */
export const said = (message: Message): TemplateResult =>
  message.message !== null
    ? html`<p class="by">${who(message.userName)} · ${when(message.createdAt)} · no. ${message.seq}</p>
        <p class="said" dir="auto">${message.message}</p>`
    : html`<p class="said"><em>The message has been deleted.</em></p>`

/** The fields of a form, by their names; what is only spaces is empty. */
export const fields = (event: Event): Record<string, string> => {
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

/** A form that bans or mutes: whom it says, or whom it is asked for. */
export const sanctioning = (page: Page, name?: string): TemplateResult => {
  const submit = (event: Event) => {
    const { userName = name ?? '', kind, seconds = '', reason = '' } = fields(event)
    const sentence = { seconds: seconds === '' ? null : Number(seconds), reason: reason || null }
    const done = `${userName} is ${kind === 'ban' ? 'banned' : 'muted'}.`
    return page.act(() => page.desk.sanction(userName, kind as SanctionKind, sentence), done)
  }
  return html`<form class="fields" @submit=${submit}>
    ${
      name === undefined
        ? html`<label>Name <input name="userName" required maxlength="64" autocomplete="off"></label>`
        : ''
    }
    <label>What <select name="kind">
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

/** The same, folded away under a message. */
export const sanctioningOf = (page: Page, name: string) =>
  html`<details><summary>Ban or mute ${who(name)}</summary>${sanctioning(page, name)}</details>`
