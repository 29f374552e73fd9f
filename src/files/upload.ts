import type { Context } from 'hono'
import type { RoomRequest } from '../auth/actor'
import type { StoredFile } from '../db/schema'
import type { Env } from '../env'
import { errorText, log } from '../http/log'
import { Problem } from '../http/problem'
import { bucketOf, maxFileBytes } from './bucket'
import { DamagedFile } from './media/damaged-file'
import { hashBody, putFile, WrongLength } from './put-file'
import {
  completeFile,
  findUpload,
  forgetUpload,
  giveUpUpload,
  type Reserved,
  reserveFile,
  type Stored,
} from './store'

/** Returns the length of an upload. Throws a problem if it is unknown, nothing, or more than a file may have. */
export const lengthOf = (c: Context<Env>): number => {
  const header = c.req.header('Content-Length')
  if (header === undefined || !/^\d{1,15}$/.test(header))
    throw new Problem(
      'length-required',
      'The request does not say how long the file is. Send the bytes of the file as the body, with the header Content-Length: fetch and curl do that for a file, and not for a stream.',
    )
  const bytes = Number(header)
  if (bytes === 0) throw new Problem('invalid-request', 'The file is empty. Send its bytes as the body.')
  const most = maxFileBytes(c.env)
  if (bytes > most)
    throw new Problem(
      'file-too-large',
      `The file has ${bytes} bytes, and the largest file that is allowed here has ${most}. Make it smaller.`,
    )
  return bytes
}

/** Returns the problem of an upload that failed. */
const problemOf = (error: unknown): Error => {
  if (error instanceof Problem) return error
  if (error instanceof WrongLength) return new Problem('invalid-request', error.message, { cause: error })
  if (error instanceof DamagedFile) return new Problem('file-damaged', error.message)
  return new Problem('unavailable', 'The file could not be stored. Try again in a second.', {
    headers: { 'Retry-After': '1' },
    cause: error,
  })
}

/**
 * Removes what an upload that failed has left. The row tells whether the upload has failed at all, so it goes first. The sweep removes what is left
 * here, because it can't be removed or because D1 has not answered.
 */
const cleanUp = async (c: Context<Env>, bucket: R2Bucket, reserved: Reserved): Promise<void> => {
  try {
    if (!(await giveUpUpload(c.var.db, reserved))) return
    await bucket.delete(reserved.id)
    await forgetUpload(c.var.db, reserved)
  } catch (error) {
    log('warn', 'upload left for the sweep', c.var.requestId, { error: errorText(error) })
  }
}

type Upload = { name: string; bytes: number; idempotencyKey: string | undefined }

const store = async (c: Context<Env>, reserved: Reserved, { name, bytes }: Upload): Promise<StoredFile> => {
  const bucket = bucketOf(c.env)
  try {
    const body = c.req.raw.body ?? new Response('').body
    if (!body) throw new WrongLength('The request has no body. Send the bytes of the file.')
    const properties = await putFile(bucket, reserved, { body, name, bytes })
    const outcome = await completeFile(c.var.db, reserved, properties)
    if (outcome === 'blocked')
      throw new Problem('file-blocked', 'This file is blocked on this site. Choose another one.')
    if (outcome === 'replaced') throw new Error('another upload has the same key')
    const { type, width, height } = properties
    const { id, roomId, isSigned } = reserved
    return { id, name, type, bytes, width, height, description: null, room: isSigned ? roomId : null }
  } catch (error) {
    await cleanUp(c, bucket, reserved)
    throw problemOf(error)
  }
}

type Uploaded = { file: StoredFile; replayed: boolean }

const keyReused = () =>
  new Problem(
    'idempotency-key-reused',
    'This Idempotency-Key was used for another file. Make a new key for each file.',
  )

/** Returns the file that was uploaded under the key before. Reads the body, and throws a problem if its bytes are others. */
const replay = async (
  c: Context<Env>,
  before: Stored | { outcome: 'key reused' },
  { bytes }: Upload,
): Promise<Uploaded> => {
  if (before.outcome === 'key reused') throw keyReused()
  const { file, hash } = before
  const { body } = c.req.raw
  if (body && hash !== null) {
    const found = await hashBody({ body, bytes }).catch((error) => Promise.reject(problemOf(error)))
    if (found !== hash) throw keyReused()
  }
  return { file, replayed: true }
}

const uploadNew = async (c: Context<Env>, request: RoomRequest, given: Upload): Promise<Uploaded> => {
  const reservation = await reserveFile(c.var.db, request, given)
  if (reservation.outcome !== 'reserved') return replay(c, reservation, given)
  const stored = store(c, reservation, given)
  // It goes on for a while if the sender is gone, so that it can clean up.
  c.executionCtx.waitUntil(stored.catch(() => undefined))
  return { file: await stored, replayed: false }
}

/**
 * Stores a file that the body of the request holds, and counts its bytes for the day. Throws the problem that keeps it from being stored, which leaves
 * nothing. A repeat under a key counts nothing, and is answered also where no bytes are left for the day.
 */
export const upload = async (
  c: Context<Env>,
  request: RoomRequest,
  given: Upload,
  userKey: string | undefined,
): Promise<Uploaded> => {
  const count = await c.var.limits.countUpload(given.bytes, userKey).then(
    (uncount) => ({ uncount }),
    (error: unknown) => ({ error }),
  )
  if ('error' in count) {
    const before = await findUpload(c.var.db, request, given)
    if (!before) throw count.error
    return replay(c, before, given)
  }
  try {
    const uploaded = await uploadNew(c, request, given)
    if (uploaded.replayed) count.uncount()
    return uploaded
  } catch (error) {
    count.uncount()
    throw error
  }
}
