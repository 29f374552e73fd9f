import { eq, sql } from 'drizzle-orm'
import { isTargetBanned } from '../auth/authorization'
import { type CallerRequest, callerId, runAsCaller } from '../auth/caller'
import { can } from '../auth/permissions'
import { actorRole } from '../auth/rules'
import type { Database } from '../db/client'
import { mentions, messages, rooms, users } from '../db/schema'
import type { Name } from '../lib/name'
import { toPage } from '../lib/page'
import { type MessageRow, messageColumns, ownReactions } from '../messages/store'

type MentionRow = { chatroom: string; message: MessageRow }

/**
 * Returns the messages that mention the caller, in all rooms or in one, the newest first, from the mention after `cursor` on. Looks at `limit` mentions, and leaves out
 * those that are deleted or stand in a room that the caller may not read.
 */
export const listOwnMentions = async (
  db: Database,
  request: CallerRequest,
  { cursor, limit, chatroom }: { cursor: string | undefined; limit: number; chatroom: Name | undefined },
): Promise<{ rows: MentionRow[]; next: string | undefined }> => {
  const { actor, now } = request
  const [at = 0, room = 0, seq = 0] = cursor?.split('-').map(Number) ?? []
  // The mentions of one room are read along the primary key, those of all rooms along the index by time.
  const isAfter = chatroom
    ? sql`mentions.room_id = (select id from rooms where name_key = ${chatroom.key})
        ${cursor ? sql`and mentions.seq < ${seq}` : sql``}`
    : cursor
      ? sql`(mentions.created_at, mentions.room_id, mentions.seq) < (${at}, ${room}, ${seq})`
      : sql`true`
  const { rows } = await runAsCaller(db, request, {
    rows: db
      .select({
        ...messageColumns,
        mine: ownReactions(callerId(actor)),
        at: sql<number>`mentions.created_at`.as('mentioned_at'),
        roomId: sql<number>`mentions.room_id`.as('mention_room_id'),
        mentionSeq: sql<number>`mentions.seq`.as('mention_seq'),
        chatroom: sql<string | null>`rooms.name`.as('room_name'),
        readers: rooms.readers,
        posters: rooms.posters,
        role: actorRole(actor, sql`target`).as('caller_role'),
        banned: isTargetBanned(now).as('banned'),
      })
      .from(mentions)
      .innerJoin(sql`${users} as target`, sql`target.id = mentions.user_id`)
      .leftJoin(rooms, eq(rooms.id, mentions.roomId))
      .leftJoin(messages, sql`messages.room_id = mentions.room_id and messages.seq = mentions.seq`)
      .leftJoin(users, eq(users.id, messages.authorId))
      .leftJoin(sql`members`, sql`members.user_id = mentions.user_id and members.room_id = mentions.room_id`)
      .where(sql`mentions.user_id = ${callerId(actor)} and ${isAfter}`)
      .orderBy(
        chatroom
          ? sql`mentions.seq desc`
          : sql`mentions.created_at desc, mentions.room_id desc, mentions.seq desc`,
      )
      .limit(limit + 1),
  })
  const page = toPage(rows, limit)
  const last = page.rows.at(-1)
  return {
    rows: page.rows.flatMap(
      ({ chatroom, readers, posters, role, banned, at, roomId, mentionSeq, ...message }) => {
        const mayRead =
          readers && posters && !banned && can(role, 'read', { readers, posters, isOwned: true })
        return mayRead && chatroom !== null && message.text !== null
          ? [{ chatroom, message: message as MessageRow }]
          : []
      },
    ),
    next: page.more && last ? `${last.at}-${last.roomId}-${last.mentionSeq}` : undefined,
  }
}
