import lookAlikes from './look-alikes.json' with { type: 'json' }

/**
 * The key of each character that looks like another. The table is half of what it would be as an object of characters, and
 * half of a table is 5 kB of the Worker: for each character, in their order, how far it is from the one before, and then the
 * characters of its key; numbers of base 36, with spaces between.
 */
const readKeys = (): Map<string, string> => {
  const keys = new Map<string, string>()
  let character = 0
  for (const entry of lookAlikes.split(',')) {
    const [step = 0, ...key] = entry.split(' ').map((number) => Number.parseInt(number, 36))
    character += step
    keys.set(String.fromCodePoint(character), String.fromCodePoint(...key))
  }
  return keys
}

const keys = readKeys()

/** Greek letters whose capitals look like another Latin letter than they do, or like none. */
const amongLatin: Record<string, string> = { ν: 'v', υ: 'u', γ: 'y' }

/**
 * Full case folding as near as JavaScript has it: by upper case, so that ß meets ss, and by lower case before, so that ẞ
 * does. A final sigma is only a matter of its place in a word.
 */
export const fold = (text: string): string =>
  text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ')

/**
 * What two names have in common when they are the same name: the skeleton of Unicode TS #39, section 4, made to hold for
 * capitals too. It is for comparing only, never for showing. `name` has been through the contract's door, so it is in NFKC
 * and free of invisible characters, which a skeleton alone would miss. docs/decisions/0006.
 */
export const nameKey = (name: string): string => {
  const decomposed = name.normalize('NFD')
  // Among Latin letters they stand for what they look like.
  const meant = /\p{Script=Latin}/u.test(decomposed)
    ? decomposed.replace(/[νυγ]/g, (letter) => amongLatin[letter] ?? letter)
    : decomposed
  return Array.from(fold(meant).normalize('NFD'), (character) => keys.get(character) ?? character)
    .join('')
    .normalize('NFD')
}
