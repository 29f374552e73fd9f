import { eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, roomOf, runAuthorized } from '../auth/authorization'
import { Refused } from '../auth/refusals'
import { loginStatements } from '../auth/store'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { insertValues, nextSeq } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { messages, users } from '../db/schema'
import { type Content, contentOf, contentRefusal } from './content-refusal'
import { type MessageLinks, noLinks } from './entry-frames'
import { slowModeWait, upsertSender } from './slow-mode'

export type MessageRow = MessageLinks & {
  /** The emoji that the reader gave it. */
  mine?: string[]
  seq: number
  /** Null, like the name, once the author is deleted. */
  userId: number | null
  userName: string | null
  /** Null once the message is deleted. */
  text: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** The columns of a message that others see. */
export const messageColumns = {
  seq: messages.seq,
  userId: users.id,
  userName: users.name,
  text: messages.text,
  createdAt: messages.createdAt,
  editedAt: messages.editedAt,
  deletedAt: messages.deletedAt,
  replyTo: messages.replyTo,
  mentions: messages.mentions,
  reactions: messages.reactions,
}

export const selectMessages = (db: Database, room: SQL, where: SQL) =>
  db
    .select(messageColumns)
    .from(messages)
    .leftJoin(users, eq(users.id, messages.authorId))
    .where(sql`messages.room_id = ${room} and ${where}`)

/** SQL for the time of a new message: never earlier than the message before, also where two clocks differ. Slow mode needs that. */
const createdAt = sql`max(auth.now, coalesce(
  (select created_at from messages as m where m.room_id = auth.room_id order by seq desc limit 1), 0))`

/** `fingerprint` tells whether a repeat under the same `key` is the same message. */
type NewMessage = { text: string; idempotency: { key: string; fingerprint: string } | undefined }
type SendRequest = RoomRequest & NewMessage

export const sendStatements = prepared<SendRequest & { content: Content }>()((db, request) => {
  const { text, content, idempotency } = request
  const { key = null, fingerprint = null } = idempotency ?? {}
  const auth = authorize(request, 'post')
  const sameKey = sql`messages.room_id = auth.room_id and author_id = auth.user_id and idempotency_key = ${key}`
  const isStopped = sql`(coalesce(${slowModeWait}, 0) > 0 or ${contentRefusal(content)} is not null)`
  return {
    stored: db
      .insert(messages)
      .select(
        sql`select ${insertValues(messages, {
          roomId: sql`room_id`,
          seq: nextSeq,
          authorId: sql`user_id`,
          text,
          createdAt,
          idempotencyKey: key,
          fingerprint,
        })}
          from ${auth} where refusal is null and not ${isStopped}`,
      )
      .onConflictDoNothing()
      .returning({ seq: messages.seq, createdAt: messages.createdAt }),
    // After the message is stored, the walk back of slow mode ends at once.
    auth: db
      .select({
        ...authorizationColumns,
        isMember: sql<number>`ordinal is not null`.as('is_member'),
        slowModeWait: slowModeWait.as('slow_mode_wait'),
        contentRefusal: contentRefusal(content).as('content_refusal'),
      })
      .from(auth),
    member: upsertSender(db, auth),
    earlier: idempotency
      ? db
          .select({
            seq: messages.seq,
            createdAt: messages.createdAt,
            deletedAt: messages.deletedAt,
            fingerprint: messages.fingerprint,
          })
          .from(auth)
          .innerJoin(messages, sameKey)
      : undefined,
  }
})

type Sent =
  | { outcome: 'sent' | 'replayed'; roomId: number; chatroom: string; message: MessageRow; joined: boolean }
  | { outcome: 'key reused' }
  | { outcome: 'too soon'; waitMilliseconds: number }

/**
 * Stores a message and makes its author a member. Under an idempotency key that the author has used in this room before, it stores
 * nothing: it returns the message of then, without its text if that is deleted, or says that the key was for another message.
 */
export const insertMessage = async (db: Database, request: SendRequest): Promise<Sent> => {
  const { text, idempotency } = request
  const { auth, stored, earlier } = await runAuthorized(db, request, {
    ...loginStatements(db, request.actor.credential, request.now),
    ...sendStatements(db, { ...request, content: contentOf(text) }),
  })
  const { roomId, chatroom, userId, userName } = auth
  const message = { ...noLinks, userId, userName, text, editedAt: null, deletedAt: null }
  const [inserted] = stored
  if (inserted) {
    const joined = !auth.isMember
    return { outcome: 'sent', roomId, chatroom, joined, message: { ...message, ...inserted } }
  }

  const [first] = earlier ?? []
  if (!first && auth.contentRefusal) throw Refused.of(request, auth.contentRefusal)
  if (!first) return { outcome: 'too soon', waitMilliseconds: auth.slowModeWait }
  const { fingerprint, ...rest } = first
  if (fingerprint !== idempotency?.fingerprint) return { outcome: 'key reused' }
  const textNow = rest.deletedAt === null ? text : null
  return {
    outcome: 'replayed',
    roomId,
    chatroom,
    joined: false,
    message: { ...message, ...rest, text: textNow },
  }
}

export const findMessage = async (
  db: Database,
  request: RoomRequest,
  seq: number,
): Promise<{ chatroom: string; readers: Audience; message: MessageRow | undefined }> => {
  const from = authorize(request, 'read')
  const { auth, message } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    message: selectMessages(db, roomOf(from), sql`seq = ${seq}`),
  })
  const { chatroom, readers } = auth
  return { chatroom, readers, message: message[0] }
}
