import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { sqliteTable } from 'drizzle-orm/sqlite-core'
import type { RoomRequest } from '../auth/actor'
import { permission } from '../auth/permission'
import type { Approval } from '../contract'
import { batch, type Database, type Results, type Statements } from '../db/client'
import { insertValues, nextSeqOf } from '../db/fragments'
import { messageFields } from '../db/message-fields'
import { prepared, type WithPlaceholders } from '../db/prepared-statements'
import { messages } from '../db/schema'
import { ownRules, siteRules } from '../db/site-settings'
import { filesJson } from '../files/sent-files'
import { noLinks } from './entry-frames'
import { type Idempotency, idempotencyColumns, isUnused } from './idempotency'
import { insertMentions, mentionedMembers } from './mentions'
import type { Author } from './quoted'
import type { Checks, StoredRules } from './room-rules'
import { isSlowModeOver } from './slow-mode'
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
  /** The files that it names: see `wantedFiles`. */
  files: string | undefined
  idempotency: Idempotency | undefined
}
type PreparedSend = SendRequest | WithPlaceholders<SendRequest>

/** SQL for the time of a new message: never earlier than the message before, also where two clocks differ. Slow mode needs that. */
export const createdAtOf = (roomId: SQL, now: SQL): SQL => sql`max(${now}, ifnull(
  (select created_at from messages where room_id = ${roomId} order by seq desc limit 1), 0))`

/** Returns the table with only the columns that a new message has, so that a statement names no others. */
const tableOf = ({ replyTo: original, idempotency, mentioned, files: wantedFiles }: PreparedSend) => {
  const { roomId, seq, authorId, text, createdAt, idempotencyKey, keyHash, replyTo, mentions, files } =
    messageFields
  const all = { roomId, seq, authorId, text, createdAt, idempotencyKey, keyHash, replyTo, mentions, files }
  const wanted = {
    ...{ roomId, seq, authorId, text, createdAt },
    ...(idempotency && { idempotencyKey, keyHash }),
    ...(original !== undefined && { replyTo }),
    ...(mentioned !== undefined && { mentions }),
    ...(wantedFiles !== undefined && { files }),
  }
  return sqliteTable('messages', wanted as typeof all)
}

/** SQL for whether a room has a message with this number. It may be deleted. */
export const hasMessage = (roomId: SQL, seq: number | Placeholder): SQL<number> =>
  sql`exists (select 1 from messages where room_id = ${roomId} and seq = ${seq})`

/**
 * Stores a message, unless its sender has used the key before, and returns what its listeners see. `sender` selects its
 * `room`, `user`, `seq` and `at`; there is no row if the sender may not send it.
 */
export const insertInto = (db: Database, request: PreparedSend, sender: SQL) => {
  const { text, replyTo, mentioned, files, idempotency } = request
  const table = tableOf(request)
  const values = sql`select ${insertValues(table, {
    roomId: sql`room`,
    seq: sql`seq`,
    authorId: sql`user`,
    text,
    createdAt: sql`at`,
    ...(replyTo !== undefined && { replyTo }),
    ...(mentioned !== undefined && { mentions: mentionedMembers(mentioned, sql`room`) }),
    ...(files !== undefined && { files: filesJson(files, sql`room`) }),
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
      ...(files !== undefined && { files: messages.files }),
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

export type StoredMessage = { roomId: number; chatroom: string; message: MessageRow }

/**
 * Stores messages of members, each by one statement of its own, all in one round trip. Where it may not, or must do more than store,
 * it stores nothing, and returns undefined in the message's place.
 */
export const insertByMembers = async (
  db: Database,
  requests: SendRequest[],
): Promise<(StoredMessage | undefined)[]> => {
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
