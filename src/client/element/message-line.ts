import { html, nothing } from 'lit/html.js'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** Enough for the widest log. Longer texts would only take time. */
const MAX_LENGTH = 300

/** Returns the beginning of a message as plain text for one line: without the marks of Markdown, and of links their labels. */
const oneLine = (text: string): string =>
  text
    .slice(0, MAX_LENGTH)
    .replace(/^\s*(?:```.*|>|#{1,6} |[-*] |\d+\. )/gm, '')
    .replace(/\[([^\]]+)\]\(\S+?\)/g, '$1')
    .replace(/(\*\*|__|~~|[*_`])(?=\S)(.+?)\1/g, '$2')
    .replace(/\s+/g, ' ')
    .trim()

/** Renders a message that has files. Until the part that shows them is loaded, it is its text. */
const withFiles = (message: Entry, text: string, context: ViewContext): unknown => {
  if (!context.files) void context.loadFiles()
  return context.files?.line(message, text) ?? text
}

/** Renders a message in one line: its author and the beginning of its text. One that isn't there any more has no author. */
export const line = (message: Entry, context: ViewContext): unknown => {
  const { userName, message: text, deletedAt, files } = message
  const { strings } = context.localizer
  const isGone = text === null && !deletedAt
  const content = text === null ? strings[isGone ? 'message-not-found' : 'removed'] : oneLine(text)
  return html`${isGone ? nothing : html`<b dir="auto">${userName ?? strings.nobody}</b> `}<span dir="auto"
      >${files?.length ? withFiles(message, content, context) : content}</span
    >`
}
