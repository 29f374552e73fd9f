import { eq, type SQL, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { actorId } from '../auth/rules'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { roomId } from '../db/fragments'
import { messages, type StoredFile, users } from '../db/schema'
import type { MessageLinks } from './entry-frames'

export type MessageRow = MessageLinks & {
  /** The emoji that the reader gave it. */
  mine?: string[] | null
  seq: number
  /** Null, like the name, once the author is deleted. */
  userId: number | null
  userName: string | null
  /** The name of the incoming webhook that posted it. Null or left out in people's messages. */
  bot?: string | null
  avatar: string | null
  /** Null once the message is deleted. */
  text: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** The columns of a message that others see, without its author. */
export const contentColumns = {
  seq: messages.seq,
  text: messages.text,
  createdAt: messages.createdAt,
  editedAt: messages.editedAt,
  // As short as they can be: some statements with these columns are long.
  deletedAt: sql<number | null>`deleted_at`,
  replyTo: messages.replyTo,
  mentions: messages.mentions,
  reactions: messages.reactions,
}

/** The columns of a message that others see. */
export const messageColumns = {
  ...contentColumns,
  userId: users.id,
  userName: users.name,
  bot: sql<string | null>`bot`,
  files: sql`files`.mapWith((json): StoredFile[] | null => JSON.parse(json)),
  avatar: users.avatar,
}

/** SQL for the emoji that a user gave a message of `table`. It reads a row for each of them. */
export const ownEmoji = (table: SQL, userId: SQL): SQL =>
  sql`(select json_group_array(key) from json_each(${table}.reactions) cross join reactions r
    on r.room_id=${table}.room_id and target=${table}.seq and reaction=key and user_id=${userId})`

/** The emoji that a user gave a message of `messages`. Null without a user. */
export const ownReactions = (userId: SQL | undefined) =>
  sql<string[] | null>`${userId ? ownEmoji(sql.raw('messages'), userId) : null}`
    .mapWith(JSON.parse)
    .as('own_reactions')

/** Selects messages, with the emoji that the reader gave them if there is a reader, and with more columns if given. */
export const selectMessages = <More extends Record<string, SQL.Aliased>>(
  db: Database,
  room: SQL,
  reader: SQL | undefined,
  where: SQL,
  more: More,
) =>
  db
    .select({ ...messageColumns, mine: ownReactions(reader), ...more })
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
    message: selectMessages(
      db,
      roomId(request.room.key),
      actorId(request.actor),
      sql`messages.seq = ${seq}`,
      {},
    ),
  })
  const { chatroom, readers } = auth
  return { chatroom, readers, message: message[0] }
}
