import { type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAsActor, runAuthorized } from '../auth/authorization'
import { Refused } from '../auth/refusals'
import { batch, type Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { files, type StoredFile } from '../db/schema'
import { base64url, sha256 } from '../lib/token'
import { hasBlockedWord, wordsOf } from '../moderation/blocked-words'

const DAY_MILLISECONDS = 86_400_000
/** So short, two keys of one person in one room meet once in many billions. */
const KEY_HASH_BYTES = 8

/** A file that is uploaded. `bytes` is what its sender says. */
export type NewFile = { name: string; bytes: number; idempotencyKey: string | undefined }

/** The place of a file whose bytes come. */
export type Reserved = {
  roomId: number
  id: string
  isSigned: boolean
  keyHash: Uint8Array | undefined
}

/** A file that was uploaded under the key before, with the hash of its bytes. */
export type Stored = { outcome: 'stored'; file: StoredFile; hash: string | null }

type Reservation = ({ outcome: 'reserved' } & Reserved) | Stored | { outcome: 'key reused' }

const storedColumns = {
  id: files.id,
  name: files.name,
  type: files.type,
  bytes: files.bytes,
  width: files.width,
  height: files.height,
  description: sql<string | null>`null`.as('no_description'),
  room: sql<number | null>`iif(files.is_signed, files.room_id, null)`.as('signed_room'),
}

const hashOfKey = async (idempotencyKey: string): Promise<Uint8Array> =>
  (await sha256(idempotencyKey)).slice(0, KEY_HASH_BYTES)

const isOfKey = (keyHash: Uint8Array): SQL =>
  sql`files.room_id = auth.room_id and files.user_id = auth.user_id and files.idempotency_key = ${keyHash}`

/** SQL for whether a file of a key is one that may be sent, or was. */
const isStored = sql`state in ('unused', 'used')`

const selectStored = (db: Database, auth: SQL, keyHash: Uint8Array) =>
  db
    .select({ ...storedColumns, hash: files.hash })
    .from(auth)
    .innerJoin(files, sql`${isOfKey(keyHash)} and ${isStored}`)

type StoredRow = StoredFile & { hash: string | null }

/** Compares what is known of an upload before its bytes are read. */
const storedBefore = (
  { hash, ...file }: StoredRow,
  { name, bytes }: NewFile,
): Stored | { outcome: 'key reused' } =>
  file.name === name && file.bytes === bytes ? { outcome: 'stored', file, hash } : { outcome: 'key reused' }

/** Returns the file that was uploaded under a key before. */
export const findUpload = async (
  db: Database,
  request: RoomRequest,
  file: NewFile,
): Promise<Stored | { outcome: 'key reused' } | undefined> => {
  if (file.idempotencyKey === undefined) return undefined
  const auth = authorize(request, 'post')
  const { stored } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(auth),
    stored: selectStored(db, auth, await hashOfKey(file.idempotencyKey)),
  })
  return stored[0] && storedBefore(stored[0], file)
}

/**
 * Reserves the place of a file, before its bytes are there: an object that nobody knows could never be removed. An upload under the same key that
 * was cut off gives up the key, and so does one that was removed.
 */
