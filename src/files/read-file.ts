import type { Context } from 'hono'
import { isAdmin } from '../auth/credential'
import { shownTypes } from '../contract'
import type { Env } from '../env'
import { isKnown } from '../http/etag'
import { Problem } from '../http/problem'
import { sameDigest } from '../lib/token'
import { bucketOf, fileNotFound } from './bucket'
import { readRange, spanOf } from './byte-range'
import { signatureOf } from './links'

const YEAR_SECONDS = 31_536_000

/** The end of a signed URL, and its signature. */
type Signed = { until?: string | undefined; signature?: string | undefined }

/** Returns for how many seconds the signature of a URL is good; undefined if it is wrong or has ended. */
const secondsLeft = async (
  c: Context<Env>,
  roomId: number,
  { until, signature }: Signed,
): Promise<number | undefined> => {
  if (until === undefined || signature === undefined || !/^\d{1,15}$/.test(until)) return undefined
  const left = Math.floor((Number(until) - Date.now()) / 1000)
  if (left <= 0) return undefined
  const { secret, isShared } = await c.var.limits.secret()
  if (sameDigest(signature, await signatureOf(secret, roomId, Number(until)))) return left
  if (isShared) return undefined
  throw new Problem('unavailable', 'The link can not be checked now. Try again in a few seconds.', {
    headers: { 'Retry-After': '5' },
  })
}

/** Returns the `Cache-Control` of a file. Throws a 404 problem if the reader may not have it. */
const cacheFor = async (c: Context<Env>, object: R2Object, signed: Signed): Promise<string> => {
  const { room, signed: isSigned } = object.customMetadata ?? {}
  if (isSigned === undefined) return `public, max-age=${YEAR_SECONDS}, immutable`
  const left = await secondsLeft(c, Number(room), signed)
  if (left !== undefined) return `private, max-age=${left}, immutable`
  if (await isAdmin(c)) return 'private, no-store'
  throw fileNotFound()
}

/** Returns a `Content-Disposition`: shown in place or a download, under the name of the file (RFC 6266). */
const dispositionOf = (type: string, name: string): string => {
  const plain = name.replace(/[^ -~]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${shownTypes.includes(type) ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

const headersOf = (object: R2Object, name: string, cache: string): Record<string, string> => {
  const type = object.httpMetadata?.contentType ?? 'application/octet-stream'
  return {
    'Content-Type': type,
    'Content-Disposition': dispositionOf(type, name),
    // A file runs nothing and loads nothing, whatever it holds.
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': cache,
    'Accept-Ranges': 'bytes',
  }
}

const notSatisfiable = (size: number) =>
  new Problem('range-not-satisfiable', `The file has only ${size} bytes. Ask for a part of it that it has.`, {
    headers: { 'Content-Range': `bytes */${size}` },
  })

const unavailable = (cause: unknown) =>
  new Problem('unavailable', 'The file could not be read. Try again in a second.', {
    headers: { 'Retry-After': '1' },
    cause,
  })

/** Answers with a file from R2, or a part of it. Asks no database. */
export const answerFile = async (
  c: Context<Env>,
  { id, fileName, ...signed }: { id: string; fileName: string } & Signed,
): Promise<Response> => {
  const bucket = bucketOf(c.env)
  // The bytes under an id never change.
  const etag = id
  const hasFile = isKnown(c.req.header('If-None-Match'), etag)
  const ifRange = c.req.header('If-Range')
  const asked =
    ifRange === undefined || ifRange === `"${etag}"` ? readRange(c.req.header('Range')) : undefined
  const head = async () => bucket.head(id).catch((cause) => Promise.reject(unavailable(cause)))
  const isHead = c.req.method === 'HEAD'
  // R2 fails for a range outside of the object, and only the object's size tells that from other failures.
  const found =
    hasFile || isHead || asked
      ? await head()
      : await bucket.get(id).catch((cause) => Promise.reject(unavailable(cause)))
  if (!found || decodeURIComponent(found.customMetadata?.name ?? '') !== fileName) throw fileNotFound()
  const cache = await cacheFor(c, found, signed)
  c.header('ETag', `"${etag}"`)
  const headers = headersOf(found, fileName, cache)
  if (hasFile) return c.body(null, 304, { 'Cache-Control': cache })
  if (isHead) return c.body(null, 200, { ...headers, 'Content-Length': String(found.size) })
  if (!asked) {
    if (!('body' in found)) throw fileNotFound()
    return c.body((found as R2ObjectBody).body, 200, { ...headers, 'Content-Length': String(found.size) })
  }
  const span = spanOf(asked, found.size)
  if (!span) throw notSatisfiable(found.size)
  const length = span.last - span.first + 1
  const part = await bucket
    .get(id, { range: { offset: span.first, length } })
    .catch((cause) => Promise.reject(unavailable(cause)))
  if (!part) throw fileNotFound()
  return c.body(part.body, 206, {
    ...headers,
    'Content-Range': `bytes ${span.first}-${span.last}/${found.size}`,
    'Content-Length': String(length),
  })
}
