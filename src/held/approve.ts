import { sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, nextOrdinal, runAuthorized } from '../auth/authorization'
import { Refused } from '../auth/refusals'
import { sanctionsOf } from '../auth/rules'
import type { Database } from '../db/client'
import { emptyNumbersOf, insertValues, nextSeq } from '../db/fragments'
import { changes, held, members, messages, users } from '../db/schema'
import { markSent } from '../files/sent-files'
import { noLinks } from '../messages/entry-frames'
import { insertNewestMentions, mentionedMembers } from '../messages/mentions'
import type { MessageRow } from '../messages/store'
import { insertAudit } from '../moderation/audit'
import { MAX_HELD_BY_AUTHOR } from './hold'
import { isAnyOf, isWaiting, type Which } from './store'

/** The reason why a held message can't be approved now. */
export type Obstacle = 'banned from site' | 'banned' | 'muted' | 'no member' | 'no message'

type Approved = {
  id: string
  /** The message that was stored, or that the edit has changed. */
  message: MessageRow
  /** The entry of an edit; undefined for a new message. */
  edit: { seq: number; createdAt: number } | undefined
}

export type Approval = {
  roomId: number
  chatroom: string
  approved: Approved[]
  joined: boolean
  /** The first reason against an approval, and the name of the author. */
  obstacle: { why: Obstacle; userName: string; edits: number | null } | undefined
}

/**
 * Approves held messages of one author, the oldest first: stores them as sends, with the time of the approval, and applies edits. Nothing
 * is stored twice, because the same batch removes them from those that wait.
 */
