import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database'
import type { Actor } from '../identity/actor'
import { batchAs } from '../identity/store'
import { type Page, toPage } from '../paging'
import { roomId } from '../queries'
import { changes, messages, rooms, users } from '../schema'
import { insertMember, type Refusal, selectStanding, standing } from '../standing'

export type MessageRow = {
  seq: number
  /** Null once the author is deleted. */
  userName: string | null
  /** Null once the message is deleted. */
  text: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}
type NoRoom = { outcome: 'no chatroom' }
type Refused = { outcome: 'refused'; refusal: Refusal }
type Found = { outcome: 'found'; chatroom: string; message: MessageRow }
type Sent =
  | { outcome: 'sent' | 'replayed'; chatroom: string; message: MessageRow }
  | { outcome: 'key reused' }
  | Refused
type Changed =
  | { outcome: 'changed'; chatroom: string; message: MessageRow }
  | { outcome: 'no message' }
  | { outcome: 'not the author' }
  | Refused
type Listed = { outcome: 'listed'; chatroom: string; page: Page<MessageRow> } | NoRoom

const shown = {
  seq: messages.seq,
  userName: users.name,
  text: messages.text,
  createdAt: messages.createdAt,
  editedAt: messages.editedAt,
  deletedAt: messages.deletedAt,
}

const selectMessages = (db: Database, where: SQL | undefined) =>
  db.select(shown).from(messages).leftJoin(users, eq(users.id, messages.authorId)).where(where)

const selectRoom = (db: Database, roomKey: string) =>
  db.select({ name: rooms.name }).from(rooms).where(eq(rooms.nameKey, roomKey))

/** The log's next number, from the ends of its two tables' keys: no counter, no gap, no second statement. */
const nextSeq = sql`1 + max(
  coalesce((select max(seq) from messages as m where m.room_id = standing.room_id), 0),
  coalesce((select max(seq) from changes as c where c.room_id = standing.room_id), 0))`

export type Sending = {
  roomKey: string
  actor: Actor
  text: string
  now: number
  /** `fingerprint` tells whether a repeat under the same `key` says the same. */
  idempotency: { key: string; fingerprint: string } | undefined
}

/**
 * Stores a message and makes its author a member. Under an idempotency key that the author has used in this room
 * before it stores nothing: it gives the message of then, or says that the key stood for another one.
 */
export const send = async (db: Database, sending: Sending): Promise<Sent> => {
  const { roomKey, actor, text, now, idempotency } = sending
  const { key = null, fingerprint = null } = idempotency ?? {}
  const where = standing(roomKey, actor)
  const sameKey = sql`messages.room_id = standing.room_id and author_id = standing.user_id and idempotency_key = ${key}`
  const storing = [
    selectStanding(db, roomKey, actor),
    insertMember(db, where, now, idempotency && sql`exists (select 1 from messages where ${sameKey})`),
    db
      .insert(messages)
      .select(
        sql`select room_id, ${nextSeq}, user_id, ${text}, ${now}, null, null, ${key}, ${fingerprint}
          from ${where} where refusal is null`,
      )
      .onConflictDoNothing()
      .returning({ seq: messages.seq }),
  ] as const
  const { seq, createdAt, deletedAt, fingerprint: of } = messages
  const underKey = db.select({ seq, createdAt, deletedAt, of }).from(where).innerJoin(messages, sameKey)

  const [[stands], , [stored], ...rest] = await batchAs(
    db,
    actor.credential,
    idempotency ? [...storing, underKey] : storing,
  )
  if (!stands) throw new Error('an actor without a standing')
  if (stands.refusal) return { outcome: 'refused', refusal: stands.refusal }
  const { chatroom, userName } = stands
  const message = { userName, text, createdAt: now, editedAt: null, deletedAt: null }
  if (stored) return { outcome: 'sent', chatroom, message: { ...message, seq: stored.seq } }

  const earlier = rest[0]?.[0]
  if (!earlier) throw new Error('a message was neither stored now nor before')
  const asFirst = { ...message, seq: earlier.seq, createdAt: earlier.createdAt }
  if (earlier.deletedAt !== null) {
    return {
      outcome: 'replayed',
      chatroom,
      message: { ...asFirst, text: null, deletedAt: earlier.deletedAt },
    }
  }
  return earlier.of === fingerprint
    ? { outcome: 'replayed', chatroom, message: asFirst }
    : { outcome: 'key reused' }
}

