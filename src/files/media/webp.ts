// A WebP is a RIFF file: chunks of a type of four letters, a length, data, and a byte that makes an odd length even
// (https://developers.google.com/speed/webp/docs/riff_container).

import { ascii, bytesOf, hasAt, view } from './bytes'
import { DamagedFile } from './damaged-file'
import { MAX_EXIF_BYTES, reduceExif } from './exif'
import { noteSize, type Picture } from './picture'
import { blank, type Parser, type Part, pass, take } from './rewrite'

const HEADER_BYTES = 8
/** A frame of an animation has these bytes before its own chunks. */
const FRAME_BYTES = 16
/** The flag in the header of extended files which says that a chunk with XMP follows. */
const XMP_FLAG = 4
/** The type of an overwritten chunk. Readers skip types that they don't know. */
const VOID = bytesOf('void')

const wrong = (): DamagedFile => new DamagedFile('A chunk of the WebP has a wrong length.')

/** Takes the beginning of a chunk, and lets the rest pass. */
function* fields(bytes: number, length: number, read: (bytes: Uint8Array) => void): Part {
  if (length < bytes) throw wrong()
  read(yield* take(bytes))
  yield* pass(length - bytes)
}

/** The chunks that a picture is shown with, and how they are read. Each lets `length` bytes pass. */
const chunks: Record<string, (length: number, picture: Picture) => Part> = {
  VP8X: (length, picture) =>
    fields(10, length, (bytes) => {
      bytes[0] = (bytes[0] as number) & ~XMP_FLAG
      const size = view(bytes)
      noteSize(picture, 1 + (size.getUint32(3, true) >>> 8), 1 + (size.getUint32(6, true) >>> 8))
    }),
  'VP8 ': (length, picture) =>
    fields(10, length, (bytes) => {
      if (!hasAt(bytes, 3, '\x9d\x01\x2a')) throw new DamagedFile('The image in the WebP is damaged.')
      noteSize(picture, view(bytes).getUint16(6, true) & 0x3fff, view(bytes).getUint16(8, true) & 0x3fff)
    }),
  VP8L: (length, picture) =>
    fields(5, length, (bytes) => {
      const size = view(bytes).getUint32(1, true)
      noteSize(picture, 1 + (size & 0x3fff), 1 + ((size >>> 14) & 0x3fff))
    }),
  ICCP: pass,
  ANIM: pass,
  ALPH: pass,
  EXIF: exif,
}

/** Reduces a chunk of EXIF to the orientation. Some programs write the prefix of JPEG before it. */
function* exif(length: number): Part {
  const content = yield* take(Math.min(length, MAX_EXIF_BYTES))
  reduceExif(content.subarray(hasAt(content, 0, 'Exif\0\0') ? 6 : 0))
  yield* blank(length - content.length)
}

const images = new Set(['VP8 ', 'VP8L'])

/** Reads a WebP. Bytes after its end are overwritten. */
export function* webp(picture: Picture): Parser {
  const start = yield* take(12)
  if (!hasAt(start, 0, 'RIFF') || !hasAt(start, 8, 'WEBP')) {
    throw new DamagedFile('The file begins as no WebP does.')
  }
  let left = view(start).getUint32(4, true) - 4
  let hasImage = false
  while (left >= HEADER_BYTES) {
    const header = yield* take(HEADER_BYTES)
    const type = ascii(header, 0, 4)
    const length = view(header).getUint32(4, true)
    left -= HEADER_BYTES
    if (length > left) throw wrong()
    // The chunks of a frame follow its own fields, and are read as all others.
    const frame = type === 'ANMF'
    if (frame && length < FRAME_BYTES) throw wrong()
    const own = frame ? FRAME_BYTES : length
    const read = frame ? pass : Object.hasOwn(chunks, type) ? chunks[type] : undefined
    if (!read) header.set(VOID)
    yield* (read ?? blank)(own, picture)
    const padding = Math.min(own % 2, left - own)
    yield* blank(padding)
    left -= own + padding
    hasImage ||= images.has(type)
  }
  if (!hasImage) throw new DamagedFile('The WebP has no image.')
  return 'blank'
}
