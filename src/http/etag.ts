import type { Context, TypedResponse } from 'hono'
import { digest } from '../lib/token'

// An answer with an ETag has a version: a text that changes whenever the answer does. A store computes it from what the
// answer is made of; for a small answer it is the digest of the JSON. docs/decisions/0019

/**
 * Tells whether an `If-None-Match` header names a version: alone, in a list, weak or as `*` (RFC 9110, section 13.1.2). No
 * other tag can hold the version with its quotes.
 */
export const isKnown = (header: string | undefined, version: string): boolean =>
  header === '*' || header?.includes(`"${version}"`) === true

/**
 * Sets the ETag of an answer, and a `Cache-Control` that lets a cache keep the answer but makes it ask each time: without
 * one, a cache may guess how long the answer is good (RFC 9111, section 4.2.2). No shared cache keeps what somebody read
 * under a name or with a token, and no cache at all keeps what only members may read.
 */
export const setEtag = (c: Context, version: string, readers: 'anyone' | 'members'): void => {
  const isNamed = c.req.header('Authorization') !== undefined || c.req.query('userName') !== undefined
  const forReader = readers === 'members' ? 'private, no-store' : 'private, no-cache'
  c.header('ETag', `"${version}"`)
  // The answer shows which reactions are the reader's own.
  c.header('Vary', 'Authorization', { append: true })
  c.header('Cache-Control', isNamed ? forReader : 'no-cache')
}

/** Answers 304 (RFC 9110, section 15.4.5) with the headers set so far. `never` keeps it out of the RPC types. */
export const notModified = (c: Context): never => c.body(null, 304) as never

/** Answers like `c.json`, with an ETag of the text and of `also`, or 304 to a caller who has it. */
export const jsonOrNotModified = async <Body>(
  c: Context,
  body: Body,
  readers: 'anyone' | 'members',
  also = '',
): Promise<Response & TypedResponse<Body, 200, 'json'>> => {
  const text = JSON.stringify(body)
  const version = await digest(text + also)
  setEtag(c, version, readers)
  if (isKnown(c.req.header('If-None-Match'), version)) return notModified(c)
  return c.body(text, 200, { 'Content-Type': 'application/json' }) as unknown as Response &
    TypedResponse<Body, 200, 'json'>
}