export type HistoryRange = {
  roomKey: string
  limit: number
  before: number | undefined
  after: number | undefined
}

/** A page of history, oldest first: the messages right after `after`, or the last ones before `before`. */
export const history = async (
  db: Database,
  { roomKey, limit, before, after }: HistoryRange,
): Promise<Listed> => {
  const room = eq(messages.roomId, roomId(roomKey))
  const range =
    after !== undefined
      ? selectMessages(db, and(room, gt(messages.seq, after))).orderBy(asc(messages.seq))
      : selectMessages(db, and(room, before === undefined ? undefined : lt(messages.seq, before))).orderBy(
          desc(messages.seq),
        )
  const [[named], rows] = await db.batch([selectRoom(db, roomKey), range.limit(limit + 1)])
  if (!named) return { outcome: 'no chatroom' }
  const page = toPage(rows, limit)
  if (after === undefined) page.rows.reverse()
  return { outcome: 'listed', chatroom: named.name, page }
}

export const findMessage = async (
  db: Database,
  { roomKey, seq }: { roomKey: string; seq: number },
): Promise<Found | NoRoom | { outcome: 'no message' }> => {
  const [[room], [message]] = await db.batch([
    selectRoom(db, roomKey),
    selectMessages(db, and(eq(messages.roomId, roomId(roomKey)), eq(messages.seq, seq))),
  ])
  if (!room) return { outcome: 'no chatroom' }
  return message ? { outcome: 'found', chatroom: room.name, message } : { outcome: 'no message' }
}

export type Change = { roomKey: string; actor: Actor; seq: number; now: number } & (
  | { type: 'edit'; text: string }
  | { type: 'delete' }
)

/**
 * Edits or deletes the actor's own message, and enters that in the log. What would change nothing (the same text
 * again, a second deletion) is no entry, so a repeated request is harmless.
 */
export const change = async (
  db: Database,
  { roomKey, actor, seq, now, ...wanted }: Change,
): Promise<Changed> => {
  const where = standing(roomKey, actor)
  const isTarget = sql`messages.room_id = standing.room_id and messages.seq = ${seq}`
  const differs = wanted.type === 'edit' ? sql`text <> ${wanted.text}` : sql`true`
  const changeable = sql`refusal is null and author_id = standing.user_id and deleted_at is null and ${differs}`
  const [, , [stands], [found]] = await batchAs(db, actor.credential, [
    db.insert(changes).select(
      sql`select standing.room_id, ${nextSeq}, ${wanted.type}, messages.seq, user_id, ${now}
        from ${where} join messages on ${isTarget} where ${changeable}`,
    ),
    db
      .update(messages)
      .set(
        wanted.type === 'edit'
          ? { text: wanted.text, editedAt: now }
          : { text: null, fingerprint: null, deletedAt: now },
      )
      .from(where)
      .where(sql`${isTarget} and ${changeable}`),
    selectStanding(db, roomKey, actor),
    db
      .select({ ...shown, isAuthor: sql<number>`author_id = standing.user_id`.as('is_author') })
      .from(where)
      .innerJoin(messages, isTarget)
      .leftJoin(users, eq(users.id, messages.authorId)),
  ])
  if (!stands) throw new Error('an actor without a standing')
  if (stands.refusal) return { outcome: 'refused', refusal: stands.refusal }
  if (!found) return { outcome: 'no message' }
  if (!found.isAuthor) return { outcome: 'not the author' }
  if (wanted.type === 'edit' && found.deletedAt !== null) return { outcome: 'no message' }
  const { isAuthor: _, ...message } = found
  return { outcome: 'changed', chatroom: stands.chatroom, message }
}
