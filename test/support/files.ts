import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { ChatFile, Message } from '../../src/contract'
import { call, type Options, ok } from './api'

/** A picture of one pixel. */
export const pixel = Uint8Array.fromBase64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
)

type Upload = Options & { name?: string; userName?: string | undefined; length?: number; key?: string }

/** Sends the upload of a file. */
export const sendFile = (
  room: string,
  body: Uint8Array | ReadableStream,
  { name = 'pixel.png', userName, length, key, headers, ...options }: Upload = {},
): Promise<Response> => {
  const query = new URLSearchParams({ name, ...(userName !== undefined && { userName }) })
  const known = length ?? (body instanceof Uint8Array ? body.length : undefined)
  return call('POST', `${room}/file?${query}`, {
    ...options,
    body,
    headers: {
      ...(known !== undefined && { 'Content-Length': String(known) }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...headers,
    },
  })
}

/** Uploads a file. */
export const uploadFile = async (
  room: string,
  userName: string | undefined,
  body: Uint8Array = pixel,
  options: Upload = {},
): Promise<ChatFile> => {
  const answer = await sendFile(room, body, { userName, ...options })
  expect(answer.status, await answer.clone().text()).toBe(201)
  return answer.json()
}

/** Uploads a picture, and sends it. */
export const sendPicture = async (room: string, userName: string, message = 'look'): Promise<Message> => {
  const { id } = await uploadFile(room, userName)
  return ok('POST', `${room}/message`, { body: { userName, message, files: [id] } })
}

export const bucket = (): R2Bucket => {
  if (!env.FILES) throw new Error('the tests have a bucket')
  return env.FILES
}

/** Returns the ids of the objects in the bucket. */
export const storedIds = async (): Promise<string[]> => (await bucket().list()).objects.map(({ key }) => key)

/** Returns the path of a URL, with its query. */
export const pathOfUrl = (url: string): string => new URL(url).pathname + new URL(url).search

/** Returns the parts of a request that uploads a text. */
export const uploading = (userName: string, key?: string) => ({
  query: { name: 'x.txt', userName },
  body: 'hello',
  headers: { 'Content-Length': '5', ...(key !== undefined && { 'Idempotency-Key': key }) },
})

/** Calls the routes of the site's staff for files. */
export const callSiteFiles = async (admin: Options): Promise<void> => {
  for (const path of ['file', 'file/usage', 'blocked-file']) await ok('GET', `/api/admin/${path}`, admin)
  const blocked = `/api/admin/blocked-file/${'A'.repeat(43)}`
  await ok('PUT', blocked, { ...admin, body: { name: 'x' } })
  await ok('DELETE', blocked, admin)
}
