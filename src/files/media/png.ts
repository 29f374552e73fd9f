// A PNG is a row of chunks: a length, a type of four letters, data, and a CRC-32 of type and data (https://www.w3.org/TR/png-3/).

import { ascii, bytesOf, hasAt, view } from './bytes'
import { DamagedFile } from './damaged-file'
import { MAX_EXIF_BYTES, reduceExif } from './exif'
import { noteSize, type Picture } from './picture'
import { blank, type Parser, type Part, pass, take } from './rewrite'

const SIGNATURE = '\x89PNG\r\n\x1a\n'
const MAX_LENGTH = 0x7fff_ffff
const HEADER_BYTES = 13
const CRC_BYTES = 4

/** The chunks that pictures and animations are shown with. Any other one is overwritten. */
const shown = new Set(
  'PLTE IDAT tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV mDCv cLLI cLLi bKGD pHYs acTL fcTL fdAT'.split(' '),
)
/** The type of an overwritten chunk. Its small letters say: not needed, private, safe to copy. */
const VOID = bytesOf('voId')

/** Returns the register of the CRC after more bytes. */
const crcAfter = (bytes: Uint8Array, start: number): number => {
  let register = start
  for (const byte of bytes) {
    register ^= byte
    for (let bit = 0; bit < 8; bit += 1) register = (register >>> 1) ^ (register & 1 ? 0xedb8_8320 : 0)
  }
  return register
}

/** The most bytes of a new chunk that are no zeros: those of the least EXIF, and those that end its CRC. */
const MAX_HEAD_BYTES = 30

/**
 * Ends a chunk that has new bytes. `content` is the beginning of its data; `rest` bytes follow, which become zeros. Behind the head are zeros only. If
 * there are some, the last four bytes of the head are the register itself: they make it zero, and zeros keep it so, however many they are.
 */
function* seal(type: Uint8Array, content: Uint8Array, rest: number): Part {
  const head = content.subarray(0, MAX_HEAD_BYTES)
  let register = crcAfter(type, -1)
  if (head.length < content.length + rest) {
    const last = head.length - CRC_BYTES
    register = crcAfter(head.subarray(0, last), register)
    view(head).setUint32(last, register, true)
    register = 0
  } else {
    register = crcAfter(head, register)
  }
  yield* blank(rest)
  view(yield* take(CRC_BYTES)).setInt32(0, ~register)
}

/** Overwrites a chunk that isn't needed. */
function* overwrite(header: Uint8Array, length: number): Part {
  header.set(VOID, 4)
  const content = yield* take(Math.min(length, CRC_BYTES))
  content.fill(0)
  yield* seal(VOID, content, length - content.length)
}

/** Reduces a chunk of EXIF to the orientation. */
function* exif(length: number, picture: Picture): Part {
  const content = yield* take(Math.min(length, MAX_EXIF_BYTES))
  picture.orientation = reduceExif(content)
  yield* seal(bytesOf('eXIf'), content, length - content.length)
}

/** Reads a PNG. Bytes after its end are overwritten. */
export function* png(picture: Picture): Parser {
  if (!hasAt(yield* take(SIGNATURE.length), 0, SIGNATURE)) {
    throw new DamagedFile('The file begins as no PNG does.')
  }
  let hasImage = false
  for (;;) {
    const header = yield* take(8)
    const length = view(header).getUint32(0)
    const type = ascii(header, 4)
    if (length > MAX_LENGTH) throw new DamagedFile('A chunk of the PNG has a wrong length.')
    if (!picture.size !== (type === 'IHDR')) {
      throw new DamagedFile('The PNG has its header in a wrong place.')
    }
    if (type === 'IHDR') {
      if (length !== HEADER_BYTES) throw new DamagedFile('The PNG has a wrong header.')
      const fields = view(yield* take(length + CRC_BYTES))
      noteSize(picture, fields.getUint32(0), fields.getUint32(4))
    } else if (type === 'IEND') {
      if (length > 0 || !hasImage) throw new DamagedFile('The PNG has no image, or a wrong end.')
      yield* pass(CRC_BYTES)
      return 'blank'
    } else if (shown.has(type)) {
      hasImage ||= type === 'IDAT'
      yield* pass(length + CRC_BYTES)
    } else if (type === 'eXIf') {
      yield* exif(length, picture)
    } else if (/^[a-z]/.test(type)) {
      yield* overwrite(header, length)
    } else {
      throw new DamagedFile('The PNG has a chunk that no browser reads.')
    }
  }
}
