// Sizes that several parts must agree on. Each follows from the first: change that one, and the others grow with it.

/** The longest text of a message, in Unicode code points. */
export const MAX_MESSAGE_CHARACTERS = 4000

/** A code point outside of the basic plane as JSON escapes it: two times `\uXXXX`. No code point takes more. */
const MAX_BYTES_OF_ESCAPED_CHARACTER = 12

/**
 * The largest request body, and the largest frame of a client. It is the power of two that holds the longest message with
 * every character escaped, which leaves room for the other fields.
 */
export const MAX_BODY_BYTES =
  2 ** Math.ceil(Math.log2(MAX_MESSAGE_CHARACTERS * MAX_BYTES_OF_ESCAPED_CHARACTER))

/** The same for people to read. */
export const MAX_BODY_SIZE = `${MAX_BODY_BYTES / 1024} KiB`
