import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { sqliteTable } from 'drizzle-orm/sqlite-core'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { networkNoted, noteNetwork } from '../auth/network'
import { permission } from '../auth/permission'
import { loginStatements } from '../auth/store'
import type { Approval } from '../contract'
import { batch, type Database, type Results, type Statements } from '../db/client'
import { insertValues, nextSeqOf } from '../db/fragments'
import { messageFields } from '../db/message-fields'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { messages } from '../db/schema'
import { ownRules, siteRules } from '../db/site-settings'
import { hasHeldSpace, heldWait, insertHeld, mustWait, selectHeldBefore } from '../held/hold'
import { type Content, contentColumns, contentOf, contentRefusal, refuseContent } from './content-refusal'
import { noLinks } from './entry-frames'
import { earlierSeq, type Idempotency, idempotencyColumns, isRepeat, isUnused } from './idempotency'
import { insertMentions, mentionedMembers } from './mentions'
import type { Author } from './quoted'
import type { Checks, StoredRules } from './room-rules'
import { isSlowModeOver, slowModeWait, upsertSender } from './slow-mode'
import type { MessageRow } from './store'

export type SendRequest = RoomRequest & {
  text: string
  /** The number of the message that this one replies to. */
  replyTo: number | undefined
  /** The rules that the room and the site probably have. A statement stores nothing of a member if they have others. */
  rules: StoredRules
  checks: Checks
  /** Whose messages wait where neither the room nor the site has set it. */
  approval: Approval
  /** The id under which the message may be held. Without one, it is not held. */
  heldId: string | undefined
  /** The names that the text may mention: see `mentionedKeys`. */
  mentioned: string | undefined
  idempotency: Idempotency | undefined
}
type PreparedSend = SendRequest | WithPlaceholders<SendRequest>

/** SQL for the time of a new message: never earlier than the message before, also where two clocks differ. Slow mode needs that. */
export const createdAtOf = (roomId: SQL, now: SQL): SQL => sql`max(${now}, ifnull(
  (select created_at from messages where room_id = ${roomId} order by seq desc limit 1), 0))`

/** Returns the table with only the columns that a new message has, so that a statement names no others. */
const tableOf = ({ replyTo: original, idempotency, mentioned }: PreparedSend) => {
  const { roomId, seq, authorId, text, createdAt, idempotencyKey, keyHash, replyTo, mentions } = messageFields
  const all = { roomId, seq, authorId, text, createdAt, idempotencyKey, keyHash, replyTo, mentions }
  const wanted = {
    ...{ roomId, seq, authorId, text, createdAt },
    ...(idempotency && { idempotencyKey, keyHash }),
    ...(original !== undefined && { replyTo }),
    ...(mentioned !== undefined && { mentions }),
  }
  return sqliteTable('messages', wanted as typeof all)
}

/** SQL for whether a room has a message with this number. It may be deleted. */
const hasMessage = (roomId: SQL, seq: number | Placeholder): SQL<number> =>
  sql`exists (select 1 from messages where room_id = ${roomId} and seq = ${seq})`

/**
 * Stores a message, unless its sender has used the key before, and returns what its listeners see. `sender` selects its
 * `room`, `user`, `seq` and `at`; there is no row if the sender may not send it.
 */
const insertInto = (db: Database, request: PreparedSend, sender: SQL) => {
  const { text, replyTo, mentioned, idempotency } = request
  const table = tableOf(request)
  const values = sql`select ${insertValues(table, {
    roomId: sql`room`,
    seq: sql`seq`,
    authorId: sql`user`,
    text,
    createdAt: sql`at`,
    ...(replyTo !== undefined && { replyTo }),
    ...(mentioned !== undefined && { mentions: mentionedMembers(mentioned, sql`room`) }),
    ...(idempotency && idempotencyColumns(idempotency)),
  })}`
  const select = idempotency
    ? // With a limit SQLite computes the number once, and not once for each place in which it stands.
      sql`${values} from (${sender} limit 1) where ${isUnused(idempotency, sql`room`, sql`user`)}`
    : sql`${values} from (${sender})`
  return db
    .insert(table)
    .select(select)
    .returning({
      seq: messages.seq,
      createdAt: messages.createdAt,
      roomId: messages.roomId,
      userId: messages.authorId,
      // One row of the user and one of the room, and not one for each of their columns.
      names:
        sql`(select json_array(u.name, avatar, r.name) from users u, rooms r where u.id = author_id and r.id = room_id)`
          .mapWith((json): [...Author, chatroom: string] => JSON.parse(json))
          .as('names'),
      ...(mentioned !== undefined && { mentions: messages.mentions }),
    })
}

