import { type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, roomOf, runAuthorized, type Target } from '../auth/authorization'
import type { Database } from '../db/client'
import { emptyNumbersOf, insertValues, nextSeq, roomId, userId } from '../db/fragments'
import { tombstone } from '../db/message-fields'
import { changes, messages } from '../db/schema'
import { deleteFiles } from '../files/sent-files'
import { insertAudit } from '../moderation/audit'
import { unpinDeleted } from '../pins/store'
import { deleteReactions } from '../reactions/store'
import type { RoomRow } from '../rooms/store'
import { deleteMentions } from './mentions'

type Purged = {
  userName: string | null
  count: number
  roomId: number
  /** The number of the log's last entry, if the purge made one. */
  lastSeq: number | undefined
  /** The room, if a pinned message was deleted. */
  unpinned: RoomRow | undefined
  /** The files of the messages that were deleted. */
  files: { id: string }[]
}

/**
 * Times of a log may go back so far, in milliseconds: the clocks of servers differ, and the clock of an imported log was set back at the end of summer
 * time.
 */
const DISORDER = 3_600_000

/**
 * SQL for a `seq` in the order of times: the message before it is older than `time`, and that message isn't. It is a binary search. An index
 * by time would cost one more row for each message.
 */
const placeOf = (room: SQL, time: number): SQL => sql`(
  with recursive search (low, high) as (
    select 1, 1 + coalesce((select max(seq) from messages where room_id = ${room}), 0)
    union all
    select iif(m.created_at < ${time}, m.seq + 1, low), iif(m.created_at < ${time}, high, (low + high) / 2)
    from search left join messages as m on m.room_id = ${room} and m.seq =
      (select min(seq) from messages as n where n.room_id = ${room} and n.seq >= (low + high) / 2)
    where low < high
  ) select max(low) from search)`

/** SQL for a `seq` that no message of `time` or later is before. Some from there on may be older. */
export const firstSince = (room: SQL, time: number): SQL => placeOf(room, time - DISORDER)
/** SQL for a `seq` from which on all messages are later than `time`. Some before it may be later, too. */
const endOf = (room: SQL, time: number): SQL => placeOf(room, time + 1 + DISORDER)

type Span = { from: number; upTo: number }

/** SQL for whether a message is of a span. It searches only for the ends that are inside of the room's time, and then reads each message's own time. */
const spanOf = (room: SQL, { from, upTo, now }: Span & { now: number }): SQL => {
  if (from > upTo) return sql`false`
  const begin = from > 0 ? firstSince(room, from) : sql`0`
  const end = upTo + DISORDER < now ? endOf(room, upTo) : sql.raw(`${Number.MAX_SAFE_INTEGER}`)
  return sql`messages.seq >= ${begin} and messages.seq < ${end} and messages.created_at between ${from} and ${upTo}`
}

/** SQL for the id of an author, who may have been deleted. */
const authorId = (room: SQL, author: Target): SQL =>
  'authorOf' in author
    ? sql`(select author_id from messages as m where m.room_id = ${room} and m.seq = ${author.authorOf})`
    : userId(author.key)

/**
 * SQL for the messages that the room's last entries delete: those of the purge that has just inserted its entries, with their one
 * time. It walks back from the log's end, so the span is searched once, and nothing is read where nothing was purged.
 */
const justDeleted = (room: SQL, now: number): SQL => sql`(
  with recursive back (seq, target) as (
    select c.seq, target from changes as c where c.room_id = ${room} and c.type = 'delete' and c.created_at = ${now}
      and c.seq = (select max(seq) from changes as last where last.room_id = ${room})
    union all
    select c.seq, c.target from back join changes as c on c.room_id = ${room} and c.seq = back.seq - 1
      and c.type = 'delete' and c.created_at = ${now}
  ) select target from back)`

/**
 * Deletes all messages of an author in the room from one time to another; each deletion is an entry of the log. Returns undefined
 * where there is no such user or message.
 */
export const purge = async (
  db: Database,
  request: RoomRequest,
  author: Target,
  { from, upTo }: Span,
): Promise<Purged | undefined> => {
  const { now } = request
  const moderator = authorize(request, 'moderate')
  const room = roomId(request.room.key)
  const id = authorId(room, author)
  const isPurged = sql`messages.room_id = ${room} and messages.deleted_at is null and messages.seq in ${justDeleted(room, now)}`
  const { auth, entries, purged, unpinned, files } = await runAuthorized(db, request, {
    auth: db
      .select({
        ...authorizationColumns,
        authorId: sql<number | null>`${id}`.as('author_id'),
        authorName: sql<string | null>`(select name from users where id = ${id})`.as('author_name'),
      })
      .from(moderator),
    // Only this statement checks the permission. The others act on its entries.
    entries: db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`messages.room_id`,
          seq: sql`${nextSeq} - 1 + row_number() over (order by messages.seq)`,
          type: 'delete',
          target: sql`messages.seq`,
          // 0 is nobody's id: the admin has none.
          actorId: sql`coalesce(user_id, 0)`,
          createdAt: sql`auth.now`,
          emptyNumbers: sql`${emptyNumbersOf(room)} + 2 * row_number() over (order by messages.seq)`,
        })} from ${moderator} join messages on messages.room_id = ${roomOf(moderator)} and messages.author_id = ${id}
          and messages.deleted_at is null and ${spanOf(room, { from, upTo, now })}`,
      )
      .returning({ seq: changes.seq }),
    audit: insertAudit(db, moderator, {
      action: 'purge',
      subject: id,
      detail: { from, upTo },
      where: sql`refusal is null and exists (select 1 from messages where ${isPurged})`,
    }),
    reactions: deleteReactions(db, sql`${isPurged} and messages.reactions is not null`),
    mentions: deleteMentions(db, isPurged),
    files: deleteFiles(db, isPurged, now),
    purged: db.update(messages).set(tombstone(now)).where(isPurged).returning({ seq: messages.seq }),
    unpinned: unpinDeleted(db, sql`name_key = ${request.room.key}`),
  })
  const { authorId: foundId, authorName } = auth
  if (foundId === null) return undefined
  const lastSeq = entries.reduce<number | undefined>((last = 0, { seq }) => Math.max(last, seq), undefined)
  const count = purged.length
  return { userName: authorName, count, roomId: auth.roomId, lastSeq, unpinned: unpinned[0], files }
}
