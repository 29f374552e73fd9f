import { isBlank } from '../contract/invisible'
import { MAX_MESSAGE_CHARACTERS } from '../contract/limits'
import { attachmentsText } from './attachments'
import { blocksText } from './blocks'
import { type Fields, isFields, join, markdownOf, textIn } from './text'

/**
 * Returns the JSON object of a body: JSON, or a form whose field `payload` is JSON. The first character tells which, because `curl -d` calls
 * JSON a form, too. Undefined for any other body.
 */
export const payloadOf = (body: string): Fields | undefined => {
  const json = /^\s*\{/.test(body) ? body : new URLSearchParams(body).get('payload')
  if (json === null) return undefined
  try {
    const payload: unknown = JSON.parse(json)
    return isFields(payload) ? payload : undefined
  } catch {
    return undefined
  }
}

/** Returns a text that is not longer than a message may be, in code points. A longer one ends with an ellipsis. */
const cut = (text: string): string => {
  if (text.length <= MAX_MESSAGE_CHARACTERS) return text
  const characters = Array.from(text)
  if (characters.length <= MAX_MESSAGE_CHARACTERS) return text
  return `${characters.slice(0, MAX_MESSAGE_CHARACTERS - 1).join('')}…`
}

/**
 * Returns the message of a payload, in the element's Markdown. As in Slack, `text` is shown only where no block is. Undefined if it says nothing.
 */
export const messageOf = ({ text, blocks, attachments }: Fields): string | undefined => {
  const main = blocksText(blocks) || markdownOf(textIn(text))
  const message = join([main, attachmentsText(attachments)], '\n')
    .toWellFormed()
    .replaceAll('\0', '')
  return message === '' || isBlank(message) ? undefined : cut(message)
}