const memberStatements = prepared<SendRequest>()((db, request) => {
  const { actor, room, replyTo, mentioned, rules, checks } = request
  const { sentBefore, joinedBefore, isForApproved, isForModerators } = checks
  const conditions = [
    sql`${ownRules} = ${rules.own} and ${siteRules} is ${rules.ofSite}`,
    sentBefore !== undefined && isSlowModeOver(sentBefore),
    joinedBefore !== undefined && sql`joined_at <= ${joinedBefore}`,
    isForApproved && sql`u.protected and u.approved_at`,
    isForModerators && sql`false`,
  ]
  const isAllowed = sql.join(
    conditions.filter((condition) => condition !== undefined && condition !== false),
    sql` and `,
  )
  // A name without a token is a member at most.
  const isModerator = actor.credential.kind === 'none' ? sql`` : sql`m.role <> 'member' or `
  const { from, where } = permission(request, 'post', {
    isMember: true,
    rules: sql`${isModerator}${isAllowed}`,
  })
  const roomId = sql`r.id`
  const hasOriginal = replyTo === undefined ? sql`` : sql` and ${hasMessage(roomId, replyTo)}`
  return {
    stored: insertInto(
      db,
      request,
      sql`select r.id room, u.id user, ${nextSeqOf(roomId)} seq, ${createdAtOf(roomId, sql`${request.now}`)} at
        from ${from} where ${where}${hasOriginal}`,
    ),
    mentions: mentioned === undefined ? undefined : insertMentions(db, room.key),
  }
})

type Stored = { roomId: number; chatroom: string; message: MessageRow }

/**
 * Stores messages of members, each by one statement of its own, all in one round trip. Where it may not, or must do more than store,
 * it stores nothing, and returns undefined in the message's place.
 */
export const insertByMembers = async (
  db: Database,
  requests: SendRequest[],
): Promise<(Stored | undefined)[]> => {
  const statements = requests.flatMap((request, index) => {
    const { stored, mentions } = memberStatements(db, request)
    return [[`stored ${index}`, stored] as const, [`mentions ${index}`, mentions] as const]
  })
  const results = await batch(db, Object.fromEntries(statements) satisfies Statements)
  return requests.map(({ text, replyTo = null }, index) => {
    const [row] = results[`stored ${index}`] as Results<ReturnType<typeof memberStatements>>['stored']
    if (!row) return undefined
    const { roomId, names, ...stored } = row
    const [userName, avatar, chatroom] = names
    const sent = { ...noLinks, replyTo, ...stored, userName, avatar, text }
    return { roomId, chatroom, message: { ...sent, editedAt: null, deletedAt: null } }
  })
}

const senderStatements = prepared<SendRequest & { content: Content }>()((db, request) => {
  const { content, replyTo, idempotency, room, mentioned, approval, heldId, text } = request
  const auth = authorize(request, 'post', { hasRules: true })
  const roomId = sql`auth.room_id`
  const hasOriginal = replyTo === undefined ? sql<number>`true` : hasMessage(roomId, replyTo)
  const waits = mustWait(approval)
  // Slow mode counts held messages too.
  const wait = sql<number>`max(ifnull(${slowModeWait}, 0), iif(${waits}, ifnull(${heldWait}, 0), 0))`
  const isAllowed = sql`refusal is null and ${wait} <= 0 and ${contentRefusal(content)} is null and ${hasOriginal}`
  const isNew = idempotency
    ? sql`${earlierSeq(idempotency, sql`auth.room_id`, sql`auth.user_id`)} is null`
    : sql`true`
  return {
    stored: insertInto(
      db,
      request,
      sql`select room_id as room, user_id as user, ${nextSeqOf(roomId)} as seq, ${createdAtOf(roomId, sql`now`)} as at
        from ${auth} where ${isAllowed} and not ${waits}`,
    ),
    mentions: mentioned === undefined ? undefined : insertMentions(db, room.key),
    held:
      heldId === undefined
        ? undefined
        : insertHeld(
            db,
            auth,
            { id: heldId, text, mentioned, replyTo, idempotency },
            sql`${isAllowed} and ${waits} and ${isNew}`,
          ),
    heldBefore: idempotency && selectHeldBefore(db, auth, idempotency),
    network: noteNetwork(db, request, sql`${auth} where refusal is null`),
    // After the message is stored, the walk back of slow mode ends at once.
    auth: db
      .select({
        ...authorizationColumns,
        avatar: sql<string | null>`avatar`.as('author_avatar'),
        isMember: sql<number>`ordinal is not null`.as('is_member'),
        own: sql<string>`own_rules`.as('rules_of_room'),
        ofSite: siteRules.as('rules_of_site'),
        slowModeWait: wait.as('slow_mode_wait'),
        mustWait: waits.as('must_wait'),
        hasHeldSpace: hasHeldSpace.as('has_held_space'),
        ...contentColumns(content),
        hasOriginal: hasOriginal.as('has_original'),
      })
      .from(auth),
    member: upsertSender(db, auth),
    earlier: idempotency
      ? db
          .select({
            seq: messages.seq,
            createdAt: messages.createdAt,
            deletedAt: messages.deletedAt,
            mentions: messages.mentions,
            isRepeat: isRepeat(idempotency).as('is_repeat'),
          })
          .from(auth)
          .innerJoin(
            messages,
            sql`messages.room_id = auth.room_id and messages.seq = ${earlierSeq(idempotency, sql`auth.room_id`, sql`auth.user_id`)}`,
          )
      : undefined,
  }
})

