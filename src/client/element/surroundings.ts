import { html, nothing, type TemplateResult } from 'lit/html.js'
import { icons } from './controls.ts'
import type { Host } from './host.ts'

/** The line above the log: what the room is called, and who is here. */
export const header = ({ words, chat }: Host, isOpen: boolean, toggle: () => void): TemplateResult => {
  const { strings } = words
  const label = words.count(strings.here, chat.people.length)
  return html`<header part="header">
    <div class="title">
      <h2 part="title" dir="auto">${chat.about?.title ?? chat.name}</h2>
      ${chat.about?.topic ? html`<p part="topic" dir="auto">${chat.about.topic}</p>` : nothing}
    </div>
    <button
      class="here"
      part="people-button"
      aria-expanded=${isOpen}
      title=${label}
      @click=${toggle}
    >
      ${icons.people}<span class="unseen">${label}</span>
      <span aria-hidden="true">${words.number(chat.people.length)}</span>
    </button>
  </header>`
}

export const people = ({ words, chat, who }: Host, isOpen: boolean): TemplateResult => {
  const { strings } = words
  const names = chat.people.toSorted()
  const label = words.count(strings.here, names.length)
  return html`<section class="people" part="people" aria-label=${label} tabindex="0" ?hidden=${!isOpen}>
    <h3>${label}</h3>
    <ul>
      ${names.map(
        (name) => html`<li dir="auto">${name === who.userName ? words.with(strings.you, name) : name}</li>`,
      )}
    </ul>
  </section>`
}

/** Who is typing. It isn't read out: it would be, over and over. */
export const typing = ({ words, chat: { typists } }: Host): TemplateResult => {
  const text = words.count(words.strings.typing, typists.length, words.list(typists))
  return html`<p class="typing" part="typing" dir="auto">${typists.length > 0 ? text : nothing}</p>`
}

/** The connection in words; nothing while all is well. */
export const status = ({ words, chat }: Host): TemplateResult => {
  const { strings } = words
  const { connection, banned } = chat
  const lines = (): unknown => {
    if (chat.isDeleted) return strings.deleted
    switch (connection.state) {
      case 'connecting':
        // Mostly it is over before anybody has read it: the style sheet waits.
        return html`<span class="wait">${strings.connecting}</span>`
      case 'waiting':
        return navigator.onLine
          ? `${strings.lost} ${strings.retry}: ${words.exact(connection.until)}`
          : strings.offline
      case 'closed': {
        if (!banned) return connection.problem?.message ?? nothing
        const text = banned.until ? words.with(strings.bannedUntil, words.full(banned.until)) : strings.banned
        return html`${text} ${banned.reason}`
      }
      default:
        return nothing
    }
  }
  return html`<p class="status" part="status" role="status" dir="auto">${lines()}</p>`
}
