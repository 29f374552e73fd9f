import { describe, expect, it } from 'vitest'
import { DamagedFile } from '../../../src/files/media/damaged-file'
import { bytes, clean, fixture, indexOf, latin1 } from '../../support/node/pictures.ts'
import fc from '../../support/properties.ts'

const exif = 'MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0'

/** Each fixture, the size with which browsers show it, the texts at which its image begins and ends, and how it says that it is turned. */
const pictures = [
  {
    name: 'photo.jpg',
    type: 'image/jpeg',
    size: { width: 32, height: 48 },
    image: ['\xff\xc0\0\x11\x08', '\xff\xd9'],
    profile: 'ICC_PROFILE\0',
    turn: exif,
  },
  {
    name: 'progressive.jpg',
    type: 'image/jpeg',
    size: { width: 32, height: 48 },
    image: ['\xff\xc2\0\x11\x08', '\xff\xd9'],
    profile: 'ICC_PROFILE\0',
    turn: exif,
  },
  {
    name: 'photo.png',
    type: 'image/png',
    size: { width: 32, height: 48 },
    image: ['IDAT', 'IEND\xaeB`\x82'],
    profile: 'iCCP',
    turn: exif,
  },
  {
    // Browsers don't turn a WebP.
    name: 'photo.webp',
    type: 'image/webp',
    size: { width: 48, height: 32 },
    image: ['VP8 ', 'EXIF'],
    profile: 'ICCP',
    turn: exif,
  },
  {
    name: 'photo.avif',
    type: 'image/avif',
    size: { width: 32, height: 48 },
    image: ['\x12\0\x0a', ''],
    profile: 'prof',
    turn: 'irot\x01',
  },
] as const

/** The position in the pictures, as EXIF has it: 48° 51′, 2° 17′; as XMP has it; and the other words. */
const secrets = [
  '\0\0\0\x30\0\0\0\x01\0\0\0\x33\0\0\0\x01',
  '\0\0\0\x02\0\0\0\x01\0\0\0\x11\0\0\0\x01',
  '48,51.',
  '2,17.',
  'ecret',
  'SECRET',
  '2024:05:06',
  'xpacket',
  'http://ns.adobe.com',
  'Photoshop',
  'ftypisom',
]

describe.each(pictures)('$name', ({ name, type, size, image: [start, end], profile, turn }) => {
  const data = fixture(name)
  const imageAt = latin1(data).lastIndexOf(start)
  const endAt = end === '' ? data.length : latin1(data).indexOf(end, imageAt)
  const profileAt = indexOf(data, profile)

  it('carries a position and names before', () => {
    expect(secrets.filter((secret) => latin1(data).includes(secret)).length).toBeGreaterThan(5)
  })

  it('has none of them after, and the same length, image and colour profile', async () => {
    const { bytes: cleaned, size: shown } = await clean(type, data)
    expect(secrets.filter((secret) => latin1(cleaned).includes(secret))).toEqual([])
    expect(cleaned).toHaveLength(data.length)
    expect(shown).toEqual(size)
    expect(cleaned.subarray(imageAt, endAt)).toEqual(data.subarray(imageAt, endAt))
    expect(cleaned.subarray(profileAt, profileAt + 300)).toEqual(data.subarray(profileAt, profileAt + 300))
  })

  it('keeps its orientation', async () => {
    const { bytes: cleaned } = await clean(type, data)
    expect(latin1(cleaned)).toContain(turn)
  })

  it('comes out the same when it is cleaned again', async () => {
    const { bytes: cleaned } = await clean(type, data)
    expect((await clean(type, cleaned)).bytes).toEqual(cleaned)
  })

  it('comes out the same however it is cut into chunks', async () => {
    const whole = await clean(type, data)
    const each = Array.from(data, (_, place) => place)
    expect(await clean(type, data, each)).toEqual(whole)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(data.length), { maxLength: 20 }), async (places) => {
        expect(await clean(type, data, places)).toEqual(whole)
      }),
    )
  })

  it('is refused when it is cut off anywhere', async () => {
    const whole = type === 'image/webp' ? indexOf(data, 'secret trailer') : endAt + end.length
    await fc.assert(
      fc.asyncProperty(fc.nat(whole - 1), async (length) => {
        await expect(clean(type, data.subarray(0, length))).rejects.toThrow(DamagedFile)
      }),
    )
  })

  it('passes or is refused, but nothing else, whatever is changed in it', async () => {
    const change = fc.tuple(fc.nat(data.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const changed = Uint8Array.from(data)
        for (const [at, value] of changes) changed[at] = value
        const length = await clean(type, changed).then(
          (cleaned) => cleaned.bytes.length,
          (error: unknown) => error instanceof DamagedFile,
        )
        expect([true, data.length]).toContain(length)
      }),
      { numRuns: 300 },
    )
  })
})

it.each(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'])(
  'any other bytes are refused as %s, and never fail otherwise',
  async (type) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (data) => {
        const refused = await clean(type, data).catch((error: unknown) => error)
        if (type !== 'image/gif') expect(refused).toBeInstanceOf(DamagedFile)
      }),
    )
  },
)

it.each(['application/octet-stream', 'application/pdf', 'audio/mpeg', 'constructor'])(
  'a file of type %s passes as it is',
  async (type) => {
    const data = bytes('GPS secret \xff\xe1\0\x10Exif\0\0', new Uint8Array(70_000))
    expect(await clean(type, data, [3, 40_000])).toEqual({ bytes: data, size: null })
    expect(await clean(type, bytes())).toEqual({ bytes: bytes(), size: null })
  },
)