export const reserveFile = async (
  db: Database,
  request: RoomRequest,
  file: NewFile,
): Promise<Reservation> => {
  const { name, bytes, idempotencyKey } = file
  const { now } = request
  const auth = authorize(request, 'post', { hasRules: true })
  // The name is a text that others read. No statement of a send knows its words.
  const isBlocked = sql<number>`(auth.role in ('member', 'guest') and ${hasBlockedWord(wordsOf(name))})`
  const id = base64url(crypto.getRandomValues(new Uint8Array(16)))
  const keyHash = idempotencyKey === undefined ? undefined : await hashOfKey(idempotencyKey)
  const isNew = keyHash ? sql`not exists (select 1 from files where ${isOfKey(keyHash)})` : sql`true`
  const isMembersOnly = sql`readers <> 'anyone'`
  const {
    auth: authorized,
    stored,
    reserved,
  } = await runAsActor(db, request, {
    released:
      keyHash &&
      db
        .update(files)
        .set({ idempotencyKey: null })
        .where(
          sql`state in ('uploading', 'deleted') and (room_id, user_id, idempotency_key) = (select room_id, user_id, ${keyHash} from ${auth} where refusal is null)`,
        ),
    stored: keyHash && selectStored(db, auth, keyHash),
    reserved: db
      .insert(files)
      .select(
        sql`select ${insertValues(files, {
          roomId: sql`room_id`,
          id,
          userId: sql`user_id`,
          name,
          bytes,
          isSigned: isMembersOnly,
          ...(keyHash && { idempotencyKey: sql`${keyHash}` }),
          createdAt: now,
          expiresAt: now + DAY_MILLISECONDS,
        })} from ${auth} where refusal is null and not ${isBlocked} and ${isNew}`,
      )
      .returning({ isSigned: files.isSigned }),
    auth: db.select({ ...authorizationColumns, isBlocked: isBlocked.as('has_blocked_word') }).from(auth),
  })
  const [before] = stored ?? []
  if (before) return storedBefore(before, file)
  if (authorized.isBlocked) throw Refused.of(request, 'blocked word')
  const [place] = reserved
  if (!place) throw new Error('a file was neither reserved nor stored before')
  return { outcome: 'reserved', roomId: authorized.roomId, id, isSigned: place.isSigned, keyHash }
}

/** The properties of a file that its bytes tell. */
export type Properties = { type: string; width: number | null; height: number | null; hash: string }

const isFile = ({ roomId, id }: Reserved) => sql`room_id = ${roomId} and id = ${id}`
const isUploading = (reserved: Reserved) => sql`${isFile(reserved)} and state = 'uploading'`

/** SQL for whether the bytes with this hash are blocked. */
export const isBlockedHash = (hash: string) =>
  sql<number>`exists (select 1 from blocked_files where hash = ${hash})`

/** Notes that the bytes of a file are stored, unless nobody may upload them. */
export const completeFile = async (
  db: Database,
  reserved: Reserved,
  properties: Properties,
): Promise<'completed' | 'blocked' | 'replaced'> => {
  const blocked = isBlockedHash(properties.hash)
  const { completed, found } = await batch(db, {
    found: db.select({ isBlocked: blocked.as('is_blocked') }).from(sql`(select 1)`),
    completed: db
      .update(files)
      .set({ ...properties, state: 'unused' })
      .where(
        sql`${isUploading(reserved)} and idempotency_key is ${reserved.keyHash ?? null} and not ${blocked}`,
      )
      .returning({ id: files.id }),
  })
  if (completed.length > 0) return 'completed'
  return found[0]?.isBlocked ? 'blocked' : 'replaced'
}

/**
 * Gives up a file whose bytes are not all stored. Returns false for one that is stored after all, such as when the answer of `completeFile` was lost. The
 * sweep may have removed its row meanwhile, when there was no object yet.
 */
export const giveUpUpload = async (db: Database, reserved: Reserved): Promise<boolean> => {
  const { stored } = await batch(db, {
    given: db
      .update(files)
      // With the time of the upload, the sweep takes it soon.
      .set({ state: 'deleted', idempotencyKey: null, expiresAt: sql`created_at` })
      .where(isUploading(reserved)),
    stored: db
      .select({ id: files.id })
      .from(files)
      .where(sql`${isFile(reserved)} and ${isStored}`),
  })
  return stored.length === 0
}

/** Forgets a file that was given up and whose object is removed. */
export const forgetUpload = async (db: Database, reserved: Reserved): Promise<void> => {
  await batch(db, {
    forgotten: db.delete(files).where(sql`${isFile(reserved)} and state = 'deleted'`),
  })
}
