import { countLines } from '../../lib/count-lines'
import type { Part } from './parts'

/** An answer has so many characters at least, unless the export ends. */
const PIECE_CHARACTERS = 200_000
/** The free plan allows a request 50 queries. One batch has at most `MAX_STATEMENTS`. */
const MAX_QUERIES = 50
const MAX_STATEMENTS = 12

/** The answer to one request of an export, while it is put together. `cursor` is where the next request goes on. */
export class Piece<Cursor extends { lines: number }> {
  cursor: Cursor
  text = ''
  isEnd = false
  #queries = 0

  constructor(cursor: Cursor) {
    this.cursor = cursor
  }

  /** The number of lines so far, in all pieces. */
  get lines(): number {
    return this.cursor.lines
  }

  /** Returns whether another batch may be read. */
  hasSpace(): boolean {
    return !this.isEnd && this.text.length < PIECE_CHARACTERS && this.#queries + MAX_STATEMENTS <= MAX_QUERIES
  }

  /** Counts the statements of a batch. */
  spend(queries: number): void {
    this.#queries += queries
  }

  push(...lines: string[]): void {
    for (const line of lines) {
      this.text += `${line}\n`
      this.cursor = { ...this.cursor, lines: this.cursor.lines + countLines(line) }
    }
  }

  pushPart(part: Part | undefined): void {
    if (part?.lines) this.push(part.lines)
  }

  move(changes: Partial<Cursor>): void {
    this.cursor = { ...this.cursor, ...changes }
  }

  end(line: string): void {
    this.push(line)
    this.isEnd = true
  }
}
