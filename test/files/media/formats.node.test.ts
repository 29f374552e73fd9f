import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  bytes,
  clean,
  indexOf,
  latin1,
  pngChunk,
  segment,
  uint16,
  uint32,
  uint32le,
  webpChunk,
} from '../../support/node/pictures.ts'

/** The beginning of a JPEG of `width` × `height` pixels, and the rest. Its image is no real one: nothing decodes it. */
const frame = (width: number, height: number) =>
  segment(0xc0, 8, uint16(height), uint16(width), 1, 1, 0x11, 0)
const scan = bytes(segment(0xda, 1, 1, 0, 0, 63, 0), '\x12\xff\0\x34\xff\xd0\x56')
const jpeg = (...segments: Uint8Array[]) => bytes('\xff\xd8', ...segments, frame(300, 200), scan, '\xff\xd9')

describe('a JPEG', () => {
  const cleaned = async (...segments: Uint8Array[]) =>
    latin1((await clean('image/jpeg', jpeg(...segments))).bytes)

  it('keeps its colour profile and its Adobe segment, and JFIF without the thumbnail', async () => {
    const kept = bytes(
      segment(0xe0, 'JFIF\0', 1, 2, 0, uint16(72), uint16(72), 0, 0),
      segment(0xe2, 'ICC_PROFILE\0', 1, 1, 'a profile'),
      segment(0xee, 'Adobe', 0, 100, 0, 0, 0, 0, 1),
    )
    expect(await cleaned(kept)).toBe(latin1(jpeg(kept)))
    expect(await cleaned(segment(0xe0, 'JFIF\0', 1, 2, 0, uint16(72), uint16(72), 1, 1, 'rgb'))).toBe(
      latin1(jpeg(segment(0xe0, 'JFIF\0', 1, 2, 0, uint16(72), uint16(72), 0, 0, '\0\0\0'))),
    )
  })

  it.each([
    ['extended XMP', 0xe1, 'http://ns.adobe.com/xmp/extension/\0secret'],
    ['the list of several pictures', 0xe2, 'MPF\0secret'],
    ['IPTC', 0xed, 'Photoshop 3.0\x008BIM secret'],
    ['a preview', 0xe0, 'JFXX\0secret'],
    ['the manifest of a program', 0xeb, 'JPsecret'],
    ['a comment', 0xfe, 'secret'],
  ])('loses %s', async (_, code, text) => {
    expect(await cleaned(segment(code, text))).toBe(latin1(jpeg(segment(code, '\0'.repeat(text.length)))))
  })

  it('loses metadata between and behind its scans, and what lies between segments', async () => {
    const hidden = 'secret\xff\0secret'
    const data = bytes('\xff\xd8', hidden, frame(300, 200), scan, segment(0xe1, 'secret'), hidden, scan)
    const { bytes: result } = await clean(
      'image/jpeg',
      bytes(data, segment(0xfe, 'secret'), '\xff\xd9secret'),
    )
    expect(latin1(result)).not.toContain('secret')
    expect(latin1(result).split(latin1(scan))).toHaveLength(3)
  })

  it('is read with several prefixes before a marker', async () => {
    const data = bytes('\xff\xd8\xff\xff\xff', segment(0xe1, 'secret').subarray(1), jpeg().subarray(2))
    expect(latin1((await clean('image/jpeg', data)).bytes)).not.toContain('secret')
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps the orientation %i, in any order of bytes',
    async (orientation) => {
      const size = orientation < 5 ? { width: 300, height: 200 } : { width: 200, height: 300 }
      const entry = (little: boolean) =>
        little
          ? bytes('II*\0', uint32le(8), 1, 0, 0x12, 1, 3, 0, uint32le(1), orientation, 0, 0, 0)
          : bytes('MM\0*', uint32(8), 0, 1, 1, 0x12, 0, 3, uint32(1), 0, orientation, 0, 0)
      for (const little of [true, false]) {
        const data = jpeg(segment(0xe1, 'Exif\0\0', entry(little), 'secret'))
        const result = await clean('image/jpeg', data)
        expect(result.size).toEqual(size)
        expect(latin1(result.bytes)).toContain(latin1(bytes('Exif\0\0', entry(false))))
        expect(latin1(result.bytes)).not.toContain('secret')
      }
    },
  )

  it.each([
    ['no TIFF', bytes('secret')],
    ['a directory outside', bytes('MM\0*', uint32(0x7fff_ffff), 'secret')],
    ['a directory over the header', bytes('MM\0*', uint32(0), 'secret')],
    ['more entries than bytes', bytes('MM\0*', uint32(8), 0xff, 0xff, 'secret'.repeat(5))],
    ['a wrong orientation', bytes('MM\0*', uint32(8), 0, 1, 1, 0x12, 0, 3, uint32(1), 0, 9, 0, 0)],
    ['nothing', bytes()],
  ])('is upright with EXIF that has %s', async (_, tiff) => {
    const result = await clean('image/jpeg', jpeg(segment(0xe1, 'Exif\0\0', tiff)))
    expect(result.size).toEqual({ width: 300, height: 200 })
    expect(latin1(result.bytes)).not.toContain('secret')
  })
})

const header = (width: number, height: number) =>
  pngChunk('IHDR', uint32(width), uint32(height), 8, 2, 0, 0, 0)
const png = (...chunks: Uint8Array[]) =>
  bytes('\x89PNG\r\n\x1a\n', header(300, 200), ...chunks, pngChunk('IDAT', 'image'), pngChunk('IEND'))

/** Returns the types of the chunks. Throws for a wrong checksum. */
const chunksOf = (data: Uint8Array): string[] => {
  const types: string[] = []
  for (let at = 8; at < data.length; ) {
    const view = new DataView(data.buffer, data.byteOffset + at)
    const length = view.getUint32(0)
    if (crc32(data.subarray(at + 4, at + 8 + length)) !== view.getUint32(8 + length)) throw new Error('CRC')
    types.push(latin1(data.subarray(at + 4, at + 8)))
    at += 12 + length
  }
  return types
}

describe('a PNG', () => {
  it.each(['tEXt', 'zTXt', 'iTXt', 'tIME', 'dSIG', 'caBX'])(
    'has a chunk that nobody reads in the place of %s, of any length, with a right checksum',
    async (type) => {
      for (const length of [0, 1, 2, 3, 4, 5, 6, 100, 70_000]) {
        const { bytes: result } = await clean('image/png', png(pngChunk(type, 's'.repeat(length))))
        expect(chunksOf(result)).toEqual(['IHDR', 'voId', 'IDAT', 'IEND'])
        expect(latin1(result)).not.toContain('s')
      }
    },
  )

  it('keeps the orientation of EXIF of any length, with a right checksum', async () => {
    const tiff = bytes('MM\0*', uint32(8), 0, 1, 1, 0x12, 0, 3, uint32(1), 0, 6, 0, 0)
    for (const length of [0, 1, 4, 7, 8, 9, 10, 100, 65_000, 66_000, 100_000]) {
      const chunk = pngChunk('eXIf', tiff, 's'.repeat(length))
      const result = await clean('image/png', png(chunk))
      expect(chunksOf(result.bytes)).toEqual(['IHDR', 'eXIf', 'IDAT', 'IEND'])
      expect(latin1(result.bytes)).not.toContain('ssss')
      expect(result.size).toEqual({ width: 200, height: 300 })
    }
  })

  it('keeps what colours and animations need', async () => {
    const kept = ['sRGB', 'gAMA', 'iCCP', 'cICP', 'pHYs', 'acTL', 'fcTL', 'fdAT', 'tRNS']
    const data = png(...kept.map((type) => pngChunk(type, 'data')))
    expect((await clean('image/png', data)).bytes).toEqual(data)
  })
})

const vp8 = webpChunk('VP8 ', 0, 0, 0, '\x9d\x01\x2a', 44, 1, 200, 0)
const webp = (...chunks: Uint8Array[]) => webpChunk('RIFF', 'WEBP', ...chunks)

describe('a WebP', () => {
  it('loses EXIF, XMP, unknown chunks and the flag for XMP, also in and behind the frames of an animation', async () => {
    const extended = (flags: number) => webpChunk('VP8X', flags, 0, 0, 0, 43, 1, 0, 199, 0, 0)
    const hidden = (type: string) => webpChunk(type, 'secret!')
    const data = webp(
      extended(0b1110),
      hidden('NAME'),
      webpChunk('ANMF', new Uint8Array(16), vp8, hidden('TEXT')),
      webpChunk('ANMF', new Uint8Array(16), vp8),
      webpChunk('EXIF', 'Exif\0\0secret'),
      hidden('XMP '),
    )
    const result = await clean('image/webp', bytes(data, 'secret'))
    expect(latin1(result.bytes)).not.toContain('secret')
    expect(latin1(result.bytes)).not.toContain('XMP ')
    expect(result.bytes.subarray(12, 12 + 18)).toEqual(extended(0b1010))
    expect(latin1(result.bytes).split(latin1(vp8))).toHaveLength(3)
    expect(result.size).toEqual({ width: 300, height: 200 })
  })

  it('has the size of its image', async () => {
    expect((await clean('image/webp', webp(vp8))).size).toEqual({ width: 300, height: 200 })
    const lossless = webpChunk('VP8L', 0x2f, uint32le(299 | (199 << 14)))
    expect((await clean('image/webp', webp(lossless))).size).toEqual({ width: 300, height: 200 })
  })
})

it('a GIF passes as it is, with its size', async () => {
  const data = bytes('GIF89a', 44, 1, 200, 0, 'the rest')
  expect(await clean('image/gif', data)).toEqual({ bytes: data, size: { width: 300, height: 200 } })
})

describe('decompression bombs', () => {
  const tooLarge = /pixels. Make it smaller: at most 32767 pixels a side, and 100 megapixels/

  it.each([
    ['image/jpeg', bytes('\xff\xd8', frame(40_000, 1), scan, '\xff\xd9')],
    ['image/jpeg', bytes('\xff\xd8', frame(20_000, 20_000), scan, '\xff\xd9')],
    ['image/png', bytes('\x89PNG\r\n\x1a\n', header(0x7fff_ffff, 0x7fff_ffff))],
    ['image/png', bytes('\x89PNG\r\n\x1a\n', header(1, 32_768))],
    ['image/webp', webp(webpChunk('VP8X', 0, 0, 0, 0, 255, 255, 255, 255, 255, 255))],
    ['image/gif', bytes('GIF89a', 255, 255, 255, 255, 'the rest')],
  ])('a picture of type %s that is too large is refused', async (type, data) => {
    await expect(clean(type, data)).rejects.toThrow(tooLarge)
  })

  it.each([
    ['image/jpeg', bytes('\xff\xd8', frame(0, 1), scan, '\xff\xd9')],
    ['image/png', bytes('\x89PNG\r\n\x1a\n', header(1, 0))],
  ])('a picture of type %s without a side is refused', async (type, data) => {
    await expect(clean(type, data)).rejects.toThrow('no width or no height')
  })

  it('the largest picture passes', async () => {
    const data = bytes('\xff\xd8', frame(10_000, 10_000), scan, '\xff\xd9')
    expect((await clean('image/jpeg', data)).size).toEqual({ width: 10_000, height: 10_000 })
  })
})

describe('polyglots', () => {
  it.each([
    ['image/jpeg', jpeg()],
    ['image/png', png()],
    ['image/webp', webp(vp8)],
  ])('of type %s lose the archive or the page behind the picture', async (type, data) => {
    for (const other of ['PK\x03\x04secret', '<script>alert(1)</script>', 's'.repeat(100_000)]) {
      const result = await clean(type, bytes(data, other))
      expect(result.bytes).toEqual(bytes(data, new Uint8Array(other.length)))
    }
  })

  it('lose a page in a comment, a text, or a chunk', async () => {
    const page = '<!doctype html><script>alert(1)</script>'
    for (const [type, data] of [
      ['image/jpeg', jpeg(segment(0xfe, page))],
      ['image/png', png(pngChunk('tEXt', page))],
      ['image/webp', webp(vp8, webpChunk('HTML', page))],
    ] as const) {
      expect(indexOf(data, page)).toBeGreaterThan(0)
      expect(latin1((await clean(type, data)).bytes)).not.toContain('script')
    }
  })
})
