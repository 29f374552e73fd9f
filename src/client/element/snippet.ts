/** The longest part of a text that a result shows, and how much of it may stand before the first place that was found. */
const LENGTH = 240
const BEFORE = 60

/** A part of a text that is shown; `isFound` if it is one of the words that were looked for. */
export type Piece = { text: string; isFound: boolean }

/** Matches what belongs to the character before it: half of a pair, an accent, a joiner. */
const rest = /^(?:[\uDC00-\uDFFF]|\p{M}|\u200D)/u

/** Moves an offset out of the middle of a character. */
const boundary = (text: string, offset: number): number => {
  let at = offset
  while (at > 0 && at < text.length && (rest.test(text.slice(at, at + 2)) || text[at - 1] === '\u200D')) at--
  return at
}

/** Returns the pieces of a text around the first place that was found. `found` has offsets in UTF-16 units, in order. */
export const snippetOf = (text: string, found: readonly (readonly [number, number])[] = []): Piece[] => {
  const first = found[0]?.[0] ?? 0
  const start = first > BEFORE ? boundary(text, first - BEFORE) : 0
  const end = boundary(text, Math.min(text.length, start + LENGTH))
  const pieces: Piece[] = []
  const add = (from: number, to: number, isFound: boolean) => {
    if (from < to) pieces.push({ text: text.slice(from, to), isFound })
  }
  if (start > 0) pieces.push({ text: '…', isFound: false })
  let at = start
  for (const [from, to] of found) {
    if (from >= end) break
    add(at, from, false)
    add(Math.max(at, from), Math.min(to, end), true)
    at = Math.max(at, Math.min(to, end))
  }
  add(at, end, false)
  if (end < text.length) pieces.push({ text: '…', isFound: false })
  return pieces
}
