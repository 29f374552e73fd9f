import { describe, expect, it } from 'vitest'
import { SNIFF_BYTES, sniff } from '../../../src/files/media/sniff'
import { bytes, fixture, uint32 } from '../../support/node/pictures.ts'
import fc from '../../support/properties.ts'

const ftyp = (...brands: string[]) => bytes(uint32(8 + 4 * brands.length), 'ftyp', ...brands)
const ogg = (codec: string) => bytes('OggS\0\x02', new Uint8Array(20), 1, codec.length, codec)
const webm = (...codecs: string[]) => bytes('\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm', ...codecs)
const mp3Frame = bytes('\xff\xfb\x90\x64', new Uint8Array(413))

const known: readonly (readonly [string, string, Uint8Array])[] = [
  ['JPEG', 'image/jpeg', fixture('photo.jpg')],
  ['PNG', 'image/png', fixture('photo.png')],
  ['GIF', 'image/gif', bytes('GIF89a\x01\0\x01\0')],
  ['WebP', 'image/webp', fixture('photo.webp')],
  ['AVIF', 'image/avif', fixture('photo.avif')],
  ['AVIF with another major brand', 'image/avif', ftyp('mif1', '\0\0\0\0', 'mif1', 'avif')],
  ['HEIC of a telephone', 'image/heic', ftyp('heic', '\0\0\0\0', 'mif1', 'heic')],
  ['MP3', 'audio/mpeg', bytes(mp3Frame, mp3Frame)],
  ['MP3 with tags', 'audio/mpeg', bytes('ID3\x04\0\0\0\0\0\0')],
  ['Ogg with Opus', 'audio/ogg', ogg('OpusHead\x01')],
  ['Ogg with Vorbis', 'audio/ogg', ogg('\x01vorbis')],
  ['WAV', 'audio/wav', bytes('RIFF\x24\0\0\0WAVEfmt ')],
  ['M4A', 'audio/mp4', ftyp('M4A ', '\0\0\0\0')],
  ['a recording of Safari', 'audio/mp4', bytes(ftyp('iso5', '\0\0\0\0'), 'moov…hdlr\0\0soun')],
  ['FLAC', 'audio/flac', bytes('fLaC\0')],
  ['a recording of Chromium', 'audio/webm', webm('A_OPUS')],
  ['MP4', 'video/mp4', bytes(ftyp('isom', '\0\0\0\0'), 'moov…soun…vide')],
  ['MP4 with its index at the end', 'video/mp4', bytes(ftyp('mp42', '\0\0\0\0'), 'mdat')],
  ['QuickTime', 'video/quicktime', ftyp('qt  ', '\0\0\0\0')],
  ['WebM', 'video/webm', webm('V_VP9', 'A_OPUS')],
  ['Ogg with Theora', 'video/ogg', ogg('\x80theora')],
  ['PDF', 'application/pdf', bytes('%PDF-1.7')],
  ['ZIP', 'application/zip', bytes('PK\x03\x04')],
]

describe('the type', () => {
  it.each(known)('of a file of %s is %s', (_, type, data) => {
    expect(sniff(data)).toEqual({ type })
    expect(sniff(data.subarray(0, SNIFF_BYTES))).toEqual({ type })
  })

  it.each([
    ['nothing', bytes()],
    ['a text', bytes('Hello!')],
    ['HTML', bytes('<!doctype html><script>alert(1)</script>')],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['XML', bytes('<?xml version="1.0"?><svg/>')],
    ['a text in UTF-16', bytes('\xff\xfeH\0e\0l\0l\0o\0')],
    ['AAC', bytes('\xff\xf1\x50\x80', new Uint8Array(500))],
    ['one MP3 frame by chance', bytes(mp3Frame, 'something else')],
    ['HTML before a picture', bytes('<b>', fixture('photo.jpg'))],
    ['a RIFF file of another kind', bytes('RIFF\x24\0\0\0ACON')],
    ['an executable', bytes('MZ\x90\0')],
  ])('of %s is unknown', (_, data) => {
    expect(sniff(data)).toEqual({ type: 'application/octet-stream' })
  })

  it('of any bytes is found without an error, also behind a beginning that is known', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(24),
        fc.constantFrom(...known),
        (rest, at, [, , data]) => {
          expect(sniff(rest).type).toMatch(/^\w+\/[\w.-]+$/)
          expect(sniff(bytes(data.subarray(0, at), rest)).type).toMatch(/^\w+\/[\w.-]+$/)
        },
      ),
    )
  })
})
