import { userName } from '../contract/fields.ts'
import { makeVisible, normalizeName } from '../contract/name-characters.ts'

/** In Unicode code points, as the contract counts them. */
export const MAX_NAME_LENGTH = 64
const MAX_NUMBER_LENGTH = ' 999999'.length

/** Cuts a text to at most `length` code points, between what people see as characters. */
const cut = (text: string, length: number): string => {
  if (text.length <= length) return text
  let kept = ''
  let left = length
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= Array.from(segment).length
    if (left < 0) break
    kept += segment
  }
  return kept === '' ? Array.from(text).slice(0, length).join('') : kept
}

/** Returns a name of at most `length` code points. */
export const cutName = (name: string, length: number): string => makeVisible(cut(name, length)).trim()

/** Returns a text as a user name: what a name can't hold is replaced, and a long one cut. Undefined if nothing is left of it. */
export const toUserName = (text: string): string | undefined => {
  // Normalising takes the square of a text's length, and no name needs more than this.
  const spaced = text
    .slice(0, 1024)
    .replace(/[\p{Zl}\p{Zp}\s]|(?!\p{Default_Ignorable_Code_Point})\p{Cc}/gu, ' ')
  const normalized = normalizeName(makeVisible(normalizeName(spaced)).replaceAll('/', '-'))
  return userName.safeParse(cutName(normalized.replace(/^\p{M}+/u, ''), MAX_NAME_LENGTH)).data
}

/** Returns the part of a name that has room for a number behind it: `Maria Garcia 2`. */
export const numberedStem = (name: string): string => cutName(name, MAX_NAME_LENGTH - MAX_NUMBER_LENGTH)
