import type { files } from '../db/schema'
import { Problem } from '../http/problem'
import { objectOptions } from './put-file'

type File = Pick<typeof files.$inferSelect, 'id' | 'roomId' | 'isSigned' | 'name' | 'type' | 'bytes' | 'hash'>

const damaged = (name: string): Problem =>
  new Problem(
    'file-damaged',
    `The bytes are not those of "${name}" when it was exported. Send the file as it was exported.`,
  )

/** The error of R2 for bytes that are not those of the hash: https://developers.cloudflare.com/r2/api/error-codes */
const WRONG_HASH = /\(10037\)|checksum|SHA-256/i

/** Puts the bytes of an exported file into R2 as they come. R2 stores nothing if they are not those of the hash, or fewer. */
export const restoreFile = async (
  bucket: R2Bucket,
  file: File,
  body: ReadableStream<Uint8Array>,
): Promise<void> => {
  const { id, type, name, bytes, hash } = file
  const fixed = new FixedLengthStream(bytes)
  const [sent, put] = await Promise.allSettled([
    body.pipeTo(fixed.writable),
    bucket.put(id, fixed.readable, {
      ...objectOptions(file, { type, name }),
      ...(hash !== null && { sha256: Uint8Array.fromBase64(hash, { alphabet: 'base64url' }) }),
    }),
  ])
  if (put.status === 'fulfilled') return
  const error: unknown = put.reason
  if (error instanceof Error && WRONG_HASH.test(error.message)) throw damaged(name)
  if (sent.status === 'rejected') throw damaged(name)
  throw new Problem('unavailable', 'The file could not be stored. Try again in a second.', {
    headers: { 'Retry-After': '1' },
    cause: error,
  })
}
