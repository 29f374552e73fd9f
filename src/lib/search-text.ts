import { fold } from './name-key.ts'
import { marks, withFewMarks } from './word-key.ts'

/** `[start, end]` of a part of a text, in UTF-16 units. */
export type Span = [start: number, end: number]

/** Letters that Unicode doesn't take apart into a letter and a mark, and typographic quotation marks. */
const replacements: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '„': '"',
}
const replaced = new RegExp(`[${Object.keys(replacements).join('')}]`, 'g')

const isPlain = (text: string): boolean => !/[^ -~]/.test(text)

/** Returns a text in the form in which it is searched, with white space as it is. */
const foldCharacters = (text: string): string =>
  isPlain(text)
    ? text.toLowerCase()
    : fold(withFewMarks(text).normalize('NFKD').replace(marks, '').normalize('NFC')).replace(
        replaced,
        (character) => replacements[character] ?? character,
      )

/**
 * Returns a text in the form in which it is searched: case-folded, without accents and vowel points, without what can't be seen, in
 * the usual width, and with one space for all white space in a row.
 */
export const searchText = (text: string): string => foldCharacters(text).replace(/\s+/g, ' ')

/** Characters that complete the one before: vowels and final consonants of a Korean syllable, and the marks of half-width Katakana. */
const completing =
  '\\u1160-\\u11ff\\ud7b0-\\ud7fb\\u3133\\u3135\\u3136\\u313a-\\u313f\\u314f-\\u3163\\u3165-\\u318e\\uff9e\\uff9f\\uffa3\\uffa5\\uffa6\\uffaa-\\uffaf\\uffc2-\\uffdc'
/** Characters of which nothing is left in a folded text. */
const ignored =
  '\\p{Cf}\\p{Default_Ignorable_Code_Point}\\0-\\x08\\x0e-\\x1f\\x7f-\\x9f\\u0640\\u07fa\\u180a\\ufcf2-\\ufcf4\\ufe71\\ufe77\\ufe79\\ufe7b\\ufe7d\\ufe7f\\ufff0-\\ufff8\\u{1d159}'
/**
 * Matches what is folded together: a character with what belongs to it. The folded text is that of these parts, one after the other.
 */
const part = new RegExp(
  `[\\s\\S](?:\\u200d\\p{Extended_Pictographic}|[\\p{M}\\p{Emoji_Modifier}${completing}${ignored}])*`,
  'gu',
)

/** Returns the place in a text of each UTF-16 unit of `searchText` of it. */
const placesIn = (text: string): Span[] => {
  // Nothing was folded but the case.
  if (isPlain(text) && searchText(text).length === text.length)
    return Array.from(text, (_, index): Span => [index, index + 1])
  const places: Span[] = []
  // A text has few different parts.
  const known = new Map<string, string>()
  let isAfterSpace = false
  for (const { 0: found, index } of text.matchAll(part)) {
    const folded = known.get(found) ?? searchText(found)
    known.set(found, folded)
    for (const unit of folded.split('')) {
      const isSpace = unit === ' '
      if (!(isSpace && isAfterSpace)) places.push([index, index + found.length])
      isAfterSpace = isSpace
    }
  }
  return places
}

/** Merges spans that overlap or touch. */
const merge = (spans: Span[]): Span[] => {
  const merged: Span[] = []
  for (const [start, end] of spans.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else merged.push([start, end])
  }
  return merged
}

/**
 * Returns the words of a query, folded by `searchText`. Words in quotation marks are one. A quotation mark that has no other, or that
 * stands inside a word, is a character like any other.
 */
export const queryWords = (query: string): string[] => {
  const words = Array.from(query.matchAll(/["“”„]([^"“”„]*)["“”„]|\S+/g), ([word, together]) =>
    searchText(together ?? word).trim(),
  )
  return [...new Set(words)].filter((word) => word !== '')
}

/**
 * Returns where the words stand in a text, in its order; undefined if it doesn't hold all of them. `words` come from `queryWords`, and
 * `folded` from `searchText`.
 */
export const findWords = (text: string, words: string[], folded = searchText(text)): Span[] | undefined => {
  if (!words.every((word) => folded.includes(word))) return undefined
  const places = placesIn(text)
  const spans = words.flatMap((word) => {
    const found: Span[] = []
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      const [first, last] = [places[at], places[at + word.length - 1]]
      if (first && last) found.push([first[0], last[1]])
    }
    return found
  })
  return merge(spans)
}

/**
 * Returns the longest part of the words that a plain text (of visible ASCII characters) must hold, in lower case, to hold all the
 * words. Returns undefined if no plain text can hold them.
 */
export const plainPartOf = (words: string[]): string | undefined => {
  if (!words.every(isPlain)) return undefined
  const parts = words.flatMap((word) => word.split(' '))
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '')
}
