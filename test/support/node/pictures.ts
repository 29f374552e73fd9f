import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { cleaner } from '../../../src/files/media/cleaner'

/** Returns a picture of test/fixtures/pictures. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(`test/fixtures/pictures/${name}`))

/** Returns bytes: of texts with one character a byte, of numbers, of bytes. */
export const bytes = (...parts: (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string'
        ? Array.from(part, (character) => character.charCodeAt(0))
        : typeof part === 'number'
          ? [part]
          : [...part],
    ),
  )

/** Returns bytes as a text with one character a byte. */
export const latin1 = (data: Uint8Array): string => Buffer.from(data).toString('latin1')

/** Returns where a text begins in bytes. Throws where it isn't there. */
export const indexOf = (data: Uint8Array, text: string): number => {
  const at = latin1(data).indexOf(text)
  if (at < 0) throw new Error(`There is no ${JSON.stringify(text)}.`)
  return at
}

const uint = (size: 2 | 4, littleEndian: boolean) => (value: number) => {
  const data = new Uint8Array(size)
  const view = new DataView(data.buffer)
  if (size === 2) view.setUint16(0, value, littleEndian)
  else view.setUint32(0, value, littleEndian)
  return data
}
export const uint16 = uint(2, false)
export const uint32 = uint(4, false)
export const uint32le = uint(4, true)

/** Returns a segment of a JPEG. */
export const segment = (
  code: number,
  ...parts: (string | number | Uint8Array)[]
): Uint8Array<ArrayBuffer> => {
  const data = bytes(...parts)
  return bytes(0xff, code, uint16(data.length + 2), data)
}

/** Returns a chunk of a PNG. */
export const pngChunk = (
  type: string,
  ...parts: (string | number | Uint8Array)[]
): Uint8Array<ArrayBuffer> => {
  const data = bytes(type, ...parts)
  return bytes(uint32(data.length - 4), data, uint32(crc32(data)))
}

/** Returns a chunk of a WebP. */
export const webpChunk = (
  type: string,
  ...parts: (string | number | Uint8Array)[]
): Uint8Array<ArrayBuffer> => {
  const data = bytes(...parts)
  return bytes(type, uint32le(data.length), data, ...(data.length % 2 ? [0] : []))
}

/** Returns a box of the ISO base media format. */
export const box = (type: string, ...parts: (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> => {
  const data = bytes(...parts)
  return bytes(uint32(data.length + 8), type, data)
}

/** Cuts bytes at the places. */
const cut = (data: Uint8Array, places: readonly number[]): Uint8Array<ArrayBuffer>[] => {
  const sorted = [0, ...places.map((place) => place % (data.length + 1)).sort((a, b) => a - b), data.length]
  return sorted.slice(1).map((to, index) => Uint8Array.from(data.subarray(sorted[index], to)))
}

/** Sends a file through the cleaner, in chunks that end at the places. */
export const clean = async (type: string, data: Uint8Array, places: readonly number[] = []) => {
  const { transform, size } = cleaner(type)
  const cleaned: Uint8Array[] = []
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of cut(data, places)) controller.enqueue(chunk)
      controller.close()
    },
  })
  await source
    .pipeThrough(transform)
    .pipeTo(new WritableStream({ write: (chunk) => void cleaned.push(chunk) }))
  return { bytes: bytes(...cleaned), size: size() }
}
