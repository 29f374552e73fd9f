import { escaperFor } from '../lib/markdown-text'
import { type SlackNames, slackText, unescaped } from '../lib/slack-text'

/** The fields that a JSON object may have; any JSON. */
export type Fields = { [name: string]: unknown }

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns the objects in a value that should be an array of them. */
export const objectsIn = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

/** Returns a value that should be a text. A number is one, too; anything else is none. */
export const textIn = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/** The short names of emoji that programs use most. Another one stays as it is written. */
const emoji: Record<string, string> = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  warning: '⚠️',
  rotating_light: '🚨',
  no_entry: '⛔',
  fire: '🔥',
  bug: '🐛',
  bell: '🔔',
  hourglass: '⌛',
  rocket: '🚀',
  tada: '🎉',
  eyes: '👀',
  package: '📦',
  lock: '🔒',
  link: '🔗',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  red_circle: '🔴',
  '+1': '👍',
  '-1': '👎',
}
export const emojiOf = (name: string): string | undefined =>
  Object.hasOwn(emoji, name) ? emoji[name] : undefined

/** Nobody here has the id of a person or a channel of Slack. */
const names: SlackNames = {
  user: () => undefined,
  channel: () => undefined,
  emoji: emojiOf,
  onCustomEmoji: () => undefined,
}

/** Matches code, and bold as Markdown has it: the templates of Grafana make that, also for Slack. */
const doubled = /```[\s\S]*?```|`[^`\n]*`|(?<![\p{L}\p{N}*])\*\*(?!\s)([^*\n]*[^*\s])\*\*(?![\p{L}\p{N}*])/gu

/** Returns a text of Slack's mrkdwn as the Markdown that the element shows. */
export const markdownOf = (text: string): string =>
  slackText(
    text.replace(doubled, (whole, bold?: string) => (bold === undefined ? whole : `*${bold}*`)),
    names,
  )

/** Returns a text without markup as Markdown that shows it as it is, also inside of bold. */
export const literal = (text: string): string => {
  const plain = unescaped(text)
  return escaperFor(plain + plain)(plain)
}

/** Joins texts that say something. */
export const join = (texts: readonly string[], separator: string): string =>
  texts.filter((text) => text.trim() !== '').join(separator)

/** Returns a text in one line as bold Markdown; nothing for none. */
export const bold = (markdown: string): string => {
  const line = join(
    markdown.split('\n').map((part) => part.trim()),
    ' ',
  )
  return line === '' ? '' : `**${line}**`
}
