import { MAX_MESSAGE_CHARACTERS } from '../../contract/limits.ts'

/** Returns how many characters are left. Counts as the server does: code points, so that an emoji may be several. */
export const charactersLeft = (text: string): number => {
  let left = MAX_MESSAGE_CHARACTERS
  for (const _ of text) left--
  return left
}

export const isTooLong = (text: string): boolean => charactersLeft(text) < 0
