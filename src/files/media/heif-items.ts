// The box `meta` of AVIF and HEIC says which items a picture has, where their bytes are, and how it is shown (ISO/IEC 23008-12).

import { boxesIn, contentOf, Fields } from './boxes'
import { ascii } from './bytes'
import { DamagedFile } from './damaged-file'
import { noteSize, type Picture } from './picture'

/** Bytes of the file, from its beginning. */
export type Range = { from: number; to: number }

/** Items that aren't shown: EXIF, and texts such as XMP. */
const METADATA = ['Exif', 'mime', 'uri ']
/** The bytes before the boxes in a box with a version. */
const VERSION_BYTES = 4
/** EXIF's number for a quarter turn. */
const QUARTER_TURN = 6
/** The places in which the bytes of an item may be: in the file, or in the box `idat` of `meta`. */
const IN_FILE = 0
const IN_META = 1

const versionOf = (content: Uint8Array): number => content[0] ?? 0

/** Returns the ids of the items that are metadata. */
const metadataItems = (iinf: Uint8Array): Set<number> => {
  const entries = boxesIn(iinf.subarray(VERSION_BYTES + (versionOf(iinf) === 0 ? 2 : 4)))
  const ids = new Set<number>()
  for (const { content } of entries) {
    const idBytes = versionOf(content) === 2 ? 2 : 4
    const id = new Fields(content.subarray(VERSION_BYTES)).uint(idBytes)
    const type = VERSION_BYTES + idBytes + 2
    if (METADATA.includes(ascii(content, type, type + 4))) ids.add(id)
  }
  return ids
}

const unplaced = (): DamagedFile => new DamagedFile('The picture does not say where its parts are.')

type Places = { inFile: Range[]; inMeta: Range[]; end: number }

/** Returns where the bytes of some items are: in the file, and in the box `idat`; and where the last byte of any item is. */
const locate = (iloc: Uint8Array, items: Set<number>): Places => {
  const found: Places = { inFile: [], inMeta: [], end: 0 }
  const version = versionOf(iloc)
  const fields = new Fields(iloc.subarray(VERSION_BYTES))
  const sizes = fields.uint(2)
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >>> 12, (sizes >>> 8) & 15, (sizes >>> 4) & 15]
  const indexBytes = version > 0 ? sizes & 15 : 0
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((bytes) => ![0, 4, 8].includes(bytes))) {
    throw unplaced()
  }
  const idBytes = version < 2 ? 2 : 4
  for (let count = fields.uint(idBytes); count > 0; count -= 1) {
    const id = fields.uint(idBytes)
    const method = version > 0 ? fields.uint(2) & 15 : IN_FILE
    fields.uint(2)
    const base = fields.uint(baseBytes)
    const extents = fields.uint(2)
    if (extents > 1 && indexBytes + offsetBytes + lengthBytes === 0) throw unplaced()
    for (let extent = 0; extent < extents; extent += 1) {
      fields.uint(indexBytes)
      const from = base + fields.uint(offsetBytes)
      const range = { from, to: from + fields.uint(lengthBytes) }
      if (method === IN_FILE) found.end = Math.max(found.end, range.to)
      if (!items.has(id)) continue
      if (method === IN_FILE) found.inFile.push(range)
      else if (method === IN_META) found.inMeta.push(range)
      else
        throw new DamagedFile('The metadata of the picture is in a place from which it can not be removed.')
    }
  }
  return found
}

/** Returns the numbers of the properties of an item, from 1 on. */
const propertiesOf = (ipma: Uint8Array, item: number): number[] => {
  if (ipma.length === 0) return []
  const idBytes = versionOf(ipma) < 1 ? 2 : 4
  const numberBytes = (ipma[3] ?? 0) & 1 ? 2 : 1
  const fields = new Fields(ipma.subarray(VERSION_BYTES))
  const numbers: number[] = []
  for (let count = fields.uint(4); count > 0; count -= 1) {
    const id = fields.uint(idBytes)
    for (let left = fields.uint(1); left > 0; left -= 1) {
      // The highest bit says that a reader must know the property.
      const number = fields.uint(numberBytes) & (numberBytes === 2 ? 0x7fff : 0x7f)
      if (id === item) numbers.push(number)
    }
  }
  return numbers
}

/** Notes size and rotation of the item that is shown. */
const noteProperties = (iprp: Uint8Array, item: number, picture: Picture): void => {
  const boxes = boxesIn(iprp)
  const all = boxesIn(contentOf(boxes, 'ipco'))
  for (const number of propertiesOf(contentOf(boxes, 'ipma'), item)) {
    const property = all[number - 1]
    if (property?.type === 'ispe') {
      const fields = new Fields(property.content.subarray(VERSION_BYTES))
      noteSize(picture, fields.uint(4), fields.uint(4))
    } else if (property?.type === 'irot' && (property.content[0] ?? 0) & 1) {
      picture.orientation = QUARTER_TURN
    }
  }
}

/** Returns ranges in order and without overlap. */
const merged = (ranges: readonly Range[]): Range[] => {
  const result: Range[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) result.push({ from, to })
  }
  return result
}

/**
 * Reads the box `meta`: notes the size of the picture, and overwrites metadata that is in the box itself. Returns where other metadata
 * is in the file, in order, and where the bytes of all items end.
 */
export const readMeta = (meta: Uint8Array, picture: Picture): { metadata: Range[]; end: number } => {
  const boxes = boxesIn(meta.subarray(VERSION_BYTES))
  const pitm = contentOf(boxes, 'pitm')
  const primary = new Fields(pitm.subarray(VERSION_BYTES)).uint(versionOf(pitm) === 0 ? 2 : 4)
  noteProperties(contentOf(boxes, 'iprp'), primary, picture)
  if (!picture.size) throw new DamagedFile('The picture does not say how large it is.')
  const places = locate(contentOf(boxes, 'iloc'), metadataItems(contentOf(boxes, 'iinf')))
  const idat = contentOf(boxes, 'idat')
  for (const { from, to } of places.inMeta) idat.fill(0, from, to)
  return { metadata: merged(places.inFile), end: places.end }
}
