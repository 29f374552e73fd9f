import { eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAsActor, runAuthorized } from '../auth/authorization'
import { noteNetwork } from '../auth/network'
import { Refused } from '../auth/refusals'
import { MAX_REACTIONS } from '../contract'
import type { Database } from '../db/client'
import { emptyNumbersOf, insertValues, nextSeq, roomId } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { changes, messages, reactions, users } from '../db/schema'
import { settingsInForce, withSite } from '../db/site-settings'
import { type Page, toPage } from '../lib/page'
import { type MessageRow, messageColumns, ownReactions } from '../messages/store'

/** `change.kind` depends on the method, so the SQL depends on it. */
type ReactionRequest = RoomRequest & {
  seq: number
  reaction: string
  change: { kind: 'add' } | { kind: 'take back' }
}

const statements = prepared<ReactionRequest>()((db, request) => {
  const { seq, reaction, change } = request
  const isAdding = change.kind === 'add'
  // Everybody who may read may take back, also where nobody may add.
  const auth = authorize(request, isAdding ? 'post' : 'read')
  const target = sql`messages.room_id = auth.room_id and messages.seq = ${seq}`
  const path = sql`'$."' || ${reaction} || '"'`
  const hasReacted = (userId: SQL) => sql`exists (
    select 1 from reactions where reactions.room_id = messages.room_id and reactions.target = messages.seq
      and reactions.reaction = ${reaction} and reactions.user_id = ${userId})`
  const { reactions: allowed } = settingsInForce
  const isAllowed = sql<number>`exists (select 1 from rooms ${withSite} where rooms.id = auth.room_id
    and (${allowed} is null or ${reaction} in (select value from json_each(${allowed}))))`
  const { newcomerReactionSeconds: seconds } = settingsInForce
  // Null for everybody who may react by now.
  const newcomer = sql<string | null>`(select json_object('seconds', ${seconds}, 'joinedAt', m.joined_at)
    from rooms ${withSite} left join members as m on m.user_id = auth.user_id and m.room_id = rooms.id
    where rooms.id = auth.room_id and auth.role in ('member', 'guest') and ${seconds} > 0
      and ifnull(m.joined_at, auth.now) + 1000 * ${seconds} > auth.now)`
  const hasSpace = sql`(json_extract(messages.reactions, ${path}) is not null
    or (select count(*) from json_each(messages.reactions)) < ${sql.raw(`${MAX_REACTIONS}`)})`
  const isDue = isAdding
    ? sql`deleted_at is null and not ${hasReacted(sql`auth.user_id`)} and ${newcomer} is null and ${isAllowed} and ${hasSpace}`
    : hasReacted(sql`auth.user_id`)
  // The statements after the first one do their part of the entry that it made, if it made one.
  const entry = sql`changes as entry`
  const isEntry = sql`entry.room_id = (select id from rooms where name_key = ${request.room.key})
    and entry.seq = (select max(seq) from changes as c where c.room_id = entry.room_id)
    and entry.type = 'reaction' and entry.target = ${seq} and entry.reaction = ${reaction}
    and entry.is_added = ${sql.raw(isAdding ? '1' : '0')} and entry.created_at = ${request.now}`
  const isOpen = isAdding ? sql`not ${hasReacted(sql`entry.actor_id`)}` : hasReacted(sql`entry.actor_id`)
  const count = sql`coalesce(json_extract(messages.reactions, ${path}), 0)`
  return {
    entry: db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`auth.room_id`,
          seq: nextSeq,
          type: 'reaction',
          target: sql`messages.seq`,
          actorId: sql`user_id`,
          createdAt: sql`auth.now`,
          reaction,
          isAdded: sql.raw(isAdding ? '1' : '0'),
          emptyNumbers: sql`${emptyNumbersOf(sql`auth.room_id`)} + 1`,
        })} from ${auth} join messages on ${target} where refusal is null and ${isDue}`,
      )
      .returning({ seq: changes.seq, createdAt: changes.createdAt }),
    counts: db
      .update(messages)
      .set({
        reactions: isAdding
          ? sql`json_set(coalesce(messages.reactions, '{}'), ${path}, ${count} + 1)`
          : sql`iif(${count} > 1, json_set(messages.reactions, ${path}, ${count} - 1),
              nullif(json_remove(messages.reactions, ${path}), '{}'))`,
      })
      .from(entry)
      .where(
        sql`${isEntry} and messages.room_id = entry.room_id and messages.seq = entry.target and ${isOpen}`,
      ),
    person: isAdding
      ? db
          .insert(reactions)
          .select(
            sql`select entry.room_id, entry.target, entry.reaction, entry.actor_id from ${entry} where ${isEntry}`,
          )
          .onConflictDoNothing()
      : db.delete(reactions).where(
          sql`(room_id, target, reaction, user_id) = (
              select entry.room_id, entry.target, entry.reaction, entry.actor_id from ${entry} where ${isEntry})`,
        ),
    network: isAdding ? noteNetwork(db, request, sql`${auth} where refusal is null`) : undefined,
    auth: db.select(authorizationColumns).from(auth),
    message: db
      .select({
        ...messageColumns,
        mine: ownReactions(sql`auth.user_id`),
        isAllowed: isAllowed.as('is_allowed'),
        allowed: sql<string[]>`(select ${allowed} from rooms ${withSite} where rooms.id = auth.room_id)`
          .mapWith(JSON.parse)
          .as('allowed_reactions'),
        newcomer: (isAdding ? newcomer : sql<null>`null`).as('newcomer'),
      })
      .from(auth)
      .innerJoin(messages, target)
      .leftJoin(users, eq(users.id, messages.authorId)),
  }
})

/** An entry of the log that a reaction became. */
type Entry = { roomId: number; seq: number; userId: number | null; userName: string; createdAt: number }
export type Reacted =
  /** `entry` is undefined where nothing had to be changed. */
  | { outcome: 'stands'; chatroom: string; message: MessageRow; entry: Entry | undefined }
  | { outcome: 'no message' }
  | { outcome: 'not allowed'; allowed: string[] }
  | { outcome: 'too many' }

/** Adds a reaction of the actor to a message, or takes it back, and writes that to the log. Repeating it changes nothing. */
export const react = async (db: Database, request: ReactionRequest): Promise<Reacted> => {
  const isAdding = request.change.kind === 'add'
  const {
    auth,
    entry: [entry],
    message: [row],
  } = await runAsActor(db, request, statements(db, request))
  if (!row) return { outcome: 'no message' }
  const { isAllowed, allowed, newcomer, ...message } = row
  const { roomId, chatroom, userId, userName } = auth
  const hasReacted = message.mine?.includes(request.reaction) ?? false
  if (isAdding && !hasReacted) {
    if (message.deletedAt !== null) return { outcome: 'no message' }
    if (newcomer !== null) throw Refused.of(request, 'reaction too soon', JSON.parse(newcomer))
    return isAllowed ? { outcome: 'too many' } : { outcome: 'not allowed', allowed }
  }
  return { outcome: 'stands', chatroom, message, entry: entry && { ...entry, roomId, userId, userName } }
}

export type ReactionRow = { reaction: string; userId: number; userName: string | null; isUser: number }
type ListRequest = RoomRequest & {
  seq: number
  reaction: string | undefined
  cursor: { reaction: string; userId: number } | undefined
  limit: number
}

/** Returns a page of the people who reacted to a message, in the order of the emoji and of their ids. Undefined without such a message. */
export const listReactions = async (
  db: Database,
  request: ListRequest,
): Promise<{ chatroom: string; page: Page<ReactionRow> } | undefined> => {
  const { seq, reaction, cursor, limit } = request
  const from = authorize(request, 'read')
  const room = roomId(request.room.key)
  const { auth, rows } = await runAuthorized(db, request, {
    auth: db
      .select({
        ...authorizationColumns,
        hasMessage:
          sql<number>`exists (select 1 from messages as m where m.room_id = auth.room_id and seq = ${seq})`.as(
            'has_message',
          ),
      })
      .from(from),
    rows: db
      .select({
        reaction: reactions.reaction,
        userId: reactions.userId,
        userName: users.name,
        isUser: sql<number>`users.id is not null`.as('is_user'),
      })
      .from(reactions)
      .leftJoin(users, eq(users.id, reactions.userId))
      .where(
        sql`room_id = ${room} and target = ${seq}
          and ${reaction === undefined ? sql`true` : sql`reaction = ${reaction}`}
          and ${cursor === undefined ? sql`true` : sql`(reaction, user_id) > (${cursor.reaction}, ${cursor.userId})`}`,
      )
      .orderBy(reactions.reaction, reactions.userId)
      .limit(limit + 1),
  })
  return auth.hasMessage ? { chatroom: auth.chatroom, page: toPage(rows, limit) } : undefined
}

/** Deletes the reactions to the messages of a condition. */
export const deleteReactions = (db: Database, where: SQL) =>
  db
    .delete(reactions)
    .where(sql`(room_id, target) in (select messages.room_id, messages.seq from messages where ${where})`)
