// A JPEG is a row of segments, each with a marker of two bytes and a length, and after a header of a scan its compressed data until
// the next marker: ITU-T T.81, annex B. What browsers' decoders accept beyond that is accepted here, too.

import { hasAt, view } from './bytes'
import { DamagedFile } from './damaged-file'
import { reduceExif } from './exif'
import { noteSize, type Picture } from './picture'
import { blank, type Find, type Parser, type Part, pass, take } from './rewrite'

const PREFIX = 0xff
const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const APP0 = 0xe0
const APP15 = 0xef
const COM = 0xfe
/** Markers of segments that are passed as they are: tables, the restart interval, the number of lines. */
const TABLES = [0xc4, 0xcc, 0xdb, 0xdc, 0xdd]
/** Markers of frame headers: `0xc0` to `0xcf` without the tables and the reserved one. */
const isFrame = (code: number): boolean => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code)
/** A marker that stands alone: a restart in the data of a scan, or one for arithmetic coding. */
const isAlone = (code: number): boolean => code === 0x01 || (code >= 0xd0 && code <= 0xd7)
/** After the prefix, says that the prefix was a byte of data. */
const STUFFED = 0

/** The bytes of an Adobe segment, which says how colours are coded, and of a JFIF header without its thumbnail. */
const ADOBE_BYTES = 12
const JFIF_BYTES = 12

const findPrefix: Find = (bytes, from) => {
  const at = bytes.indexOf(PREFIX, from)
  return at < 0 ? bytes.length : at
}

/** Finds the end of a scan's data. Stops at a prefix that ends the chunk, too, because the next byte decides. */
const findEndOfScan: Find = (bytes, from) => {
  let at = findPrefix(bytes, from)
  while (at + 1 < bytes.length) {
    const code = bytes[at + 1] as number
    if (code !== STUFFED && !isAlone(code)) return at
    at = findPrefix(bytes, at + 2)
  }
  return at
}

/** Reads a marker, which may have several prefixes. */
function* marker(): Part<number> {
  let code = (yield* take(2))[1] as number
  while (code === PREFIX) code = (yield* take(1))[0] as number
  return code
}

/** Goes to the next marker. Decoders skip bytes between segments, so those are overwritten. */
function* nextMarker(): Part<number> {
  for (;;) {
    yield { blankTo: findPrefix }
    const code = yield* marker()
    if (code !== STUFFED && !isAlone(code)) return code
  }
}

/** Lets the data of a scan pass, and returns the marker that ends it. */
function* scan(): Part<number> {
  for (;;) {
    yield { passTo: findEndOfScan }
    const code = yield* marker()
    if (code !== STUFFED && !isAlone(code)) return code
  }
}

/** Removes from a segment for applications all that pictures can be shown without. Keeps the colour profile. */
const cleanApplicationData = (data: Uint8Array, picture: Picture, first: boolean): boolean => {
  if (hasAt(data, 0, 'Exif\0\0')) {
    const orientation = reduceExif(data.subarray(6))
    if (first) picture.orientation = orientation
    return true
  }
  if (hasAt(data, 0, 'ICC_PROFILE\0')) return false
  const kept = hasAt(data, 0, 'JFIF\0') ? JFIF_BYTES : hasAt(data, 0, 'Adobe') ? ADOBE_BYTES : 0
  data.fill(0, kept)
  return false
}

/** Reads a JPEG. What follows its end, such as the video of a moving photograph, is overwritten. */
export function* jpeg(picture: Picture): Parser {
  const [prefix, start] = yield* take(2)
  if (prefix !== PREFIX || start !== SOI) throw new DamagedFile('The file begins as no JPEG does.')
  let hasExif = false
  let hasScan = false
  let code = yield* nextMarker()
  while (code !== EOI) {
    const length = view(yield* take(2)).getUint16(0) - 2
    if (length < 0) throw new DamagedFile('A segment of the JPEG has a wrong length.')
    if (code >= APP0 && code <= APP15) {
      const exif = cleanApplicationData(yield* take(length), picture, !hasExif)
      hasExif ||= exif
    } else if (code === COM) {
      yield* blank(length)
    } else if (isFrame(code)) {
      const header = yield* take(length)
      if (length < 5 || picture.size) throw new DamagedFile('The JPEG has a wrong frame header.')
      noteSize(picture, view(header).getUint16(3), view(header).getUint16(1))
    } else if (code === SOS) {
      if (!picture.size) throw new DamagedFile('The JPEG has no frame header before its image.')
      yield* pass(length)
      hasScan = true
    } else if (TABLES.includes(code)) {
      yield* pass(length)
    } else {
      throw new DamagedFile(`The JPEG has a marker that no browser reads: 0xff${code.toString(16)}.`)
    }
    code = code === SOS ? yield* scan() : yield* nextMarker()
  }
  if (!hasScan) throw new DamagedFile('The JPEG has no image.')
  return 'blank'
}
