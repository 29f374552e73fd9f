import { eq, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Actor } from '../auth/actor'
import {
  authorizationColumns,
  authorize,
  clock,
  insertMember,
  missingRow,
  roomOf,
  sqlList,
} from '../auth/authorization'
import type { Audience } from '../auth/permissions'
import { can, roles } from '../auth/permissions'
import type { Refusal } from '../auth/refusals'
import { batchAs } from '../auth/store'
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
type Refused = { outcome: 'refused'; refusal: Refusal }
type Found =
  | { outcome: 'found'; chatroom: string; readers: Audience; message: MessageRow }
  | { outcome: 'no message' }
  | Refused
type Sent =
  | { outcome: 'sent' | 'replayed'; roomId: number; chatroom: string; message: MessageRow; joined: boolean }
  | { outcome: 'key reused' }
  | { outcome: 'too soon'; waitMilliseconds: number }
  | Refused
/** What the change was entered in the log as. */
export type Entry = { roomId: number; seq: number; userName: string | null; createdAt: number }
type Changed =
  | { outcome: 'changed'; chatroom: string; message: MessageRow; entry: Entry | undefined }
  | { outcome: 'no message' }
  | { outcome: 'not the author' }
  | Refused

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

/** Never earlier than the message before, whatever the clocks of two data centres say: slow mode counts on it. */
const noEarlier = (now: Placeholder): SQL => sql`max(${now}, coalesce(
  (select created_at from messages as m where m.room_id = auth.room_id order by seq desc limit 1), 0))`

/**
 * How many milliseconds the actor has to wait in a room with slow mode. Walks back through the messages that are young
 * enough to matter, each by the key, until one of the actor's own: no index and no row to write for a message. It goes
 * a thousand back at most, so that what a send reads has a bound: docs/decisions/0010.
 */
const slowModeWait = (now: Placeholder): SQL<number> => {
  const since = sql`${now} - 1000 * slow_mode_seconds`
  return sql`case when is_slow then (
    with recursive back (seq, author, at) as (
      select * from (
        select seq, author_id, created_at from messages as m where m.room_id = auth.room_id order by seq desc limit 1)
      union all
      select m.seq, m.author_id, m.created_at from back join messages as m on m.room_id = auth.room_id
        and m.seq = (select max(seq) from messages as n where n.room_id = auth.room_id and n.seq < back.seq)
      where author <> auth.user_id and at > ${since}
      limit 1000
    ) select at - (${since}) from back where author = auth.user_id and at > ${since}) end`
}

/** What a room may object to in a text. */
type Matter = { words: string; hasLink: boolean }
const matterOf = (text: string): Matter => ({ words: wordKey(text), hasLink: findLinks(text).length > 0 })

/** SQL for why a text may not be said here, whoever may speak; null where it may. Those who moderate say what they like. */
const contentRefusal = ({
  words,
  hasLink,
}: Matter | WithPlaceholders<Matter>): SQL<Refusal | null> => sql`case
  when auth.role not in ('member', 'guest') then null
  when ${hasBlockedWord(words)} then 'blocked word'
  when ${hasLink} and coalesce(joined_at, ${clock}) > ${clock} - 1000 * newcomer_link_seconds then 'link too soon'
  end`

export type Sending = {
  roomKey: string
  actor: Actor
  text: string
  now: number
  /** `fingerprint` tells whether a repeat under the same `key` says the same. */
  idempotency: { key: string; fingerprint: string } | undefined
}

const sendStatements = prepared<Sending & { matter: Matter }>()((db, given) => {
  const { roomKey, actor, text, matter, now, idempotency } = given
  const { key = null, fingerprint = null } = idempotency ?? {}
  const auth = authorize(roomKey, actor, 'post')
  const sameKey = sql`messages.room_id = auth.room_id and author_id = auth.user_id and idempotency_key = ${key}`
  const heldBack = sql`(coalesce(${slowModeWait(now)}, 0) > 0 or ${contentRefusal(matter)} is not null)`
  const { seq, createdAt, deletedAt, fingerprint: of } = messages
  const storing = [
    db
      .select({
        ...authorizationColumns,
        wait: slowModeWait(now).as('wait'),
        objection: contentRefusal(matter).as('objection'),
      })
      .from(auth),
    insertMember(
      db,
      auth,
      now,
      idempotency ? sql`${heldBack} or exists (select 1 from messages where ${sameKey})` : heldBack,
    ),
    db
      .insert(messages)
      .select(
        sql`select ${insertValues(messages, {
          roomId: sql`room_id`,
          seq: nextSeq,
          authorId: sql`user_id`,
          text,
          createdAt: noEarlier(now),
          idempotencyKey: key,
          fingerprint,
        })}
          from ${auth} where refusal is null and not ${heldBack}`,
      )
      .onConflictDoNothing()
      .returning({ seq, createdAt }),
  ] as const
  const underKey = db.select({ seq, createdAt, deletedAt, of }).from(auth).innerJoin(messages, sameKey)
  return idempotency ? ([...storing, underKey] as const) : storing
})

