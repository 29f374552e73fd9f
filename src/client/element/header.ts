import { html, nothing, type TemplateResult } from 'lit/html.js'
import { nameOf } from './controls.ts'
import type { Conversation } from './conversation.ts'
import { icons } from './icons.ts'
import { problemText, problemType } from './problem-text.ts'
import type { ViewContext } from './view-context.ts'

/** Renders the line above the log: the room's title, and the people who are here. `heading` replaces the title, `buttons` are more buttons. */
export const header = (context: ViewContext, heading: string | null, buttons: unknown): TemplateResult => {
  const { localizer, later, side } = context
  const { chatroom, name: roomName } = context.conversation
  return html`<header part="header">
    <div class="title">
      <h2 part="title">${nameOf(heading || (chatroom?.title ?? roomName))}</h2>
      ${chatroom?.topic ? html`<p part="topic">${nameOf(chatroom.topic)}</p>` : nothing}
    </div>
    ${later?.people(context)}
    ${buttons}
    <button
      class="icon"
      part="search-button"
      title=${localizer.strings.search}
      aria-keyshortcuts="/"
      @click=${side.openSearch}
    >
      ${icons.search}
    </button>
  </header>`
}

/** Renders the state of the connection in words, and nothing while it works. */
export const status = (context: ViewContext): TemplateResult => {
  const { localizer, conversation, activeClient } = context
  const { strings } = localizer
  const { connection, ban } = conversation
  const server = nameOf(hostOf(activeClient.url))
  const closedText = (problem: Error & { status?: number }): unknown => {
    if (problem.status === 400) return localizer.insert(strings.badRoom, nameOf(conversation.name))
    // The server has no such path: it is the URL of something else.
    if (problemType(problem) === 'not-found') return localizer.insert(strings.noServer, server)
    return problemText(problem, context)
  }
  const text = (): unknown => {
    if (conversation.isDeleted) return strings.deleted
    switch (connection.state) {
      case 'connecting':
        // The style sheet shows it after a second: most connections are made before that.
        return html`<span class="wait">${strings.connecting}</span>`
      case 'waiting':
        if (!navigator.onLine) return strings.offline
        return [
          localizer.insert(strings[outage(conversation)], server),
          ' ',
          localizer.insert(strings.nextTry, localizer.exact(connection.until)),
        ]
      case 'closed': {
        if (!ban) return connection.problem ? closedText(connection.problem) : nothing
        const sentence = ban.until
          ? localizer.insert(strings.bannedUntil, localizer.full(ban.until))
          : strings.banned
        return [sentence, ' ', ban.reason]
      }
      case 'live':
      case 'no room':
      case 'resting':
        return nothing
    }
  }
  return html`<p class="status" part="status" role="status" dir="auto">${text()}</p>`
}

/** Returns the key of the text that says why there is no connection. */
const outage = ({ wasLive, startProblem }: Conversation): 'lost' | 'noServer' | 'noAnswer' => {
  if (wasLive) return 'lost'
  // The client's `notParlour`. Without any answer it is a `TypeError`.
  return startProblem?.name === 'Error' ? 'noServer' : 'noAnswer'
}

const hostOf = (url: string): string => URL.parse(url)?.host || url
