import { asc, eq, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { changes, messages, users } from '../db/schema'
import { type EntryRow, noLinks } from './entry-frames'
import { messageColumns } from './store'

/** Returns the statements that select the entries after a number, messages and changes apart. Each has at most `limit` rows. */
export const selectEntries = (
  db: Database,
  roomId: SQL,
  after: number | SQL | Placeholder,
  limit: number | Placeholder,
) => ({
  said: db
    .select(messageColumns)
    .from(messages)
    .leftJoin(users, eq(users.id, messages.authorId))
    .where(sql`messages.room_id = ${roomId} and messages.seq > ${after}`)
    .orderBy(asc(messages.seq))
    .limit(limit),
  changed: db
    .select({
      type: changes.type,
      seq: sql<number>`changes.seq`.as('change_seq'),
      target: changes.target,
      userId: users.id,
      userName: users.name,
      text: messages.text,
      reactions: messages.reactions,
      reaction: changes.reaction,
      isAdded: changes.isAdded,
      createdAt: sql<number>`changes.created_at`.as('changed_at'),
    })
    .from(changes)
    // The message may have been removed with the start of the log.
    .leftJoin(messages, sql`messages.room_id = changes.room_id and messages.seq = changes.target`)
    .leftJoin(users, eq(users.id, changes.actorId))
    .where(sql`changes.room_id = ${roomId} and changes.seq > ${after}`)
    .orderBy(asc(changes.seq))
    .limit(limit),
})

type MessageRows = Awaited<ReturnType<typeof selectEntries>['said']>
type ChangeRows = Awaited<ReturnType<typeof selectEntries>['changed']>

/** Puts both lists in the order of the log. Not more than `limit` entries: those after the end of one list may be missing from it. */
export const merged = (said: MessageRows, changed: ChangeRows, limit: number): EntryRow[] =>
  [
    ...said.map((row) => ({ ...row, type: 'message' as const, target: null })),
    ...changed.map((row) => ({ ...noLinks, ...row, editedAt: null, deletedAt: null })),
  ]
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit)

/** Returns the entries of a room's log after a number, at most `limit` of them. */
export const entriesAfter = async (
  db: Database,
  roomId: number,
  after: number,
  limit: number,
): Promise<EntryRow[]> => {
  const { said, changed } = await batch(db, selectEntries(db, sql`${roomId}`, after, limit))
  return merged(said, changed, limit)
}
