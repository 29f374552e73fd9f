/** Matches a text or a name in quotes, which stays as it is, or white space that means nothing, or other white space. */
const pattern = /('(?:[^']|'')*'|"(?:[^"]|"")*")|\s*([(),=<>|+])\s*|\s+/g

/** Returns a statement without the white space of our templates: its length costs more than its checks. docs/decisions/0026 */
export const compact = (statement: string): string =>
  statement
    .trim()
    .replace(pattern, (_, quoted: string | undefined, symbol: string | undefined) => quoted ?? symbol ?? ' ')
