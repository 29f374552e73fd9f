import * as z from 'zod/mini'
import { described } from './described.ts'

/**
 * Returns an emoji in its fully-qualified form (Unicode TS #51), in which each character that is a plain sign by default has a
 * variation selector. So ❤ and ❤️ are one emoji.
 */
const fullyQualified = (text: string): string =>
  text
    .replace(/[\ufe0e\ufe0f]/g, '')
    .replace(/[\p{Emoji}--\p{Emoji_Presentation}](?!\p{Emoji_Modifier})/gv, '$&\ufe0f')

/** No emoji is longer. */
const MAX_LENGTH = 64
const error = 'must be one emoji, such as 🎉'

/** One emoji that Unicode recommends for general interchange (RGI), in its fully-qualified form. */
export const emoji = described(
  z.pipe(
    z.pipe(z.string().check(z.maxLength(MAX_LENGTH, { error, abort: true })), z.transform(fullyQualified)),
    z.string().check(z.refine((text) => /^\p{RGI_Emoji}$/v.test(text), { error })),
  ),
  { maxLength: MAX_LENGTH, description: 'One emoji.', examples: ['🎉'] },
)
