import { eq, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorize, checkReadable, runAsActor, withdrawalColumns } from '../auth/authorization'
import { noteNetwork } from '../auth/network'
import { isModerating } from '../auth/permissions'
import { sqlList } from '../auth/rules'
import { type Approval, roles } from '../contract'
import type { Database } from '../db/client'
import { emptyNumbersOf, insertValues, nextSeq } from '../db/fragments'
import { tombstone } from '../db/message-fields'
import { changes, held, messages, users } from '../db/schema'
import { deleteFiles } from '../files/sent-files'
import { insertHeld, mustWait, newHeldId } from '../held/hold'
import type { HeldRow } from '../held/view'
import { insertAudit } from '../moderation/audit'
import { unpinDeleted } from '../pins/store'
import { deleteReactions } from '../reactions/store'
import type { RoomRow } from '../rooms/store'
import { contentColumns, contentOf, contentRefusal, refuseContent } from './content-refusal'
import { deleteMentions } from './mentions'
import { type MessageRow, messageColumns, ownReactions } from './store'

/** A change of a message. */
export type Change = { seq: number } & ({ type: 'edit'; text: string } | { type: 'delete' })
/** The entry of the log that a change became. */
export type Entry = {
  roomId: number
  seq: number
  userId: number | null
  userName: string | null
  createdAt: number
}
type Changed =
  /**
   * `unpinned` is the room, if the message was pinned and is now deleted. `replaced` are the ids of edits that waited for approval, instead of
   * which this one holds. `files` are those of the deleted message.
   */
  | {
      outcome: 'changed'
      roomId: number
      chatroom: string
      message: MessageRow
      entry: Entry | undefined
      unpinned: RoomRow | undefined
      replaced: string[]
      files: { id: string }[]
    }
  /** The edit waits for approval. */
  | { outcome: 'held'; chatroom: string; roomId: number; row: HeldRow; replaced: string[] }
  | { outcome: 'too many wait' }
  | { outcome: 'no message' }
  /** Nothing would be left of the message. */
  | { outcome: 'no text' }
  | { outcome: 'not the author' }

const moderatingRoles = roles.filter(isModerating)

/**
 * Edits or deletes a message of the actor's own, or deletes any for a moderator, and writes that to the log. A change that changes
 * nothing (the same text again, a second deletion) is no entry, so a repeated request is harmless.
 */
