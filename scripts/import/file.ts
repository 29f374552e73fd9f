import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Stop } from '../command.ts'

/** The largest line that a server takes: see `MAX_IMPORT_BYTES`. */
const MAX_LINE_BYTES = 2 ** 20
const NEWLINE = 10

/** A line of a file, without its line break. */
export type FileLine = { number: number; text: string; bytes: number }

// Refuses bytes that are not UTF-8, and keeps a byte order mark, which is part of the first line.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decode = (bytes: Buffer, number: number): string => {
  if (bytes.length >= MAX_LINE_BYTES)
    throw new Stop(
      `line ${number}: has ${bytes.length} bytes. A line may have ${MAX_LINE_BYTES - 1} at most.`,
    )
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Stop(`line ${number}: is not UTF-8.`)
  }
}

/** Reads a file line by line, never more than a line and a block of it. Calls `onBlock` with each block as it is read. */
export async function* linesOf(path: string, onBlock?: (block: Buffer) => void): AsyncGenerator<FileLine> {
  let rest: Buffer[] = []
  let waiting = 0
  let number = 1
  for await (const block of createReadStream(path) as AsyncIterable<Buffer>) {
    onBlock?.(block)
    let begin = 0
    for (let at = block.indexOf(NEWLINE); at >= 0; at = block.indexOf(NEWLINE, begin)) {
      const bytes = Buffer.concat([...rest, block.subarray(begin, at)])
      yield { number, text: decode(bytes, number), bytes: bytes.length + 1 }
      number++
      rest = []
      waiting = 0
      begin = at + 1
    }
    rest.push(block.subarray(begin))
    waiting += block.length - begin
    if (waiting >= MAX_LINE_BYTES) decode(Buffer.concat(rest), number)
  }
  const bytes = Buffer.concat(rest)
  if (bytes.length > 0) yield { number, text: decode(bytes, number), bytes: bytes.length + 1 }
}

/** Lines that go out in one request. */
export type FilePiece = { first: number; text: string; lines: number }

/** Puts lines together into pieces of so many bytes and lines at most. */
export async function* piecesOf(
  lines: AsyncIterable<FileLine>,
  { maxBytes, maxLines }: { maxBytes: number; maxLines: number },
): AsyncGenerator<FilePiece> {
  let piece: FilePiece | undefined
  let size = 0
  for await (const { number, text, bytes } of lines) {
    if (piece && (size + bytes > maxBytes || piece.lines >= maxLines)) {
      yield piece
      piece = undefined
    }
    if (!piece) {
      piece = { first: number, text: '', lines: 0 }
      size = 0
    }
    piece.text += `${text}\n`
    piece.lines++
    size += bytes
  }
  if (piece) yield piece
}

/** Returns a hash that a file has while it is read. */
export const fileHash = () => {
  const hash = createHash('sha256')
  return { add: (block: Buffer) => void hash.update(block), get: () => hash.digest('base64url') }
}
