import type { Context, TypedResponse } from 'hono'
import { digest } from '../lib/token'

/**
 * Says the ETag of an answer. Who keeps the answer has to ask each time whether it is still so; without a word on that, a
 * cache may guess how long it is (RFC 9111, section 4.2.2).
 */
export const setEtag = (c: Context, tag: string): void => {
  c.header('ETag', tag)
  c.header('Cache-Control', 'no-cache')
}

// What is answered by headers alone. It has no type of an answer, so that it stays out of the RPC types.

/** 304 (RFC 9110, section 15.4.5), with the headers that have been said so far. */
export const notModified = (c: Context): never => c.body(null, 304) as never

/** 200 to a HEAD whose answer's content nobody has made. */
export const headOfJson = (c: Context): never =>
  c.body(null, 200, { 'Content-Type': 'application/json' }) as never

/** What `c.json` answers, with an ETag of its text; 304 to who has it. */
export const jsonOrNotModified = async <Body>(
  c: Context,
  body: Body,
): Promise<Response & TypedResponse<Body, 200, 'json'>> => {
  const text = JSON.stringify(body)
  const tag = `"${await digest(text)}"`
  setEtag(c, tag)
  const known = c.req.header('If-None-Match')
  // Alone, in a list, or weak: it is there with its quotes, which no other tag can have in it.
  if (known === '*' || known?.includes(tag)) return notModified(c)
  return c.body(text, 200, { 'Content-Type': 'application/json' }) as unknown as Response &
    TypedResponse<Body, 200, 'json'>
}
