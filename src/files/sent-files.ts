import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { type FileRef, idOfRef } from '../contract'
import type { Database } from '../db/client'
import { roomId } from '../db/fragments'
import { files, held } from '../db/schema'
import { Problem } from '../http/problem'

type WantedFile = { id: string; description: string | null }

/** Returns the files that a message names as JSON, for the statements that store it; undefined for none. */
export const wantedFiles = (refs: readonly FileRef[] = []): string | undefined =>
  refs.length === 0
    ? undefined
    : JSON.stringify(
        refs.map(
          (ref): WantedFile => ({
            id: idOfRef(ref),
            description: (typeof ref === 'string' ? null : ref.description?.trim()) || null,
          }),
        ),
      )

/** Returns the descriptions of the files that `wantedFiles` has written. */
export const descriptionsIn = (wanted: string): string[] =>
  (JSON.parse(wanted) as WantedFile[]).flatMap(({ description }) => description ?? [])

type Wanted = string | Placeholder

/** SQL for the ids of files that a user can't send in a room, as a JSON array: they are unknown, of somebody else, of another room, or sent. */
export const missingFiles = (wanted: Wanted, room: SQL, user: SQL): SQL<string> =>
  sql<string>`(select json_group_array(value ->> 'id') from json_each(${wanted}) where not exists (
    select 1 from files as f where f.room_id = ${room} and f.id = value ->> 'id' and f.user_id = ${user} and f.state = 'unused'))`

/** SQL for the files of a message as its row holds them: see `StoredFile`. */
export const filesJson = (wanted: Wanted, room: SQL): SQL =>
  sql`(select json_group_array(json_object('id', f.id, 'name', f.name, 'type', f.type, 'bytes', f.bytes, 'width', f.width,
      'height', f.height, 'description', wanted.value ->> 'description', 'room', iif(f.is_signed, f.room_id, null)) order by wanted.key)
    from json_each(${wanted}) as wanted cross join files as f on f.room_id = ${room} and f.id = wanted.value ->> 'id')`

const used = { state: 'used', expiresAt: null } as const

/**
 * Marks the files of the newest messages of a room as sent. It stands in a batch after the statement that stores the messages. If that stores
 * nothing, the newest message is an older one, whose files are marked already.
 */
export const markSent = (db: Database, roomKey: string | Placeholder, count: number) => {
  const newest = sql`select seq from messages where room_id = ${roomId(roomKey)} order by seq desc limit ${sql.raw(`${count}`)}`
  const sent = sql`(select max(m.seq) from messages as m, json_each(m.files) where m.room_id = files.room_id and m.seq in (${newest}) and value ->> 'id' = files.id)`
  return db
    .update(files)
    .set({ ...used, seq: sent })
    .where(
      sql`(room_id, id) in (select m.room_id, value ->> 'id' from messages as m, json_each(m.files)
        where m.room_id = ${roomId(roomKey)} and m.seq in (${newest})) and (state = 'unused' or seq is null)`,
    )
}

/** Marks the files of a message that waits for approval, so that nothing else is sent with them. It stands behind the statement that holds it. */
export const markHeld = (db: Database, heldId: string | Placeholder) =>
  db
    .update(files)
    .set(used)
    .where(
      sql`(room_id, id) in (select h.room_id, value ->> 'id' from ${held} as h, json_each(h.files) where h.id = ${heldId})
        and state = 'unused'`,
    )

/** Gives up files that a statement selects by room and id: their objects are removed, and then their rows by the sweep. */
const giveUp = (db: Database, chosen: SQL, now: number) =>
  db
    .update(files)
    .set({ state: 'deleted', expiresAt: now, idempotencyKey: null })
    .where(sql`(room_id, id) in (${chosen}) and state = 'used'`)
    .returning({ id: files.id })

/**
 * Gives up the files of messages. It stands in a batch before the statement that deletes the messages. `isAllowed` is looked at only where there are
 * files.
 */
export const deleteFiles = (db: Database, where: SQL, now: number, isAllowed: SQL = sql`true`) =>
  giveUp(
    db,
    sql`select room_id, value ->> 'id'
      from (select room_id, files as sent from messages where ${where} and case when files is not null then ${isAllowed} end limit -1)
        cross join json_each(sent)`,
    now,
  )

/** As `deleteFiles`, for messages that wait for approval. */
export const deleteHeldFiles = (db: Database, where: SQL, now: number) =>
  giveUp(
    db,
    sql`select room_id, value ->> 'id' from held, json_each(held.files) where ${where} and held.files is not null`,
    now,
  )

/** Returns the problem of a message that names files that can't be sent. */
export const fileMissing = (chatroom: string, ids: string[]): Problem => {
  const named = ids.map((id) => `"${id}"`).join(', ')
  const message = `files names ${named}: no file of yours in this chatroom that is still unsent. Upload it (again): POST /chatroom/${encodeURIComponent(chatroom)}/file?name=photo.jpg`
  return new Problem('invalid-request', message, { errors: [{ path: 'files', message }] })
}
