import { withoutInvisible } from '../contract/invisible.ts'
import lookAlikes from './look-alikes.json' with { type: 'json' }

// For each character that looks like another, in order: its distance from the one before (empty for 1), and its key.
const steps = lookAlikes.steps.split(',')
const looks = lookAlikes.looks.split(',')
const keys = new Map<string, string>()
let read = 0
let last = 0

/**
 * Returns the key of the class of characters that look alike. The table is numbers of base 36 with spaces between, in two columns,
 * because as an object it was a tenth of the Worker. It is read only as far as a character needs, so an ASCII name doesn't wait for
 * the thousands of characters behind.
 */
const keyOf = (character: string): string => {
  const wanted = character.codePointAt(0) ?? 0
  for (; last < wanted && read < steps.length; read++) {
    last += Number.parseInt(steps[read] || '1', 36)
    const key = (looks[read] ?? '').split(' ').map((number) => Number.parseInt(number, 36))
    keys.set(String.fromCodePoint(last), String.fromCodePoint(...key))
  }
  return keys.get(character) ?? character
}

/** Greek letters that look like a Latin letter, although their capitals look like another one or like none. */
const latinLookAlikes: Record<string, string> = { ν: 'v', υ: 'u', γ: 'y' }

/**
 * Returns a text case-folded, as near to Unicode's full folding as JavaScript has it: upper case makes ß and ss one, and lower
 * case before it does so for ẞ. A final sigma differs only by its place in a word.
 */
export const fold = (text: string): string =>
  text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')

/** Returns the skeleton of a decomposed text (Unicode TS #39, section 4), made to hold for capitals too. */
export const skeleton = (decomposed: string): string => {
  const folded = fold(decomposed).normalize('NFD')
  let key = ''
  for (const character of folded) key += keyOf(character)
  return key.normalize('NFD')
}

/** Returns a decomposed name or word with the Greek letters that stand for Latin ones, if it has Latin ones at all. */
export const readAsLatin = (decomposed: string): string =>
  /\p{Script=Latin}/u.test(decomposed)
    ? decomposed.replace(/[νυγ]/g, (letter) => latinLookAlikes[letter] ?? letter)
    : decomposed

/**
 * Returns the key that two names share when they are the same name: the skeleton, without what can't be seen. It is for comparing only,
 * never for showing. `name` is in NFKC, as the contract makes it. docs/decisions/0006.
 */
export const nameKey = (name: string): string => {
  return skeleton(readAsLatin(withoutInvisible(name).normalize('NFD')))
}
