import { sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import type { ReadMark } from '../contract'
import type { Database } from '../db/client'
import { lastSeqOf } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { members } from '../db/schema'

const markStatements = prepared<RoomRequest & { seq: number }>()((db, request) => {
  const auth = authorize(request, 'read')
  const mark = sql`min(${request.seq}, ${lastSeqOf(sql`auth.room_id`)})`
  const isOwn = sql`members.room_id = auth.room_id and members.ordinal = auth.ordinal`
  return {
    moved: db
      .update(members)
      .set({ readSeq: mark })
      .from(auth)
      .where(sql`refusal is null and ${isOwn} and read_seq < ${mark}`),
    auth: db
      .select({
        ...authorizationColumns,
        readSeq: sql<number | null>`(select read_seq from members where ${isOwn})`.as('read_seq'),
      })
      .from(auth),
  }
})

/**
 * Moves the actor's mark forward to `seq`, or to the end of the log if that comes before. Writes nothing for a mark that is there already.
 * Returns undefined for a user who is no member.
 */
export const markRead = async (
  db: Database,
  request: RoomRequest,
  seq: number,
): Promise<ReadMark | undefined> => {
  const { auth } = await runAuthorized(db, request, markStatements(db, { ...request, seq }))
  const { chatroom, userName, readSeq } = auth
  return readSeq === null ? undefined : { chatroom, userName, readSeq }
}
