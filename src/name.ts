import lookAlikes from './look-alikes.json' with { type: 'json' }

const keys = new Map(
  Object.entries(lookAlikes).flatMap(([key, members]) => Array.from(members, (member) => [member, key])),
)

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
  for (const character of text) key += keys.get(character) ?? character
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
