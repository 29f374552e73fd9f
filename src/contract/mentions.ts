import type { FindMention } from './inline.ts'
import { parse } from './markdown.ts'

// The server finds with this file whom a message mentions, and the element where to mark it. No schema is imported.

/** The most members that a message mentions. */
export const MAX_MENTIONS = 10
/** The most names that are looked up for a message. */
const MAX_NAMES = 200
/** The most UTF-16 units that a name takes. */
const MAX_NAME_LENGTH = 128

/** A name as it may be meant at a place of a text, and where it ends there. */
export type WrittenName = { name: string; end: number }

/** Scripts that write no space between words. */
const spaceless = ['Han', 'Hira', 'Kana', 'Thai', 'Lao', 'Khmr', 'Mymr'].map((script) => `\\p{sc=${script}}`)
/** A letter, digit or mark of another script. Two of them beside each other belong to one word. */
const inWord = `[[\\p{L}\\p{M}\\p{N}]--[${spaceless.join('')}]]`
/** Belongs to the character before it. */
const continues = '[\\p{M}\\p{Emoji_Modifier}\\u200c\\u200d]'

/** Matches an `@` that begins a word. One inside a word belongs to a mail address. */
const start = new RegExp(`(?<!${inWord}[_.+\\-]*)[@＠]`, 'vy')
/**
 * Matches the places where a name may end. `@anna-lena` and `@anna_b` don't mention anna, but `@anna's` does. A name doesn't end
 * before a backtick that belongs to the character before it.
 */
const nameEnd = new RegExp(
  `(?<!^|\\u200d|[\\\\\`](?=\`))(?!${continues})(?:(?<!${inWord})|(?![_\\-]*${inWord}))`,
  'gv',
)
const quoted = /^(?:"([^"\n]+)"|[“„]([^“”\n]+)[“”])/
/** Matches an escaped backtick, and backticks with the code that they begin, if they do. */
const backticks = /\\`|(`+)(?:[^`]+(\1)(?!`))?/g

const codeAfter = (text: string, at: number): number => {
  backticks.lastIndex = at
  for (const { index, 2: end } of text.matchAll(backticks)) if (end) return index
  return text.length
}

/**
 * Returns the names that the `@` at an index of a text may mention, the longest first: of `@anna.` they are `anna.` and `anna`. A name
 * that holds spaces stands in quotation marks: `@"two words"`.
 */
export const namesAt = (text: string, at: number): WrittenName[] => {
  start.lastIndex = at
  if (!start.test(text) || !/\S/.test(text[at + 1] ?? '')) return []
  const rest = text.slice(at + 1, Math.min(codeAfter(text, at), at + 1 + MAX_NAME_LENGTH))
  const [whole, straight, curly] = quoted.exec(rest) ?? []
  const inQuotes = straight ?? curly
  if (whole && inQuotes) return [{ name: inQuotes, end: at + 1 + whole.length }]
  const [word = ''] = /^\S+/.exec(rest) ?? []
  const names = Array.from(word.matchAll(nameEnd), ({ index }) => word.slice(0, index))
  // V8 also finds places within a surrogate pair.
  return names.flatMap((name) => (name.isWellFormed() ? { name, end: at + 1 + name.length } : [])).reverse()
}

/**
 * Returns the names that a message may mention outside of code: for each `@` those of `namesAt`. It stops after so many that no text takes long.
 */
export const findMentions = (text: string): string[][] => {
  const found: string[][] = []
  if (!/[@＠]/.test(text)) return found
  let count = 0
  parse(text, (line, at) => {
    if (count >= MAX_NAMES) return undefined
    const names = namesAt(line, at).slice(0, MAX_NAMES - count)
    count += Math.max(1, names.length)
    if (names.length > 0) found.push(names.map(({ name }) => name))
    return undefined
  })
  return found
}

const folded = (name: string): string => name.normalize('NFKC').toLowerCase()

/**
 * Returns the end of the mention of one of `names` at an index of a text. It knows no look-alike letters, which the server also takes for the same.
 */
export const findMentionOf =
  (names: readonly string[]): FindMention =>
  (text, at) =>
    namesAt(text, at).find(({ name }) => names.some((each) => folded(each) === folded(name)))?.end

/** Returns a text for which `@` mentions exactly the user of this name. */
export const mentionOf = (name: string): string => {
  const plain = `@${name}`
  const [first] = namesAt(`${plain} `, 0)
  if (first?.name === name && !/[*`_[\]\\]/.test(name)) return plain
  return name.includes('"') ? `@“${name}”` : `@"${name}"`
}
