import { html, nothing } from 'lit/html.js'
import { roomOf } from './change-message.ts'
import { nameOf } from './controls.ts'
import type { Conversation } from './conversation.ts'
import { TypingNames } from './typing-names.ts'
import type { ViewContext } from './view-context.ts'

/** The people in a room, as far as its events have told. */
type People = { presentNames: readonly string[]; typing: TypingNames }

const known = new WeakMap<Conversation, People>()

const peopleOf = (context: ViewContext): People => {
  const { conversation } = context
  const found = known.get(conversation) ?? {
    presentNames: [],
    typing: new TypingNames(() => context.requestUpdate()),
  }
  known.set(conversation, found)
  return found
}

/** Takes note that somebody types, or has sent what they typed. */
export const noteTyping = (context: ViewContext, userName: string, isTyping: boolean): void =>
  peopleOf(context).typing[isTyping ? 'add' : 'remove'](userName)

/** Takes note of who is here. */
export const notePresence = async (context: ViewContext): Promise<void> => {
  const found = peopleOf(context)
  found.presentNames = await roomOf(context).presence()
  context.requestUpdate()
}

/** Renders the people who are here, once that is known. */
export const people = (context: ViewContext): unknown => {
  const { localizer, activeClient } = context
  const { strings } = localizer
  const { presentNames } = peopleOf(context)
  const count = presentNames.length
  return html`<details ?hidden=${count === 0}>
    <summary part="people-button">${count > 0 ? localizer.count(strings.here, count) : nothing}</summary>
    <ul part="people" tabindex="0">
      ${presentNames
        .toSorted()
        .map(
          (each) =>
            html`<li dir="auto">${
              each === activeClient.userName ? localizer.insert(strings.you, nameOf(each)) : each
            }</li>`,
        )}
    </ul>
  </details>`
}

/** Renders the names of the people who are typing. It isn't a live region: screen readers would read it out over and over. */
export const typing = (context: ViewContext): unknown => {
  const { localizer, activeClient } = context
  const names = peopleOf(context).typing.names.filter((name) => name !== activeClient.userName)
  return names.length > 0
    ? localizer.insert(
        localizer.pluralForm(localizer.strings.typing, names.length),
        localizer.list(names).map((part) => (part.isName ? nameOf(part.text) : part.text)),
      )
    : nothing
}
