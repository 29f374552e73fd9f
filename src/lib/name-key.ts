import lookAlikes from './look-alikes.json' with { type: 'json' }

/** For each character that looks like another, in their order, how far it is from the one before, and then its key. */
const entries = lookAlikes.split(',')
const keys = new Map<string, string>()
let read = 0
let last = 0

/**
 * The key of a character's class. The table is as dense as it is, numbers of base 36 with spaces between, because as an object
 * of characters it was a tenth of the Worker. It is read as far as the characters that come: who asks for an ASCII name,
 * or starts the Worker, doesn't wait for the thousands after those.
 */
const keyOf = (character: string): string => {
  const wanted = character.codePointAt(0) ?? 0
  for (; last < wanted && read < entries.length; read++) {
    const [step = 0, ...key] = (entries[read] ?? '').split(' ').map((number) => Number.parseInt(number, 36))
    last += step
    keys.set(String.fromCodePoint(last), String.fromCodePoint(...key))
  }
  return keys.get(character) ?? character
}

/** Greek letters whose capitals look like another Latin letter than they do, or like none. */
const amongLatin: Record<string, string> = { ν: 'v', υ: 'u', γ: 'y' }

/**
 * Full case folding as near as JavaScript has it: by upper case, so that ß meets ss, and by lower case before, so that ẞ
 * does. A final sigma is only a matter of its place in a word.
 */
export const fold = (text: string): string =>
  text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')

const alike = (text: string): string => {
  let key = ''
  for (const character of text) key += keyOf(character)
  return key
}

/**
 * What two names have in common when they are the same name: the skeleton of Unicode TS #39, section 4, made to hold for
 * capitals too. It is for comparing only, never for showing. `name` has been through the contract's door, so it is in NFKC
 * and free of invisible characters, which a skeleton alone would miss. docs/decisions/0006.
 */
export const nameKey = (name: string): string => {
  // Nothing in ASCII is normalised, and only case is folded: names are mostly that, and this is asked of every text sent.
  if (/^[ -~]*$/.test(name)) return alike(name.toLowerCase())
  const decomposed = name.normalize('NFD')
  // Among Latin letters they stand for what they look like.
  const meant = /\p{Script=Latin}/u.test(decomposed)
    ? decomposed.replace(/[νυγ]/g, (letter) => amongLatin[letter] ?? letter)
    : decomposed
  return alike(fold(meant).normalize('NFD')).normalize('NFD')
}
