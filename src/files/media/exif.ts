// EXIF is a TIFF file inside of a picture: a header, and directories of 12 bytes an entry.

import { hasAt, view } from './bytes'

/** The most bytes of EXIF in which the orientation is looked for. A segment of a JPEG holds no more. */
export const MAX_EXIF_BYTES = 65_536

const HEADER_BYTES = 8
const ENTRY_BYTES = 12
const ORIENTATION = 0x0112
const SHORT = 3
const UPRIGHT = 1

/** Returns the orientation, 1 to 8; 1 where there is none. Reads the first directory, as browsers do. */
const orientationOf = (tiff: Uint8Array): number => {
  const littleEndian = hasAt(tiff, 0, 'II*\0')
  if (tiff.length < HEADER_BYTES || !(littleEndian || hasAt(tiff, 0, 'MM\0*'))) return UPRIGHT
  const fields = view(tiff)
  const directory = fields.getUint32(4, littleEndian)
  if (directory < HEADER_BYTES || directory + 2 > tiff.length) return UPRIGHT
  const end = directory + 2 + fields.getUint16(directory, littleEndian) * ENTRY_BYTES
  for (let at = directory + 2; at + ENTRY_BYTES <= Math.min(end, tiff.length); at += ENTRY_BYTES) {
    if (fields.getUint16(at, littleEndian) !== ORIENTATION) continue
    const value = fields.getUint16(at + 8, littleEndian)
    const valid = fields.getUint16(at + 2, littleEndian) === SHORT && value >= 1 && value <= 8
    return valid ? value : UPRIGHT
  }
  return UPRIGHT
}

/** Returns EXIF that says the orientation and nothing else. */
const minimalExif = (orientation: number): Uint8Array => {
  const tiff = new Uint8Array(HEADER_BYTES + 2 + ENTRY_BYTES + 4)
  const fields = view(tiff)
  tiff.set([0x4d, 0x4d, 0, 0x2a])
  fields.setUint32(4, HEADER_BYTES)
  fields.setUint16(8, 1)
  fields.setUint16(10, ORIENTATION)
  fields.setUint16(12, SHORT)
  fields.setUint32(14, 1)
  fields.setUint16(18, orientation)
  return tiff
}

/** Overwrites EXIF in place with one of the same length that says the orientation and nothing else. Returns the orientation. */
export const reduceExif = (tiff: Uint8Array): number => {
  const orientation = orientationOf(tiff)
  tiff.fill(0)
  tiff.set(minimalExif(orientation).subarray(0, tiff.length))
  return orientation
}
