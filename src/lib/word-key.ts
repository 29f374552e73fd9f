import { nameKey } from './name-key'

/**
 * The words of a text as a list of blocked words compares them: normalised, case-folded, look-alikes made alike, each
 * between spaces. It finds words, not meanings: a word that is inflected, spelled with gaps or drawn gets past it.
 */
export const wordKey = (text: string): string =>
  ` ${nameKey(text.normalize('NFKC'))
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')} `
