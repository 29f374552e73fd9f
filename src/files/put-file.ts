import { base64url } from '../lib/token'
import { cleaner } from './media/cleaner'
import { SNIFF_BYTES, sniff } from './media/sniff'
import type { Properties, Reserved } from './store'

/** Says that a body ended early, or did not end, at the length that its sender gave. */
export class WrongLength extends Error {}

type Reader = ReadableStreamDefaultReader<Uint8Array>

/** Reads a chunk of the sender's body. */
const readBody = async (reader: Reader): Promise<Uint8Array | undefined> => {
  try {
    return (await reader.read()).value
  } catch (cause) {
    throw new WrongLength('The connection ended before the whole file was there. Upload it again.', { cause })
  }
}

/** Reads the first bytes of a body: as many as tell its type, or all. */
const readHead = async (reader: Reader): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let length = 0
  while (length < SNIFF_BYTES) {
    const chunk = await readBody(reader)
    if (!chunk) break
    chunks.push(chunk)
    length += chunk.length
  }
  const head = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    head.set(chunk, at)
    at += chunk.length
  }
  return head
}

/** Returns a stream of a body whose first bytes have been read. It fails unless it has as many bytes as its sender said. */
const bodyStream = (head: Uint8Array, reader: Reader, bytes: number): ReadableStream<Uint8Array> => {
  let first: Uint8Array | undefined = head
  let length = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk: Uint8Array | undefined = first ?? (await readBody(reader))
        first = undefined
        length += chunk?.length ?? 0
        if (length > bytes || (!chunk && length < bytes))
          throw new WrongLength(
            `Content-Length says ${bytes} bytes, and the body has ${length > bytes ? 'more' : length}. Send the whole file with its length.`,
          )
        if (chunk) controller.enqueue(chunk)
        else controller.close()
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read ahead of what R2 takes.
    { highWaterMark: 0 },
  )
}

/** Writes a stream to R2 and returns the hash of its bytes. */
const write = async (source: ReadableStream<Uint8Array>, to: WritableStream): Promise<string> => {
  const digest = new crypto.DigestStream('SHA-256')
  const [hashing, writing] = [digest.getWriter(), to.getWriter()]
  // The digest fails with the writer, and nobody waits for it then.
  digest.digest.catch(() => undefined)
  try {
    for await (const chunk of source) {
      await writing.write(chunk)
      await hashing.write(chunk)
    }
    await Promise.all([writing.close(), hashing.close()])
    return base64url(new Uint8Array(await digest.digest))
  } catch (error) {
    await Promise.allSettled([writing.abort(error), hashing.abort(error)])
    throw error
  }
}

type Body = { body: ReadableStream<Uint8Array>; name: string; bytes: number }

/** Returns what R2 keeps beside the bytes: all that reading a file must know. */
export const objectOptions = (
  { roomId, isSigned }: Pick<Reserved, 'roomId' | 'isSigned'>,
  { type, name }: { type: string; name: string },
): R2PutOptions => ({
  httpMetadata: { contentType: type },
  customMetadata: {
    name: encodeURIComponent(name),
    room: String(roomId),
    ...(isSigned && { signed: 'true' }),
  },
})

/** Begins to read a body: returns its type, its size in pixels once it is read, and its bytes without their metadata. */
const openBody = async ({ body, bytes }: Omit<Body, 'name'>) => {
  const reader = body.getReader()
  const head = await readHead(reader)
  const { type } = sniff(head)
  const { transform, size } = cleaner(type)
  return { type, size, source: bodyStream(head, reader, bytes).pipeThrough(transform) }
}

/** Returns the hash under which the bytes of a body would be stored. Throws `WrongLength` or `DamagedFile`. */
export const hashBody = async (given: Omit<Body, 'name'>): Promise<string> =>
  write((await openBody(given)).source, new WritableStream())

/**
 * Puts the bytes of a file into R2 as they come, without their metadata, and never holds more than a small part. The length of an object must be known before.
 * Throws `WrongLength` or `DamagedFile`; then there is no object.
 */
export const putFile = async (
  bucket: R2Bucket,
  { id, roomId, isSigned }: Reserved,
  { body, name, bytes }: Body,
): Promise<Properties> => {
  const { type, size, source } = await openBody({ body, bytes })
  const fixed = new FixedLengthStream(bytes)
  const [written, put] = await Promise.allSettled([
    write(source, fixed.writable),
    bucket.put(id, fixed.readable, objectOptions({ roomId, isSigned }, { type, name })),
  ])
  // The body's error is the cause of R2's.
  if (written.status === 'rejected') throw written.reason
  if (put.status === 'rejected') throw put.reason
  return { type, width: size()?.width ?? null, height: size()?.height ?? null, hash: written.value }
}