/** The author of a message that was sent now. */
type Sender = { userId: number | null; userName: string; avatar: string | null }

type Outcome =
  | ({ outcome: 'sent'; joined: boolean; rules: StoredRules } & Stored)
  | ({ outcome: 'replayed' } & Stored)
  /** `createdAt` is undefined if it was held before. */
  | {
      outcome: 'held'
      id: string
      roomId: number
      chatroom: string
      author: Sender
      createdAt: number | undefined
    }
  /** It has to be held, and may not yet: `heldId` was undefined. */
  | { outcome: 'must wait' }
  | { outcome: 'too many wait' }
  | { outcome: 'key reused' }
  | { outcome: 'no original' }
  | { outcome: 'too soon'; waitMilliseconds: number }

/**
 * Stores a message and makes its author a member; a login's user is created or renamed first. Says why it stores nothing. Under an
 * idempotency key that the author has used in this room before, it returns the message of then, without its text if that is deleted, or
 * says that the key was for another message.
 */
export const insertBySender = async (db: Database, request: SendRequest): Promise<Outcome> => {
  const { text, replyTo = null } = request
  const { auth, stored, earlier, held, heldBefore } = await runAuthorized(db, request, {
    ...loginStatements(db, request.actor.credential, request.now),
    ...senderStatements(db, { ...request, content: contentOf(text) }),
  })
  networkNoted(request)
  const { roomId, chatroom, userId, userName, avatar } = auth
  const sender = { userId, userName, avatar }
  const message = { ...noLinks, replyTo, ...sender, text, editedAt: null, deletedAt: null }
  const [row] = stored
  if (row) {
    const { seq, createdAt, mentions = null } = row
    return {
      outcome: 'sent',
      roomId,
      chatroom,
      joined: !auth.isMember,
      rules: { own: auth.own, ofSite: auth.ofSite },
      message: { ...message, seq, createdAt, mentions },
    }
  }
  const [first] = earlier ?? []
  const [now] = held ?? []
  const [before] = heldBefore ?? []
  if (!first && now)
    return { outcome: 'held', id: request.heldId ?? '', roomId, chatroom, author: sender, ...now }
  if (!first && before) {
    if (!before.isSame) return { outcome: 'key reused' }
    return { outcome: 'held', id: before.id, roomId, chatroom, author: sender, createdAt: undefined }
  }
  if (!first) refuseContent(request, auth)
  if (!first && !auth.hasOriginal) return { outcome: 'no original' }
  if (!first && auth.slowModeWait > 0) return { outcome: 'too soon', waitMilliseconds: auth.slowModeWait }
  if (!first)
    return { outcome: auth.mustWait && request.heldId === undefined ? 'must wait' : 'too many wait' }
  const { isRepeat: isSame, ...rest } = first
  if (!isSame) return { outcome: 'key reused' }
  const textNow = rest.deletedAt === null ? text : null
  return { outcome: 'replayed', roomId, chatroom, message: { ...message, ...rest, text: textNow } }
}
