import { title } from '../../src/contract/fields.ts'
import { MAX_MESSAGE_CHARACTERS } from '../../src/contract/limits.ts'
import { escaperFor } from '../../src/lib/markdown-text.ts'

/** Returns a text without what no message can hold: NUL, and halves of surrogate pairs. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '')

const FENCE = '```'
/** Room for the fences that a split adds to a block of code. */
const MAX_PIECE = MAX_MESSAGE_CHARACTERS - 2 * (FENCE.length + 1)

/** Returns the end of the piece of a text that begins at an index: after a line, or else after a space. */
const endOfPiece = (characters: readonly string[], start: number): number => {
  const longest = start + MAX_PIECE
  if (longest >= characters.length) return characters.length
  const ends = ['\n', ' '].map((separator) => characters.lastIndexOf(separator, longest - 1) + 1)
  return ends.find((end) => end > start + MAX_PIECE / 2) ?? longest
}

const hasOpenFence = (text: string): boolean => (text.match(/^ {0,3}```/gm) ?? []).length % 2 === 1

/** Splits a text into messages of a length that Parlour allows. Code that is split stays code in each. */
export const splitText = (text: string): string[] => {
  // No character takes more than two units, so most texts need no counting.
  if (text.length <= MAX_MESSAGE_CHARACTERS) return [text]
  const characters = Array.from(text)
  if (characters.length <= MAX_MESSAGE_CHARACTERS) return [text]
  const pieces: string[] = []
  let fence = ''
  for (let start = 0; start < characters.length; ) {
    const end = endOfPiece(characters, start)
    const piece = fence + characters.slice(start, end).join('').replace(/\n$/, '')
    fence = end < characters.length && hasOpenFence(piece) ? `${FENCE}\n` : ''
    pieces.push(fence ? `${piece}\n${FENCE}` : piece)
    start = end
  }
  return pieces
}

/** Returns a size as people read it. */
export const sizeOf = (bytes: number): string => {
  const units = ['bytes', 'KB', 'MB', 'GB']
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  const value = bytes / 1000 ** unit
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** Returns a text as a title or topic: one of at most 200 characters, if there is something to see. */
export const shortText = (text: string): string | undefined => {
  const short = Array.from(storable(text).trim()).slice(0, 200).join('')
  return title.safeParse(short).data
}

/** Returns the line that a message gets for a file, because files aren't taken. */
export const fileLine = (name: string, bytes: number | undefined): string => {
  const shown = storable(name).replaceAll('\n', ' ')
  return `📎 ${escaperFor(`${shown}${shown}`)(shown)}${bytes === undefined ? '' : ` (${sizeOf(bytes)})`}`
}
