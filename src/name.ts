import lookAlikes from './look-alikes.json' with { type: 'json' }

const prototypes = new Map(lookAlikes as [string, string][])

/**
 * Full case folding as near as JavaScript has it: upper case first, so that ß meets ss. A final sigma is only a
 * matter of its place in a word.
 */
export const fold = (text: string): string => text.toUpperCase().toLowerCase().replaceAll('ς', 'σ')

/**
 * What two names have in common when they are the same name: the case-folded skeleton of Unicode TS #39, section 4.
 * It is for comparing only, never for showing. `name` has been through the contract's door, so it is in NFKC and free
 * of invisible characters, which a skeleton alone would miss. Folded twice, because the look-alike of 0 is a capital O.
 */
export const nameKey = (name: string): string => {
  const decomposed = fold(name).normalize('NFD')
  const skeleton = Array.from(decomposed, (character) => prototypes.get(character) ?? character).join('')
  return fold(skeleton).normalize('NFD')
}
