import { eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import {
  authorizationColumns,
  authorize,
  insertMember,
  roomOf,
  runAuthorized,
  sqlList,
} from '../auth/authorization'
import { can } from '../auth/permissions'
import { type Refusal, Refused } from '../auth/refusals'
import { loginStatements } from '../auth/store'
import { type Audience, roles } from '../contract'
import { findLinks } from '../contract/links'
import type { Database } from '../db/client'
import { insertValues, nextSeq } from '../db/fragments'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { changes, messages, users } from '../db/schema'
import { wordKey } from '../lib/word-key'
import { insertAudit } from '../moderation/audit'
import { hasBlockedWord } from '../moderation/blocked-words'

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

/** The columns of a message that others see. */
export const messageColumns = {
  seq: messages.seq,
  userName: users.name,
  text: messages.text,
  createdAt: messages.createdAt,
  editedAt: messages.editedAt,
  deletedAt: messages.deletedAt,
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

/**
 * SQL for how many milliseconds the actor has to wait in a room with slow mode; null or 0 for not at all. It walks back through the
 * messages that are new enough to matter, each by the key, until one of the actor's own, so that a message needs no index. It
 * goes back 1000 at most, so that the rows read have a bound: docs/decisions/0010.
 */
const slowModeWait: SQL<number> = sql`case when is_slow then (
    with recursive back (seq, author, at) as (
      select * from (
        select seq, author_id, created_at from messages as m where m.room_id = auth.room_id order by seq desc limit 1)
      union all
      select m.seq, m.author_id, m.created_at from back join messages as m on m.room_id = auth.room_id
        and m.seq = (select max(seq) from messages as n where n.room_id = auth.room_id and n.seq < back.seq)
      where author <> auth.user_id and at > auth.now - 1000 * slow_mode_seconds
      limit 1000
    ) select at - (auth.now - 1000 * slow_mode_seconds) from back
      where author = auth.user_id and at > auth.now - 1000 * slow_mode_seconds) end`

/** The properties of a text that a room's rules are about. */
type Content = { words: string; hasLink: boolean }
const contentOf = (text: string): Content => ({ words: wordKey(text), hasLink: findLinks(text).length > 0 })

/** SQL for the reason why the room refuses a text, or null. It refuses none of a moderator. */
const contentRefusal = ({
  words,
  hasLink,
}: Content | WithPlaceholders<Content>): SQL<Refusal | null> => sql`case
  when auth.role not in ('member', 'guest') then null
  when ${hasBlockedWord(words)} then 'blocked word'
  when ${hasLink} and newcomer_link_seconds > 0
    and coalesce(joined_at, auth.now) > auth.now - 1000 * newcomer_link_seconds then 'link too soon'
  end`

/** `fingerprint` tells whether a repeat under the same `key` is the same message. */
type NewMessage = { text: string; idempotency: { key: string; fingerprint: string } | undefined }
type SendRequest = RoomRequest & NewMessage

const sendStatements = prepared<SendRequest & { content: Content }>()((db, request) => {
  const { text, content, idempotency } = request
  const { key = null, fingerprint = null } = idempotency ?? {}
  const auth = authorize(request, 'post')
  const sameKey = sql`messages.room_id = auth.room_id and author_id = auth.user_id and idempotency_key = ${key}`
  const isStopped = sql`(coalesce(${slowModeWait}, 0) > 0 or ${contentRefusal(content)} is not null)`
  return {
    auth: db
      .select({
        ...authorizationColumns,
        slowModeWait: slowModeWait.as('slow_mode_wait'),
        contentRefusal: contentRefusal(content).as('content_refusal'),
      })
      .from(auth),
    joined: insertMember(
      db,
      auth,
      idempotency ? sql`${isStopped} or exists (select 1 from messages where ${sameKey})` : isStopped,
    ),
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
  const { auth, joined, stored, earlier } = await runAuthorized(db, request, {
    ...loginStatements(db, request.actor.credential, request.now),
    ...sendStatements(db, { ...request, content: contentOf(text) }),
  })
  const { roomId, chatroom, userName } = auth
  const message = { userName, text, editedAt: null, deletedAt: null }
  const where = { roomId, chatroom, joined: joined.length > 0 }
  const [inserted] = stored
  if (inserted) return { outcome: 'sent', ...where, message: { ...message, ...inserted } }

  const [first] = earlier ?? []
  if (!first && auth.contentRefusal) throw Refused.of(request, auth.contentRefusal)
  if (!first) return { outcome: 'too soon', waitMilliseconds: auth.slowModeWait }
  const { fingerprint, ...rest } = first
  if (fingerprint !== idempotency?.fingerprint) return { outcome: 'key reused' }
  const textNow = rest.deletedAt === null ? text : null
  return { outcome: 'replayed', ...where, message: { ...message, ...rest, text: textNow } }
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

/** A change of a message. */
export type Change = { seq: number } & ({ type: 'edit'; text: string } | { type: 'delete' })
/** The entry of the log that a change became. */
export type Entry = { roomId: number; seq: number; userName: string | null; createdAt: number }
type Changed =
  | { outcome: 'changed'; chatroom: string; message: MessageRow; entry: Entry | undefined }
  | { outcome: 'no message' }
  | { outcome: 'not the author' }

const moderatingRoles = roles.filter((role) =>
  can(role, 'moderate', { readers: 'members', posters: 'members' }),
)

/**
 * Edits or deletes a message of the actor's own, or deletes any for a moderator, and writes that to the log. A change that changes
 * nothing (the same text again, a second deletion) is no entry, so a repeated request is harmless.
 */
export const changeMessage = async (
  db: Database,
  request: RoomRequest,
  { seq, ...change }: Change,
): Promise<Changed> => {
  const isEdit = change.type === 'edit'
  const from = authorize(request, isEdit ? 'post' : 'withdraw')
  const isTarget = sql`messages.room_id = auth.room_id and messages.seq = ${seq}`
  const isAuthor = sql<number>`author_id = auth.user_id`
  const may = isEdit
    ? isAuthor
    : sql<number>`(coalesce(${isAuthor}, false) or auth.role in ${sqlList(moderatingRoles)})`
  const refusal = isEdit ? contentRefusal(contentOf(change.text)) : sql<null>`null`
  const isChanged = sql`refusal is null and ${may} and ${refusal} is null and deleted_at is null
    and ${isEdit ? sql`text <> ${change.text}` : sql`true`}`
  const { auth, entry, target } = await runAuthorized(db, request, {
    ...loginStatements(db, request.actor.credential, request.now),
    audit: insertAudit(db, sql`${from} join messages on ${isTarget}`, {
      action: 'deleteMessage',
      subject: sql`author_id`,
      detail: { seq },
      where: sql`${isChanged} and author_id is not auth.user_id`,
    }),
    entry: db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`auth.room_id`,
          seq: nextSeq,
          type: change.type,
          target: sql`messages.seq`,
          // 0 is nobody's id: the admin has none.
          actorId: sql`coalesce(user_id, 0)`,
          createdAt: sql`auth.now`,
        })} from ${from} join messages on ${isTarget} where ${isChanged}`,
      )
      .returning({ seq: changes.seq, createdAt: changes.createdAt }),
    message: db
      .update(messages)
      .set(isEdit ? { text: change.text, editedAt: request.now } : { text: null, deletedAt: request.now })
      .from(from)
      .where(sql`${isTarget} and ${isChanged}`),
    auth: db.select(authorizationColumns).from(from),
    target: db
      .select({ ...messageColumns, may: may.as('may'), refusal: refusal.as('content_refusal') })
      .from(from)
      .innerJoin(messages, isTarget)
      .leftJoin(users, eq(users.id, messages.authorId)),
  })
  const [row] = target
  if (!row) return { outcome: 'no message' }
  if (!row.may) return { outcome: 'not the author' }
  if (isEdit && row.deletedAt !== null) return { outcome: 'no message' }
  if (row.refusal) throw Refused.of(request, row.refusal)
  const { may: _may, refusal: _refusal, ...message } = row
  const { roomId, chatroom, userName } = auth
  return { outcome: 'changed', chatroom, message, entry: entry[0] && { ...entry[0], roomId, userName } }
}
