import { describe, expect, it } from 'vitest'
import { DamagedFile } from '../../../src/files/media/damaged-file'
import { box, bytes, clean, fixture, indexOf, latin1, uint16, uint32 } from '../../support/node/pictures.ts'

const start = box('ftyp', 'avif', uint32(0), 'avif', 'mif1')
const infe = (id: number, type: string) => box('infe', 2, 0, 0, 0, uint16(id), 0, 0, type, 0)
/** The position of an item: how it is meant, where it begins, how long it is. */
const place = (id: number, method: number, from: number, length: number) =>
  bytes(uint16(id), uint16(method), uint16(0), uint16(1), uint32(from), uint32(length))

/** Returns the box `meta` of a picture of 300 × 200 pixels, with places of items: 1 is the image, 2 EXIF, and 3 XMP. */
const meta = (places: Uint8Array[], ...more: Uint8Array[]) =>
  box(
    'meta',
    uint32(0),
    box('pitm', uint32(0), uint16(1)),
    box('iinf', uint32(0), uint16(3), infe(1, 'av01'), infe(2, 'Exif'), infe(3, 'mime')),
    box(
      'iprp',
      box(
        'ipco',
        box('ispe', uint32(0), uint32(10), uint32(10)),
        box('ispe', uint32(0), uint32(300), uint32(200)),
      ),
      box('ipma', uint32(0), uint32(2), uint16(2), 1, 0x81, uint16(1), 1, 0x82),
    ),
    ...more,
    box('iloc', 1, 0, 0, 0, 0x44, 0, uint16(places.length), ...places),
  )
/** The place at which the content of a box begins that follows a `meta` with so many places. */
const contentAfter = (places: number, ...more: Uint8Array[]) =>
  start.length +
  meta(
    Array.from({ length: places }, () => place(1, 0, 0, 0)),
    ...more,
  ).length +
  8

const cleaned = async (data: Uint8Array) => {
  const result = await clean('image/avif', data)
  expect(result.bytes).toHaveLength(data.length)
  expect(result.size).toEqual({ width: 300, height: 200 })
  return latin1(result.bytes)
}

describe('an AVIF or HEIC', () => {
  it('loses EXIF and XMP before, between and behind its image, and keeps the image', async () => {
    const at = contentAfter(4)
    const places = [
      place(2, 0, at, 4),
      place(1, 0, at + 4, 5),
      place(3, 0, at + 9, 6),
      place(2, 0, at + 12, 8),
    ]
    const data = bytes(start, meta(places), box('mdat', 'exifimagexmpxmpexif!!rest'))
    const result = await cleaned(data)
    expect(result.slice(at)).toBe(`${'\0'.repeat(4)}image${'\0'.repeat(11)}!rest`)
  })

  it('loses metadata in its description, and in boxes that are not shown', async () => {
    const idat = box('idat', 'secret')
    const places = [place(1, 0, contentAfter(2, idat), 5), place(3, 1, 0, 6)]
    const data = bytes(
      start,
      meta(places, idat),
      box('mdat', 'image'),
      box('free', 'secret'),
      box('uuid', 'secret'),
      box('mpvd', 'secret'),
      'secret trailer',
    )
    const result = await cleaned(data)
    expect(result).not.toContain('secret')
    expect(result).toContain('image')
  })

  it('is the same for HEIC, which is a download', async () => {
    const data = fixture('photo.avif')
    data.set(bytes('heic'), 8)
    const result = await clean('image/heic', data)
    expect(result.size).toEqual({ width: 32, height: 48 })
    expect(latin1(result.bytes)).not.toContain('ecret')
  })

  it('can have a last box without a length', async () => {
    const at = contentAfter(2)
    const mdat = box('mdat', 'exifimage')
    mdat.fill(0, 0, 4)
    const result = await cleaned(
      bytes(start, meta([place(2, 0, at, 4), place(1, 0, at + 4, 5)]), mdat, 'secret'),
    )
    expect(result.slice(at)).toBe('\0\0\0\0image\0\0\0\0\0\0')
  })

  it.each([
    ['has its metadata before its description', [place(2, 0, 0, 4)], /can not be removed/],
    ['has its metadata in another item', [place(2, 2, 0, 4)], /can not be removed/],
    ['ends before its image', [place(1, 0, 10_000, 4)], /cut off/],
  ])('is refused if it %s', async (_, places, message) => {
    await expect(clean('image/avif', bytes(start, meta(places), box('mdat', 'image')))).rejects.toThrow(
      message,
    )
  })

  it('is refused quickly if it repeats parts without end', async () => {
    const iloc = box('iloc', 1, 0, 0, 0, 0, 0, uint16(65_535), uint16(1), uint32(0), uint16(65_535))
    const data = fixture('photo.avif')
    const damaged = bytes(data.subarray(0, indexOf(data, 'iloc') - 4), iloc)
    await expect(clean('image/avif', damaged)).rejects.toThrow(DamagedFile)
    const boxes = bytes(
      start,
      meta([place(1, 0, 0, 0)]),
      ...Array.from({ length: 50_000 }, () => box('free')),
    )
    await expect(clean('image/avif', boxes)).rejects.toThrow('more parts than any program writes')
  })
})

describe('a picture of many parts', () => {
  it('is refused before it costs much time', async () => {
    const chunk = bytes(uint32(0), 'IDAT', uint32(0))
    const png = fixture('photo.png').subarray(0, 33)
    const tooMany = /more parts than any program writes/
    await expect(clean('image/png', bytes(png, ...Array(60_000).fill(chunk)))).rejects.toThrow(tooMany)
    await expect(clean('image/jpeg', bytes('\xff\xd8', new Uint8Array(200_000).fill(0xff)))).rejects.toThrow(
      tooMany,
    )
  })
})
