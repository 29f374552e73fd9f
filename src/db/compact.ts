/**
 * Matches a text or a name in quotes, which stays as it is, or white space that means nothing, or other white space. Two signs of minus
 * never meet, for they begin a comment.
 */
const pattern = /('(?:[^']|'')*'|"(?:[^"]|"")*")|\s*([(),=<>|+*])\s*|(?<!-)\s*(-)\s*(?!-)|\s+/g

/** Returns a statement without the white space of our templates: its length costs more than its checks. docs/decisions/0026 */
export const compact = (statement: string): string =>
  statement
    .trim()
    .replace(
      pattern,
      (_, quoted?: string, symbol?: string, minus?: string) => quoted ?? symbol ?? minus ?? ' ',
    )
