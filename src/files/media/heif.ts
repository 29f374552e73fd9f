import { ascii, view } from './bytes'
import { DamagedFile } from './damaged-file'
import { type Range, readMeta } from './heif-items'
import type { Picture } from './picture'
import { blank, type Parser, type Part, pass, take } from './rewrite'

/** The boxes of a file that hold the picture. The content of any other is overwritten. */
const shown = new Set(['ftyp', 'mdat', 'moov', 'moof'])
/** The most bytes of the box `meta`. Telephones write some thousands. */
const MAX_META_BYTES = 262_144
/** No file that can be uploaded is longer. */
const MAX_BOX_BYTES = 2 ** 30

/** Lets the bytes of a box pass, and overwrites the ranges among them. Removes from `ranges` those that are behind. */
function* passBut(ranges: Range[], from: number, to: number): Part {
  let at = from
  for (;;) {
    while (ranges[0] && ranges[0].to <= at) ranges.shift()
    const range = ranges[0]
    if (!range || range.from >= to) break
    const start = Math.max(range.from, at)
    const stop = Math.min(range.to, to)
    yield* pass(start - at)
    yield* blank(stop - start)
    at = stop
    if (at === to) return
  }
  yield* pass(to - at)
}

type BoxHeader = { header: Uint8Array; type: string; length: number | null; bytes: number }

/** Reads the header of a box. The length is that of its content, or nothing for a box that ends with the file. */
function* boxHeader(canEnd: boolean): Part<BoxHeader> {
  const header = yield { take: 8, canEnd }
  const declared = view(header).getUint32(0)
  const type = ascii(header, 4)
  if (declared === 0) return { header, type, length: null, bytes: 8 }
  if (declared === 1) {
    return { header, type, length: Number(view(yield* take(8)).getBigUint64(0)) - 16, bytes: 16 }
  }
  return { header, type, length: declared - 8, bytes: 8 }
}

/**
 * Reads an AVIF or a HEIC. Metadata can be removed only where the beginning of the file says where it is, as the usual programs write
 * it; another picture is refused. Browsers turn these pictures by a property of their own, which stays, and not by EXIF.
 */
export function* heif(picture: Picture): Parser {
  let at = 0
  let items: { metadata: Range[]; end: number } = { metadata: [], end: Number.POSITIVE_INFINITY }
  for (;;) {
    const { header, type, length, bytes } = yield* boxHeader(at >= items.end)
    if (at === 0 && type !== 'ftyp') throw new DamagedFile('The file begins as no AVIF or HEIC does.')
    const isComplete = at >= items.end
    at += bytes
    if (type === 'meta' && !picture.size) {
      if (length === null || length < 0 || length > MAX_META_BYTES) {
        throw new DamagedFile('The description of the picture has a wrong length.')
      }
      items = readMeta(yield* take(length), picture)
      at += length
      if (items.metadata.some(({ from }) => from < at)) {
        throw new DamagedFile('The metadata of the picture stands where it can not be removed.')
      }
    } else if (length === null) {
      if (!shown.has(type)) return 'blank'
      yield* passBut(items.metadata, at, items.end)
      return 'blank'
    } else if (length < 0 || length > MAX_BOX_BYTES) {
      if (!isComplete) throw new DamagedFile('A box of the picture has a wrong length.')
      header.fill(0)
      return 'blank'
    } else if (shown.has(type)) {
      yield* passBut(items.metadata, at, at + length)
      at += length
    } else {
      yield* blank(length)
      at += length
    }
  }
}