/**
 * Stores a message and makes its author a member. Under an idempotency key that the author has used in this room
 * before it stores nothing: it gives the message of then, without its text once that is deleted, or says that the key
 * stood for another one.
 */
export const insertMessage = async (db: Database, sending: Sending): Promise<Sent> => {
  const { actor, text, idempotency } = sending
  const statements = sendStatements(db, { ...sending, matter: matterOf(text) })
  const [[found], [joined], [stored], ...rest] = await batchAs(db, actor.credential, statements)
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  const { roomId, chatroom, userName, wait: waitMilliseconds } = found
  const message = { userName, text, editedAt: null, deletedAt: null }
  const where = { roomId, chatroom, joined: joined !== undefined }
  if (stored) return { outcome: 'sent', ...where, message: { ...message, ...stored } }

  const earlier = rest[0]?.[0]
  if (!earlier && found.objection) return { outcome: 'refused', refusal: found.objection }
  if (!earlier) return { outcome: 'too soon', waitMilliseconds }
  if (earlier.of !== idempotency?.fingerprint) return { outcome: 'key reused' }
  const { of: _, ...first } = earlier
  const said = first.deletedAt === null ? text : null
  return { outcome: 'replayed', ...where, message: { ...message, ...first, text: said } }
}

export const findMessage = async (
  db: Database,
  roomKey: string,
  actor: Actor,
  seq: number,
): Promise<Found> => {
  const auth = authorize(roomKey, actor, 'read')
  const [[found], [message]] = await db.batch([
    db.select(authorizationColumns).from(auth),
    selectMessages(db, roomOf(auth), sql`seq = ${seq}`),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  const { chatroom, readers } = found
  return message ? { outcome: 'found', chatroom, readers, message } : { outcome: 'no message' }
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
  const auth = authorize(roomKey, actor, wanted.type === 'edit' ? 'post' : 'withdraw')
  const isTarget = sql`messages.room_id = auth.room_id and messages.seq = ${seq}`
  const differs = wanted.type === 'edit' ? sql`text <> ${wanted.text}` : sql`true`
  const isAuthor = sql<number>`author_id = auth.user_id`
  // Whoever moderates may delete what anybody has said, but put words into nobody's mouth.
  const moderators = roles.filter((role) => can(role, 'moderate', { readers: 'members', posters: 'members' }))
  const may =
    wanted.type === 'edit'
      ? isAuthor
      : sql<number>`(coalesce(${isAuthor}, false) or auth.role in ${sqlList(moderators)})`
  const unsaid = wanted.type === 'edit' ? contentRefusal(matterOf(wanted.text)) : sql<null>`null`
  const changeable = sql`refusal is null and ${may} and ${unsaid} is null and deleted_at is null and ${differs}`
  const [, [entry], , [found], [target]] = await batchAs(db, actor.credential, [
    insertAudit(db, sql`${auth} join messages on ${isTarget}`, {
      action: 'deleteMessage',
      subject: sql`author_id`,
      detail: { seq },
      where: sql`${changeable} and author_id is not auth.user_id`,
    }),
    db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`auth.room_id`,
          seq: nextSeq,
          type: wanted.type,
          target: sql`messages.seq`,
          // The admin is nobody's id.
          actorId: sql`coalesce(user_id, 0)`,
          createdAt: now,
        })} from ${auth} join messages on ${isTarget} where ${changeable}`,
      )
      .returning({ seq: changes.seq, createdAt: changes.createdAt }),
    db
      .update(messages)
      .set(wanted.type === 'edit' ? { text: wanted.text, editedAt: now } : { text: null, deletedAt: now })
      .from(auth)
      .where(sql`${isTarget} and ${changeable}`),
    db.select(authorizationColumns).from(auth),
    db
      .select({ ...messageColumns, may: may.as('may'), unsaid: unsaid.as('unsaid') })
      .from(auth)
      .innerJoin(messages, isTarget)
      .leftJoin(users, eq(users.id, messages.authorId)),
  ])
  if (!found) throw missingRow()
  if (found.refusal) return { outcome: 'refused', refusal: found.refusal }
  if (!target) return { outcome: 'no message' }
  if (!target.may) return { outcome: 'not the author' }
  if (wanted.type === 'edit' && target.deletedAt !== null) return { outcome: 'no message' }
  const { may: _, unsaid: objected, ...message } = target
  if (objected) return { outcome: 'refused', refusal: objected }
  const { roomId, chatroom, userName } = found
  return { outcome: 'changed', chatroom, message, entry: entry && { ...entry, roomId, userName } }
}