export const approveHeld = async (db: Database, request: RoomRequest, which: Which): Promise<Approval> => {
  const { now } = request
  const auth = authorize(request, 'moderate')
  const isUnsanctioned = sql`(auth.owner_id is users.id or users.site_role is not null)`
  const sanction = sql`(select min(kind) from ${sanctionsOf('users', sql`auth.room_id`, sql`kind, until`, true)} where ifnull(until > auth.now, true))`
  const isMember = sql`exists (select 1 from members as m where m.user_id = users.id and m.room_id = auth.room_id)`
  const isOpen = sql`auth.readers = 'anyone' and auth.posters = 'anyone'`
  const isTarget = sql`messages.room_id = auth.room_id and messages.seq = held.target`
  const obstacle = sql<Obstacle | null>`case
    when users.site_role is null and users.banned_until > auth.now then 'banned from site'
    when not ${isUnsanctioned} and ${sanction} = 'ban' then 'banned'
    when not ${isUnsanctioned} and ${sanction} = 'mute' then 'muted'
    when not (${isOpen} or ${isUnsanctioned} or ${isMember}) then 'no member'
    when held.target is not null and not exists (select 1 from messages where ${isTarget} and deleted_at is null) then 'no message'
    end`
  const chosen = sql`${auth} join held on ${isWaiting(now)} join users on users.id = held.author_id and ${isAnyOf(which)}`
  const isArchived = sql<number>`(select archived from rooms where rooms.id = auth.room_id)`
  const may = sql`refusal is null and not ${isArchived} and ${obstacle} is null`
  const newest = sql`ifnull((select created_at from messages as m where m.room_id = auth.room_id order by seq desc limit 1), 0)`
  const result = await runAuthorized(db, request, {
    auth: db.select({ ...authorizationColumns, isArchived: isArchived.as('is_archived') }).from(auth),
    chosen: db
      .select({
        id: sql<string>`held.id`.as('held_id'),
        userId: users.id,
        userName: sql<string>`users.name`.as('held_user_name'),
        avatar: users.avatar,
        text: held.text,
        replyTo: held.replyTo,
        target: held.target,
        obstacle: obstacle.as('obstacle'),
      })
      .from(auth)
      .innerJoin(held, isWaiting(now))
      .innerJoin(users, sql`users.id = held.author_id and ${isAnyOf(which)}`)
      .orderBy(sql`held.created_at`),
    audit: insertAudit(
      db,
      sql`(select auth.*, min(held.author_id) as author_id from ${chosen} where ${may}) as auth`,
      {
        action: 'approve',
        subject: sql`author_id`,
        where: sql`author_id is not null`,
      },
    ),
    joined: db
      .insert(members)
      .select(
        sql`select ${insertValues(members, { roomId: sql`auth.room_id`, ordinal: nextOrdinal, userId: sql`users.id`, joinedAt: sql`auth.now` })}
          from ${chosen} where ${may} and held.target is null and not ${isMember} limit 1`,
      )
      .returning({ ordinal: members.ordinal }),
    stored: db
      .insert(messages)
      .select(
        sql`select ${insertValues(messages, {
          roomId: sql`auth.room_id`,
          seq: sql`${nextSeq} - 1 + row_number() over (order by held.created_at)`,
          authorId: sql`held.author_id`,
          text: sql`held.text`,
          createdAt: sql`max(auth.now, ${newest})`,
          replyTo: sql`held.reply_to`,
          mentions: mentionedMembers(sql`ifnull(held.mentioned, '[]')`, sql`auth.room_id`),
          idempotencyKey: sql`held.idempotency_key`,
          // As that of a message without a number that its sender has seen.
          keyHash: sql`held.content_hash`,
          files: sql`held.files`,
        })} from ${chosen} where ${may} and held.target is null and not exists (
            select 1 from messages as sent indexed by messages_idempotency where sent.room_id = held.room_id
              and sent.author_id = held.author_id and sent.idempotency_key = held.idempotency_key)`,
      )
      .returning({
        seq: messages.seq,
        createdAt: messages.createdAt,
        mentions: messages.mentions,
        files: messages.files,
      }),
    mentions: insertNewestMentions(db, request.room.key, MAX_HELD_BY_AUTHOR),
    sentFiles: markSent(db, request.room.key, MAX_HELD_BY_AUTHOR),
    edits: db
      .insert(changes)
      .select(
        sql`select ${insertValues(changes, {
          roomId: sql`auth.room_id`,
          seq: sql`${nextSeq} - 1 + row_number() over (order by held.created_at)`,
          type: 'edit',
          target: sql`held.target`,
          actorId: sql`held.author_id`,
          createdAt: sql`auth.now`,
          emptyNumbers: sql`${emptyNumbersOf(sql`auth.room_id`)} + row_number() over (order by held.created_at)`,
        })} from ${chosen} where ${may} and held.target is not null`,
      )
      .returning({ seq: changes.seq, target: changes.target, createdAt: changes.createdAt }),
    edited: db
      .update(messages)
      .set({ text: sql`edit.text`, editedAt: now })
      .from(
        sql`(select held.room_id, held.target, held.text from ${chosen} where ${may} and held.target is not null) as edit`,
      )
      .where(sql`messages.room_id = edit.room_id and messages.seq = edit.target`)
      .returning({
        seq: messages.seq,
        createdAt: messages.createdAt,
        editedAt: messages.editedAt,
        replyTo: messages.replyTo,
        mentions: messages.mentions,
        reactions: messages.reactions,
        files: messages.files,
      }),
    trusted: db
      .update(users)
      .set({ approvedAt: now })
      .where(
        sql`protected and approved_at is null and id in (select held.author_id from ${chosen} where ${may})`,
      ),
    removed: db.delete(held).where(sql`created_at in (select held.created_at from ${chosen} where ${may})`),
  })
  if (result.auth.isArchived) throw Refused.of(request, 'archived')
  const { roomId, chatroom } = result.auth
  const stored = result.stored.toSorted((one, other) => one.seq - other.seq)
  const approved: Approved[] = []
  for (const { id, userId, userName, avatar, text, replyTo, target, obstacle } of result.chosen) {
    if (obstacle) continue
    const author = { userId, userName, avatar, text, deletedAt: null }
    if (target === null) {
      const row = stored.shift()
      if (row)
        approved.push({
          id,
          message: { ...noLinks, ...author, editedAt: null, ...row, replyTo },
          edit: undefined,
        })
      continue
    }
    const edit = result.edits.find((each) => each.target === target)
    const row = result.edited.find(({ seq }) => seq === target)
    if (edit && row) approved.push({ id, message: { ...author, ...row }, edit })
  }
  const stopped = result.chosen.find((row) => row.obstacle)
  return {
    roomId,
    chatroom,
    approved,
    joined: result.joined.length > 0,
    obstacle: stopped?.obstacle
      ? { why: stopped.obstacle, userName: stopped.userName, edits: stopped.target }
      : undefined,
  }
}
