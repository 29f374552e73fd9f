// Tells the type of a file by its first bytes, as browsers do (https://mimesniff.spec.whatwg.org), and stricter where a file may be
// sound or a video. A table of our own: the kept libraries are 4 to 20 KB, and know hundreds of types that only are downloads here.

import { ascii, hasAt, view } from './bytes'

/** The bytes from the beginning of a file that `sniff` wants. Fewer are enough if the file has no more. */
export const SNIFF_BYTES = 4100

/** The type of whatever is no known one, also of a text, HTML, XML and SVG: no browser shows it in place. */
const UNKNOWN = 'application/octet-stream'

/** Types by the text with which their files begin. */
const beginnings: readonly (readonly [text: string, type: string])[] = [
  ['\xff\xd8\xff', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['fLaC', 'audio/flac'],
  ['ID3', 'audio/mpeg'],
  ['%PDF-', 'application/pdf'],
  ['PK\x03\x04', 'application/zip'],
  ['PK\x05\x06', 'application/zip'],
  ['\x1f\x8b\x08', 'application/gzip'],
  ['7z\xbc\xaf\x27\x1c', 'application/x-7z-compressed'],
  ['Rar!\x1a\x07', 'application/vnd.rar'],
]

/** Types of RIFF files by the text at their byte 8. */
const riff: readonly (readonly [text: string, type: string])[] = [
  ['WEBPVP8', 'image/webp'],
  ['WAVE', 'audio/wav'],
  ['AVI ', 'video/x-msvideo'],
]

/** Types by the brands of the ISO base media format. */
const brands: Record<string, string> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic',
  mif1: 'image/heif',
  msf1: 'image/heif',
  'M4A ': 'audio/mp4',
  'M4B ': 'audio/mp4',
  'qt  ': 'video/quicktime',
}

/**
 * Returns the type of a file of the ISO base media format: by its brand, else by the tracks that the beginning describes. A recording
 * with a sound track only is sound; one whose tracks are described at its end could be a video.
 */
const isoMedia = (head: Uint8Array): string => {
  const end = Math.min(view(head).getUint32(0), head.length)
  const first = ascii(head, 8, 12)
  // The major brand of a picture may name its structure only. The compatible brands say more.
  for (const wanted of first === 'mif1' || first === 'msf1' ? ['avif', 'avis', 'heic', 'heix', 'hevc'] : []) {
    for (let at = 16; at + 4 <= end; at += 4) if (hasAt(head, at, wanted)) return brands[wanted] as string
  }
  if (Object.hasOwn(brands, first)) return brands[first] as string
  const tracks = ascii(head)
  return tracks.includes('soun') && !tracks.includes('vide') ? 'audio/mp4' : 'video/mp4'
}

const soundCodecs = ['OpusHead', '\x01vorbis', 'Speex   ', '\x7fFLAC']

/** Returns the type of an Ogg file by the codec that its first page names. */
const ogg = (head: Uint8Array): string => {
  const segments = head[26] ?? 0
  const codec = ascii(head, 27 + segments, 27 + segments + 8)
  if (soundCodecs.some((name) => codec.startsWith(name))) return 'audio/ogg'
  return codec.startsWith('\x80theora') ? 'video/ogg' : 'application/ogg'
}

/** Returns the type of a Matroska file by the codecs of its tracks, which its beginning describes. */
const matroska = (head: Uint8Array): string => {
  const text = ascii(head)
  if (!text.slice(0, 64).includes('webm')) return 'video/x-matroska'
  return /A_(OPUS|VORBIS)/.test(text) && !text.includes('V_') ? 'audio/webm' : 'video/webm'
}

/** Bit rates of MPEG audio, layer III, in kbit/s: of MPEG 1, and of MPEG 2 and 2.5. */
const BIT_RATES = {
  one: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
  two: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
}
const SAMPLE_RATES = [44_100, 48_000, 32_000, 0]

/** Returns how long the MP3 frame at `at` is; 0 where there is none. */
const mp3FrameBytes = (head: Uint8Array, at: number): number => {
  if (at + 4 > head.length) return 0
  const header = view(head).getUint32(at)
  const version = (header >>> 19) & 3
  const isLayer3 = header >>> 21 === 0x7ff && version !== 1 && ((header >>> 17) & 3) === 1
  const rates = version === 3 ? BIT_RATES.one : BIT_RATES.two
  const bitRate = rates[(header >>> 12) & 15] ?? 0
  const halved = version === 3 ? 0 : version === 2 ? 1 : 2
  const sampleRate = (SAMPLE_RATES[(header >>> 10) & 3] ?? 0) / 2 ** halved
  if (!isLayer3 || bitRate === 0 || sampleRate === 0) return 0
  const samples = version === 3 ? 1152 : 576
  return Math.floor((samples / 8) * 1000 * (bitRate / sampleRate)) + ((header >>> 9) & 1)
}

/** Tells whether two MP3 frames follow each other. One alone may be chance. */
const isMp3 = (head: Uint8Array): boolean => {
  const bytes = mp3FrameBytes(head, 0)
  return bytes > 0 && mp3FrameBytes(head, bytes) > 0
}

const typeOf = (head: Uint8Array): string => {
  const begins = beginnings.find(([text]) => hasAt(head, 0, text))
  if (begins) return begins[1]
  if (hasAt(head, 0, 'RIFF')) return riff.find(([text]) => hasAt(head, 8, text))?.[1] ?? UNKNOWN
  if (hasAt(head, 4, 'ftyp') && head.length >= 12) return isoMedia(head)
  if (hasAt(head, 0, 'OggS\0')) return ogg(head)
  if (hasAt(head, 0, '\x1a\x45\xdf\xa3')) return matroska(head)
  return isMp3(head) ? 'audio/mpeg' : UNKNOWN
}

/** Returns the type of a file by its first bytes. The name and the header of an upload say nothing about it. */
export const sniff = (head: Uint8Array): { type: string } => ({ type: typeOf(head.subarray(0, SNIFF_BYTES)) })
