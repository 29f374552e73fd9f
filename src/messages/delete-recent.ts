import { type SQL, sql } from 'drizzle-orm'
import type { Database, Results } from '../db/client'
import { emptyNumbersOf, insertValues, nextSeqOf } from '../db/fragments'
import { tombstone } from '../db/message-fields'
import { changes, held, messages } from '../db/schema'
import { deleteFiles, deleteHeldFiles } from '../files/sent-files'
import { waitingBy } from '../held/hold'
import { unpinDeleted } from '../pins/store'
import { deleteReactions } from '../reactions/store'
import { deleteMentions } from './mentions'
import { firstSince } from './purge'

/** The most messages that one request deletes. */
export const MAX_DELETED = 500
/** So many of the newest entries of a room are searched for an author's messages: there is no index by author, which each message would pay for. */
export const MAX_SEARCHED = 5000
/** The most rooms that are searched. */
export const MAX_ROOMS_SEARCHED = 100

type Recent = {
  /** The id of a room, or a select of at most `MAX_ROOMS_SEARCHED` ids, of which each is named `room`. */
  room: SQL | { select: SQL }
  authorId: SQL
  /** Undefined for the admin. */
  actorId: SQL | undefined
  since: number
  now: number
}

/**
 * Returns the statements that delete what an author has written in rooms since a time, among their newest entries: `MAX_DELETED` messages at most, the oldest first. Each deletion is
 * an entry of the log. Refuses those that wait for approval. They stand behind the ban of the author in a batch, so that nothing is written in between.
 */
export const deleteRecent = (db: Database, { room, authorId, actorId, since, now }: Recent) => {
  const rooms = 'select' in room ? room.select : sql`select ${room} as room`
  const recent = sql`from (${rooms}) as place cross join messages as m
    where m.room_id = place.room and m.seq >= max(${firstSince(sql`place.room`, since)},
      (select max(seq) from messages where room_id = place.room) - ${sql.raw(`${MAX_SEARCHED - 1}`)}) and m.created_at >= ${since}
      and m.author_id = ${authorId} and m.deleted_at is null`
  const chosen = sql`select m.room_id, m.seq ${recent} limit ${MAX_DELETED}`
  const isChosen = sql`(messages.room_id, messages.seq) in (${chosen})`
  const isRefused = sql`created_at in (${waitingBy(authorId, { since, ...(!('select' in room) && { room }) })})`
  return {
    deletions: db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`chosen.room_id`,
          seq: sql`${nextSeqOf(sql`chosen.room_id`)} - 1 + row_number() over (partition by chosen.room_id order by chosen.seq)`,
          type: 'delete',
          target: sql`chosen.seq`,
          // 0 is nobody's id: the admin has none.
          actorId: sql`ifnull(${actorId ?? sql`null`}, 0)`,
          createdAt: now,
          emptyNumbers: sql`${emptyNumbersOf(sql`chosen.room_id`)} + 2 * row_number() over (partition by chosen.room_id order by chosen.seq)`,
        })} from (${chosen}) as chosen`,
      )
      .returning({ roomId: changes.roomId, seq: changes.seq }),
    deletedReactions: deleteReactions(db, sql`${isChosen} and messages.reactions is not null`),
    deletedMentions: deleteMentions(db, sql`(room_id, seq) in (${chosen})`),
    deletedFiles: deleteFiles(db, sql`(room_id, seq) in (${chosen})`, now),
    deletedTexts: db.update(messages).set(tombstone(now)).where(isChosen),
    deletedPins: unpinDeleted(db, sql`id in (${rooms})`),
    refusedFiles: deleteHeldFiles(db, isRefused, now),
    refused: db
      .update(held)
      .set({ text: null, mentioned: null, files: null, refusedAt: now })
      .where(isRefused)
      .returning({
        id: held.id,
        authorId: held.authorId,
        roomId: held.roomId,
        roomKey: sql<string | null>`(select name_key from rooms where rooms.id = room_id)`.as(
          'refused_room_key',
        ),
      }),
    left: db.select({ count: sql<number>`count(*)`.as('left_count') }).from(sql`(select 1 ${recent})`),
    deletedIn: db
      .select({
        id: sql<number>`rooms.id`.as('deleted_room_id'),
        key: sql<string>`name_key`.as('deleted_room_key'),
      })
      .from(sql`rooms`)
      .where(sql`id in (${rooms})`),
  }
}

/** The messages that a request has deleted: the end of each log, how many are left, and those that waited for approval and are refused. */
export type Deleted = {
  count: number
  left: number
  logs: { roomId: number; roomKey: string; lastSeq: number }[]
  unpinned: Results<ReturnType<typeof deleteRecent>>['deletedPins']
  refused: Results<ReturnType<typeof deleteRecent>>['refused']
  files: { id: string }[]
}

type DeletionResults = Results<Partial<ReturnType<typeof deleteRecent>>>

/** Returns what the statements of `deleteRecent` have done; undefined if there were none. */
export const deletedBy = ({
  deletions,
  deletedPins,
  left,
  deletedIn,
  refused,
  deletedFiles = [],
  refusedFiles = [],
}: DeletionResults): Deleted | undefined => {
  if (!deletions || !deletedPins || !left || !deletedIn || !refused) return undefined
  return {
    count: deletions.length,
    left: left[0]?.count ?? 0,
    logs: deletedIn.flatMap(({ id, key }) => {
      const numbers = deletions.filter(({ roomId }) => roomId === id).map(({ seq }) => seq)
      return numbers.length > 0 ? [{ roomId: id, roomKey: key, lastSeq: Math.max(...numbers) }] : []
    }),
    unpinned: deletedPins,
    refused,
    files: [...deletedFiles, ...refusedFiles],
  }
}
