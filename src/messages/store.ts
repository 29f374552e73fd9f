import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database'
import { type Page, toPage } from '../paging'
import { insertMember, type Names, roomId, selectNames, userId } from '../queries'
import { changes, messages, rooms, users } from '../schema'

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
type Missing = { outcome: 'no chatroom' } | { outcome: 'no user' } | { outcome: 'no message' }
type NoRoom = { outcome: 'no chatroom' }
type Found = { outcome: 'found'; chatroom: string; message: MessageRow }
type Sent =
  | { outcome: 'sent' | 'replayed'; chatroom: string; message: MessageRow }
  | { outcome: 'key reused' }
  | Exclude<Missing, { outcome: 'no message' }>
type Changed =
  | { outcome: 'changed'; chatroom: string; message: MessageRow }
  | { outcome: 'not the author' }
  | Missing
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
  coalesce((select max(seq) from messages where room_id = rooms.id), 0),
  coalesce((select max(seq) from changes where room_id = rooms.id), 0))`

export type Sending = {
  names: Names
  text: string
  now: number
  /** `fingerprint` tells whether a repeat under the same `key` says the same. */
  idempotency: { key: string; fingerprint: string } | undefined
}

/**
 * Stores a message and makes its author a member. Under an idempotency key that the author has used in this room
 * before it stores nothing: it gives the message of then, or says that the key stood for another one.
 */
export const send = async (db: Database, { names, text, now, idempotency }: Sending): Promise<Sent> => {
  const { key = null, fingerprint = null } = idempotency ?? {}
  const sameKey = sql`room_id = ${roomId(names.roomKey)} and author_id = ${userId(names.userKey)} and idempotency_key = ${key}`
  const storing = [
    selectNames(db, names),
    insertMember(db, names, now, idempotency && sql`exists (select 1 from messages where ${sameKey})`),
    db
      .insert(messages)
      .select(
        sql`select rooms.id, ${nextSeq}, users.id, ${text}, ${now}, null, null, ${key}, ${fingerprint}
          from rooms join users where rooms.name_key = ${names.roomKey} and users.name_key = ${names.userKey}`,
      )
      .onConflictDoNothing()
      .returning({ seq: messages.seq }),
  ] as const
  const { seq, createdAt, deletedAt, fingerprint: of } = messages
  const underKey = db.select({ seq, createdAt, deletedAt, of }).from(messages).where(sameKey)

  const [[named], , [stored], ...rest] = await db.batch(idempotency ? [...storing, underKey] : storing)
  if (named?.chatroom == null) return { outcome: 'no chatroom' }
  if (named.userName === null) return { outcome: 'no user' }
  const { chatroom, userName } = named
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

export type Change = { names: Names; seq: number; now: number } & (
  | { type: 'edit'; text: string }
  | { type: 'delete' }
)

/**
 * Edits or deletes the author's own message, and enters that in the log. What would change nothing (the same text
 * again, a second deletion) is no entry, so a repeated request is harmless.
 */
export const change = async (db: Database, { names, seq, now, ...wanted }: Change): Promise<Changed> => {
  const target = and(eq(messages.roomId, roomId(names.roomKey)), eq(messages.seq, seq))
  const isAuthor = sql<number>`author_id = ${userId(names.userKey)}`
  const differs = wanted.type === 'edit' ? sql`text <> ${wanted.text}` : sql`true`
  const changeable = and(target, isAuthor, sql`deleted_at is null`, differs)
  const [, , [named], [found]] = await db.batch([
    db.insert(changes).select(
      sql`select rooms.id, ${nextSeq}, ${wanted.type}, messages.seq, author_id, ${now}
        from rooms join messages on room_id = rooms.id where ${changeable}`,
    ),
    db
      .update(messages)
      .set(
        wanted.type === 'edit'
          ? { text: wanted.text, editedAt: now }
          : { text: null, fingerprint: null, deletedAt: now },
      )
      .where(changeable),
    selectNames(db, names),
    db
      .select({ ...shown, isAuthor: isAuthor.as('is_author') })
      .from(messages)
      .leftJoin(users, eq(users.id, messages.authorId))
      .where(target),
  ])
  if (named?.chatroom == null) return { outcome: 'no chatroom' }
  if (!found) return { outcome: 'no message' }
  if (named.userName === null) return { outcome: 'no user' }
  if (!found.isAuthor) return { outcome: 'not the author' }
  if (wanted.type === 'edit' && found.deletedAt !== null) return { outcome: 'no message' }
  const { isAuthor: _, ...message } = found
  return { outcome: 'changed', chatroom: named.chatroom, message }
}
