import lookAlikes from 'unhomoglyph/data.json'

const prototypes = new Map(Object.entries(lookAlikes))

/** Full case folding as near as JavaScript has it: upper case first, so that ß meets ss and ς meets σ. */
const fold = (text: string): string => text.toUpperCase().toLowerCase()

/**
 * What two names have in common when they are the same name: the skeleton of Unicode TS #39, section 4, of the
 * case-folded name. It is for comparing only, never for showing. `name` has been through the contract's door,
 * so it is in NFKC and free of invisible characters, which a skeleton alone would miss.
 */
export const nameKey = (name: string): string =>
  Array.from(fold(name).normalize('NFD'), (character) => prototypes.get(character) ?? character)
    .join('')
    .normalize('NFD')
