import { isBlank } from './invisible.ts'
import { showsNothing } from './shows-nothing.ts'

/** Scripts whose letters change their form beside each other. A joiner (U+200D) or non-joiner (U+200C) tells them to, or not to. */
const joiningScripts = [
  ...['Arabic', 'Syriac', 'Mandaic', 'Nko', 'Mongolian', 'Phags_Pa', 'Adlam', 'Hanifi_Rohingya'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam'],
  ...['Sinhala', 'Tibetan', 'Myanmar', 'Khmer', 'Balinese', 'Javanese', 'Sundanese', 'Newa', 'Tirhuta'],
]
const viramas = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]'
const tag = '[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]'

/** Finds the zero-width characters that a script or an emoji needs, by what stands around them. */
const needed = new RegExp(
  [
    ...joiningScripts.map((script) => {
      const letter = `(?=\\p{L})\\p{Script=${script}}`
      return `(?<=${letter}\\p{M}*)[\\u200c\\u200d](?=\\p{M}*${letter})`
    }),
    // Half forms at the end of a word, as the older spelling of Malayalam has them.
    `(?<=${viramas})\\u200d`,
    '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
    // Variants of ideographs, which tell names apart in Japan.
    '(?<=\\p{Script=Han})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
    // Emoji, by the grammar of Unicode TS #51.
    '(?<=(?![#*0-9])\\p{Emoji})[\\ufe0e\\ufe0f]',
    '(?<=[#*0-9])\\ufe0f(?=\\u20e3)',
    '(?<=\\p{Extended_Pictographic}[\\ufe0e\\ufe0f\\p{Emoji_Modifier}]*)\\u200d(?=\\p{Extended_Pictographic})',
    `(?<=\\u{1f3f4}${tag}{0,5})${tag}(?=${tag}*\\u{e007f})`,
    `(?<=\\u{1f3f4}${tag}{1,6})\\u{e007f}`,
  ].join('|'),
  'gu',
)

/** \p{C} holds controls, bidirectional overrides, surrogates, private use and unassigned. */
const invisible = new RegExp(`[\\p{C}\\p{Zl}\\p{Zp}${showsNothing}]`, 'gu')

/** Returns where a name has characters that can't be seen, and that nothing around them needs. */
const unneeded = (name: string): Set<number> => {
  const at = new Set(Array.from(name.matchAll(invisible), ({ index }) => index))
  if (at.size > 0) for (const { index } of name.matchAll(needed)) at.delete(index)
  return at
}

/** Returns the first character that a name must not have, if it has one. */
export const invisibleIn = (name: string): string | undefined => {
  const [first] = unneeded(name)
  return first === undefined ? undefined : String.fromCodePoint(name.codePointAt(first) ?? 0)
}

/** Returns a name without what `invisibleIn` finds. A character that is only unknown to this server becomes U+FFFD. */
export const makeVisible = (name: string): string => {
  const hidden = unneeded(name)
  return name.replace(invisible, (character, at: number) => {
    if (!hidden.has(at)) return character
    return isBlank(character) ? '' : '\ufffd'
  })
}

/** Removes the variation selector of an emoji that NFKC makes letters of, such as ℹ️. */
const withoutLostSelectors = (name: string): string =>
  name.replace(/(\p{Emoji})[\ufe0e\ufe0f]/gu, (sequence, emoji: string) =>
    emoji.normalize('NFKC') === emoji ? sequence : emoji,
  )

/** Returns a name in NFKC (full-width letters and ligatures become plain ones), trimmed, with single spaces. */
export const normalizeName = (name: string): string =>
  withoutLostSelectors(name)
    .normalize('NFKC')
    .trim()
    .replace(/\p{Zs}+/gu, ' ')
