import { withoutBlankSymbols, withoutInvisible } from '../contract/invisible.ts'
import { readAsLatin, skeleton } from './name-key'

/** Scripts that put no space between a word and what follows it. */
const unspacedScripts = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar']
const inUnspacedScript = unspacedScripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')
const character = `(?=[\\p{L}\\p{N}])[${inUnspacedScript}]\\p{M}*`
const characters = new RegExp(character, 'gu')
const runs = new RegExp(`(?:${character})+`, 'gu')

const hasLetter = (text: string): boolean => /[\p{L}\p{M}\p{N}]/u.test(text)

/** Matches a mark that makes no other letter of its base, and what only makes an Arabic, N'Ko or Mongolian word longer. */
export const marks = new RegExp(
  `(?=\\p{M})(?!\\p{Script_Extensions=Hiragana})[${[
    'Inherited',
    'Latin',
    'Greek',
    'Cyrillic',
    'Arabic',
    'Hebrew',
  ]
    .map((script) => `\\p{Script=${script}}`)
    .join('')}]|[\\u0640\\u07fa\\u180a]`,
  'gu',
)
/** Matches the marks that a skeleton has of its own: that of ø is o with a stroke. */
const marksOfSkeleton = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu

/**
 * Matches more marks on one character than any language has (UAX #15, "Stream-Safe Text Format"). To bring marks in order takes the
 * square of their number. A character that is removed later doesn't end them.
 */
const tooManyMarks = /([\p{M}\uff9e\uff9f\u0640\u07fa\u180a]{30})[\p{M}\uff9e\uff9f\u0640\u07fa\u180a]+/gu

/** Returns a text without what can't be seen, and with no more marks on a character than any language has. */
export const withFewMarks = (text: string): string => withoutInvisible(text).replace(tooManyMarks, '$1')

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/** The ASCII symbols met so far: whether each looks like a letter. */
const known = new Map<string, boolean>()
const looksLikeLetter = (symbol: string): boolean => {
  const before = known.get(symbol)
  if (before !== undefined) return before
  const looks = hasLetter(skeleton(symbol))
  if (isAscii(symbol)) known.set(symbol, looks)
  return looks
}

const keyOfWords = (text: string, change: (decomposed: string) => string): string => {
  const words = withFewMarks(text)
    .normalize('NFKC')
    // A symbol that looks like a letter stands for it.
    .replace(/[^\p{L}\p{M}\p{N}]/gu, (symbol) => (looksLikeLetter(symbol) ? symbol : ' '))
    .replace(runs, (run) => ` ${run.replace(characters, '{$&}')} `)
    .normalize('NFD')
  // Word by word, so that one Latin word doesn't change how the Greek ones are read.
  const key = skeleton(change(words).replace(/[\p{Script=Greek}\p{Script=Latin}\p{M}]+/gu, readAsLatin))
  return ` ${key} `.replace(/[^\p{L}\p{M}\p{N}{}]+/gu, ' ')
}

/** Returns the words of a text with its accents and vowel points. */
const markedKey = (text: string): string => keyOfWords(text, (decomposed) => decomposed)

/** Returns the words of a text without its accents and vowel points. */
const bareKey = (text: string): string =>
  keyOfWords(text, (decomposed) => decomposed.replace(marks, '')).replace(marksOfSkeleton, '')

/** The enclosed letters that NFKC leaves as they are, as the code points of their A: in circles, in squares, and of flags. */
const enclosedAlphabets = [0x1f150, 0x1f170, 0x1f1e6]
const flagLetters = '\\u{1f1e6}-\\u{1f1ff}'
/** Matches a flag that stands alone, or an enclosed letter. */
const enclosed = new RegExp(
  `(?<![\\p{L}${flagLetters}])[${flagLetters}]{2}(?![\\p{L}${flagLetters}])|[\\u{1f150}-\\u{1f169}\\u{1f170}-\\u{1f189}${flagLetters}]`,
  'gu',
)

const withPlainLetters = (text: string): string =>
  text.replace(enclosed, (match) => {
    const [code = 0, ...rest] = Array.from(match, (letter) => letter.codePointAt(0) ?? 0)
    const first = enclosedAlphabets.findLast((each) => each <= code) ?? code
    return rest.length > 0 ? match : String.fromCodePoint(0x61 + code - first)
  })

/** Returns a text without the Markdown inside its words, about as the element draws it. */
const withoutMarkup = (text: string): string =>
  withPlainLetters(text.replace(/\[([^[\]]*)\]\([^()\s]*\)/g, '$1')).replace(
    /(?<=[\p{L}\p{M}\p{N}])[*_~`]+(?=[\p{L}\p{M}\p{N}])/gu,
    '',
  )

/**
 * Returns the words of a text in the form in which a list of blocked words finds them: without what can't be seen and without
 * accents, case-folded, look-alikes made alike. Each word stands between spaces. In a script without spaces each character stands
 * between braces, so that a word is found inside a run of them: ` {来}{赌}{博}{吧} `. A text that can be read in several ways has
 * the words of each, with bars between. This finds words, not meanings: a word that is inflected, spelled with gaps or drawn gets
 * past it.
 */
export const wordKey = (text: string): string => {
  const drawn = withoutMarkup(text)
  const readings = new Set([text, drawn, withoutBlankSymbols(drawn)])
  // Keys that were stored before 2026-11-26 have accents, which no ASCII text has.
  const marked = isAscii(text) ? [] : [markedKey(text)]
  return [...new Set([...marked, ...Array.from(readings, bareKey)])].join('|')
}

/** Returns what `wordKey` of a text contains if the text has this word, or these words in a row. */
export const blockedWordKey = (word: string): string => {
  const bare = bareKey(word)
  // A word may be a lone mark.
  const key = bare.trim() === '' ? markedKey(word) : bare
  return key.replace(/^ (?=\{)|(?<=\}) $/g, '')
}
