import { type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAsActor } from '../auth/authorization'
import { isModerating } from '../auth/permissions'
import type { Role } from '../contract'
import { batch, type Database } from '../db/client'
import { roomId } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { listeners, members } from '../db/schema'
import type { EntryRow } from '../messages/entry-frames'
import { merged, selectEntries } from '../messages/log'
import type { Departed } from './listener-rows'

/** SQL for the number of the log's last entry. */
export const lastSeq = (roomId: SQL): SQL<number> => sql`max(
  coalesce((select max(seq) from messages where messages.room_id = ${roomId}), 0),
  coalesce((select max(seq) from changes where changes.room_id = ${roomId}), 0))`

export type AuthorizedListener = {
  roomId: number
  /** Identifies the history that the log is of: see `historyId`. */
  history: number
  chatroom: string
  /** The number of the log's first entry, and that of its last one. */
  first: number
  last: number
  user: { id: number; name: string } | null
  /** It may moderate the room. */
  moderates: boolean
  /** The entries after the number that was asked for. */
  entries: EntryRow[]
}

/**
 * SQL for a number that identifies the history of the room in `auth`: its id, moved by a random number once the database was restored. Without it, a client
 * could not tell that a number it has seen was given out again meanwhile. docs/decisions/0042.
 */
const historyId = sql<number>`auth.room_id + ifnull((select cast(version as integer) from versions where subject = 'history'), 0)`

type Listening = RoomRequest & { after: number | undefined; limit: number }

const listenStatements = prepared<Listening>()((db, request) => {
  const { room, after, limit } = request
  const auth = authorize(request, 'read', { hasStart: true })
  const last = lastSeq(sql`auth.room_id`)
  const isAnonymous = request.actor.credential.kind === 'none' && request.actor.user === undefined
  return {
    auth: db
      .select({
        ...authorizationColumns,
        role: sql<Role>`role`.as('role'),
        first: sql<number>`first_seq`.as('first'),
        last: last.as('last'),
        history: historyId.as('history'),
      })
      .from(auth),
    ...(after === undefined
      ? { said: undefined, changed: undefined }
      : selectEntries(db, roomId(room.key), after, limit)),
    listeners: isAnonymous
      ? undefined
      : db
          .insert(listeners)
          .select(sql`select user_id, ${room.key} from ${auth} where refusal is null and user_id is not null`)
          .onConflictDoNothing(),
  }
})

/**
 * Authorises a listener, and records that its user listens to the room. Returns the end of the log, and the entries after `after`.
 * Throws `Refused`.
 */
export const authorizeListener = async (db: Database, request: Listening): Promise<AuthorizedListener> => {
  const { auth, said, changed } = await runAsActor(db, request, listenStatements(db, request))
  const { roomId, history, chatroom, userId, userName, role, first, last } = auth
  return {
    roomId,
    history,
    chatroom,
    first,
    last,
    user: userId === null ? null : { id: userId, name: userName },
    moderates: isModerating(role),
    entries: merged(said ?? [], changed ?? [], request.limit),
  }
}

/**
 * Authorises an actor who does not listen yet, or who listens and wants to do something more. Returns the name of the room. Throws
 * `Refused`.
 */
export const authorizeActor = async (
  db: Database,
  request: RoomRequest,
  action: 'read' | 'post',
): Promise<{ chatroom: string }> => {
  const { auth } = await runAsActor(db, request, {
    auth: db.select(authorizationColumns).from(authorize(request, action)),
  })
  return { chatroom: auth.chatroom }
}

/** Deletes the rows of users who don't listen to a room any more. */
export const deleteListeners = async (db: Database, { roomKey, userIds }: Departed): Promise<void> => {
  const isDeparted = sql`user_id in (select value from json_each(${JSON.stringify(userIds)}))`
  await batch(db, {
    deleted: db.delete(listeners).where(sql`room_key = ${roomKey} and ${isDeparted}`),
  })
}

/** Moves the marks of members forward, never back. Those of others are dropped. */
export const writeMarks = async (
  db: Database,
  marks: { roomId: number; userId: number; seq: number }[],
): Promise<void> => {
  const given = JSON.stringify(marks.map(({ roomId, userId, seq }) => [roomId, userId, seq]))
  await batch(db, {
    moved: db
      .update(members)
      .set({ readSeq: sql`value ->> 2` })
      .from(sql`json_each(${given})`)
      .where(sql`members.user_id = value ->> 1 and members.room_id = value ->> 0 and read_seq < value ->> 2`),
  })
}
