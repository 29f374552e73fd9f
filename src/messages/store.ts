import { eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { actorId } from '../auth/rules'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { roomId } from '../db/fragments'
import { messages, users } from '../db/schema'
import type { MessageLinks } from './entry-frames'

export type MessageRow = MessageLinks & {
  /** The emoji that the reader gave it. */
  mine?: string[] | null
  seq: number
  /** Null, like the name, once the author is deleted. */
  userId: number | null
  userName: string | null
  avatar: string | null
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
  avatar: users.avatar,
  text: messages.text,
  createdAt: messages.createdAt,
  editedAt: messages.editedAt,
  deletedAt: messages.deletedAt,
  replyTo: messages.replyTo,
  mentions: messages.mentions,
  reactions: messages.reactions,
}

/** SQL for the emoji that a user gave a message. It reads a row for each of them. Null without a user. */
export const ownReactions = (userId: SQL | undefined) => {
  const emoji = sql`(select json_group_array(key) from json_each(messages.reactions) cross join reactions
    on reactions.room_id = messages.room_id and reactions.target = messages.seq
      and reactions.reaction = key and reactions.user_id = ${userId})`
  return sql<string[] | null>`${userId ? emoji : null}`.mapWith(JSON.parse).as('own_reactions')
}

/** Selects messages, with the emoji that the reader gave them if there is a reader. */
export const selectMessages = (db: Database, room: SQL, reader: SQL | undefined, where: SQL) =>
  db
    .select({ ...messageColumns, mine: ownReactions(reader) })
    .from(messages)
    .leftJoin(users, eq(users.id, messages.authorId))
    .where(sql`messages.room_id = ${room} and ${where}`)

export const findMessage = async (
  db: Database,
  request: RoomRequest,
  seq: number,
): Promise<{ chatroom: string; readers: Audience; message: MessageRow | undefined }> => {
  const from = authorize(request, 'read')
  const { auth, message } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    message: selectMessages(db, roomId(request.room.key), actorId(request.actor), sql`messages.seq = ${seq}`),
  })
  const { chatroom, readers } = auth
  return { chatroom, readers, message: message[0] }
}