export const changeMessage = async (
  db: Database,
  request: RoomRequest,
  { seq, ...change }: Change,
  approval: Approval,
): Promise<Changed> => {
  const isEdit = change.type === 'edit'
  const from = isEdit ? authorize(request, 'post', { hasRules: true }) : authorize(request, 'withdraw')
  const isTarget = sql`messages.room_id = auth.room_id and messages.seq = ${seq}`
  const isAuthor = sql<number>`author_id = auth.user_id`
  const may = isEdit
    ? isAuthor
    : sql<number>`(coalesce(${isAuthor}, false) or auth.role in ${sqlList(moderatingRoles)})`
  const content = isEdit ? contentOf(change.text) : undefined
  const refusal = content ? contentRefusal(content) : sql<null>`null`
  // Files may stand without a text.
  const needsFiles = isEdit && change.text === ''
  const isContent = needsFiles ? sql` and messages.files is not null` : sql``
  const isAccepted = sql`refusal is null and ${may} and ${refusal} is null and deleted_at is null${isContent}`
  const isChanged = isEdit ? sql`${isAccepted} and text <> ${change.text}` : isAccepted
  const waits = isEdit ? sql`(${isChanged} and ${mustWait(approval)})` : sql`false`
  const isDone = isEdit ? sql`(${isChanged} and not ${mustWait(approval)})` : isChanged
  const withTarget = sql`${from} join messages on ${isTarget}`
  const heldId = newHeldId()
  const holding = isEdit
    ? {
        network: noteNetwork(db, request, sql`${withTarget} where ${isAccepted}`),
        held: insertHeld(db, withTarget, { id: heldId, text: change.text, mentioned: undefined }, waits, seq),
      }
    : { held: undefined }
  const {
    auth,
    entry,
    target,
    unpinned,
    files = [],
    ...more
  } = await runAsActor(db, request, {
    audit: insertAudit(db, sql`${from} join messages on ${isTarget}`, {
      action: 'deleteMessage',
      subject: sql`author_id`,
      detail: { seq },
      where: sql`${isChanged} and author_id is not auth.user_id`,
    }),
    // The newest edit counts, whether it waits or not: an older one must not replace its text later. A deleted message has none.
    replaced: db
      .delete(held)
      .where(
        sql`held.target = ${seq} and refused_at is null and (room_id, author_id) = (select messages.room_id, messages.author_id from ${withTarget} where ${isAccepted})`,
      )
      .returning({ id: held.id }),
    ...holding,
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
          // A deletion empties the number of its message too.
          emptyNumbers: sql`${emptyNumbersOf(sql`auth.room_id`)} + ${sql.raw(isEdit ? '1' : '2')}`,
        })} from ${withTarget} where ${isDone}`,
      )
      .returning({ seq: changes.seq, createdAt: changes.createdAt }),
    mentions: isEdit
      ? undefined
      : deleteMentions(
          db,
          sql`messages.room_id = (select id from rooms where name_key = ${request.room.key}) and messages.seq = ${seq}`,
          sql`exists (select 1 from ${from} where ${isTarget} and ${isChanged})`,
        ),
    files: isEdit
      ? undefined
      : deleteFiles(
          db,
          sql`messages.room_id = (select id from rooms where name_key = ${request.room.key}) and messages.seq = ${seq}`,
          request.now,
          sql`exists (select 1 from ${from} where ${isTarget} and ${isChanged})`,
        ),
    message: db
      .update(messages)
      .set(isEdit ? { text: change.text, editedAt: request.now } : tombstone(request.now))
      .from(from)
      .where(sql`${isTarget} and ${isDone}`),
    reactions: isEdit
      ? undefined
      : deleteReactions(
          db,
          sql`room_id = (select id from rooms where name_key = ${request.room.key}) and seq = ${seq} and deleted_at is not null`,
        ),
    unpinned: isEdit
      ? undefined
      : unpinDeleted(db, sql`name_key = ${request.room.key}`, sql`json_each.value = ${seq}`),
    auth: db.select(withdrawalColumns).from(from),
    target: db
      .select({
        ...messageColumns,
        mine: ownReactions(sql`auth.user_id`),
        isAuthor: isAuthor.as('is_author'),
        may: may.as('may'),
        ...contentColumns(content),
        waits: sql<number>`${waits}`.as('edit_waits'),
      })
      .from(from)
      .innerJoin(messages, isTarget)
      .leftJoin(users, eq(users.id, messages.authorId)),
  })
  const [row] = target
  checkReadable(request, auth, row?.isAuthor === 1)
  if (!row) return { outcome: 'no message' }
  if (!row.may) return { outcome: 'not the author' }
  if (isEdit && row.deletedAt !== null) return { outcome: 'no message' }
  if (needsFiles && row.files === null) return { outcome: 'no text' }
  refuseContent(request, row)
  const {
    may: _may,
    isAuthor: _isAuthor,
    contentRefusal: _refusal,
    joinedAt: _joinedAt,
    linkSeconds: _linkSeconds,
    mentionSeconds: _mentionSeconds,
    waits: isHeld,
    ...message
  } = row
  const { roomId, chatroom, userId, userName } = auth
  const replaced = more.replaced.map(({ id }) => id)
  if (isHeld && isEdit) {
    const [now] = more.held ?? []
    if (!now) return { outcome: 'too many wait' }
    const { avatar, replyTo } = message
    const row = { ...now, id: heldId, userId, userName, avatar, text: change.text, replyTo, target: seq }
    return { outcome: 'held', chatroom, roomId, row, replaced }
  }
  return {
    outcome: 'changed',
    roomId,
    chatroom,
    message,
    entry: entry[0] && { ...entry[0], roomId, userId, userName },
    unpinned: unpinned?.[0],
    replaced,
    files,
  }
}
