import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { Host } from './host.ts'

/** The line above the log: what the room is called, and who is here. */
export const header = ({ localizer, chat: { about, name, people }, who }: Host): TemplateResult =>
  html`<header part="header">
    <div class="title">
      <h2 part="title"><bdi>${about?.title ?? name}</bdi></h2>
      ${about?.topic ? html`<p part="topic"><bdi>${about.topic}</bdi></p>` : nothing}
    </div>
    <details ?hidden=${people.length === 0}>
      <summary part="people-button">${localizer.count(localizer.strings.here, people.length)}</summary>
      <ul part="people" tabindex="0">
        ${people
          .toSorted()
          .map(
            (each) =>
              html`<li dir="auto">${each === who.userName ? localizer.with(localizer.strings.you, each) : each}</li>`,
          )}
      </ul>
    </details>
  </header>`

/** Who is typing. It isn't read out: it would be, over and over. */
export const typing = ({ localizer, chat: { typists } }: Host): TemplateResult => {
  const text = localizer.count(localizer.strings.typing, typists.length, localizer.list(typists))
  return html`<p class="typing" part="typing" dir="auto">${typists.length > 0 ? text : nothing}</p>`
}

/** The connection in words; nothing while all is well. */
export const status = ({ localizer, chat }: Host): TemplateResult => {
  const { strings } = localizer
  const { connection, banned } = chat
  const lines = (): unknown => {
    if (chat.isDeleted) return strings.deleted
    switch (connection.state) {
      case 'connecting':
        // Mostly it is over before anybody has read it: the style sheet waits.
        return html`<span class="wait">${strings.connecting}</span>`
      case 'waiting':
        return navigator.onLine
          ? `${strings.lost} ${strings.retry}: ${localizer.exact(connection.until)}`
          : strings.offline
      case 'closed': {
        if (!banned) return connection.problem?.message ?? nothing
        const text = banned.until
          ? localizer.with(strings.bannedUntil, localizer.full(banned.until))
          : strings.banned
        return html`${text} ${banned.reason}`
      }
      default:
        return nothing
    }
  }
  return html`<p class="status" part="status" role="status" dir="auto">${lines()}</p>`
}
