import { asc, sql } from 'drizzle-orm'
import { isTargetBanned } from '../auth/authorization'
import { type CallerRequest, callerId, runAsCaller } from '../auth/caller'
import { shownRoleOf } from '../auth/rules'
import type { MemberRole } from '../contract'
import type { Database } from '../db/client'
import { lastSeqOf } from '../db/fragments'
import { members, rooms, users } from '../db/schema'
import type { Name } from '../lib/name'
import { type Page, toPage } from '../lib/page'

/** Unread messages are counted to this number, among so many messages of the room, the newest ones. */
const MAX_COUNTED_UNREAD = 100
const MAX_COUNTED = 1000

export type OwnRoomRow = {
  id: number
  name: string
  title: string | null
  role: MemberRole
  joinedAt: number
  lastSeq: number
  readSeq: number
  unread: number
  /** 1 where an unread message mentions the user. */
  mentioned: number
}

/** SQL for the number of unread messages of others. */
const unread = sql<number>`(select count(*) from (
  select 1 from (
    select author_id, text from messages where messages.room_id = members.room_id and seq > read_seq
    order by seq desc limit ${MAX_COUNTED})
  where author_id <> members.user_id and text is not null limit ${MAX_COUNTED_UNREAD}))`

const isMentioned = sql<number>`exists (
  select 1 from mentions cross join messages using (room_id, seq)
  where mentions.user_id = members.user_id and mentions.room_id = members.room_id and seq > read_seq and text is not null)`

/** Returns a page of the rooms that the caller is a member of, after the room with the id `cursor`; with `name`, only the room of this name. */
export const listOwnRooms = async (
  db: Database,
  request: CallerRequest,
  { cursor = 0, limit, name }: { cursor: number | undefined; limit: number; name: Name | undefined },
): Promise<Page<OwnRoomRow>> => {
  const { rows } = await runAsCaller(db, request, {
    rows: db
      .select({
        id: sql<number>`members.room_id`.as('own_room_id'),
        name: sql<string>`rooms.name`.as('room_name'),
        title: rooms.title,
        role: shownRoleOf(sql`members.user_id`).as('shown_role'),
        joinedAt: members.joinedAt,
        lastSeq: lastSeqOf(sql`members.room_id`).as('last_seq'),
        readSeq: members.readSeq,
        unread: unread.as('unread'),
        mentioned: isMentioned.as('mentioned'),
      })
      .from(members)
      .innerJoin(rooms, sql`rooms.id = members.room_id`)
      .innerJoin(sql`${users} as target`, sql`target.id = members.user_id`)
      .where(
        sql`members.user_id = ${callerId(request.actor)} and members.room_id > ${cursor}
          ${name ? sql`and rooms.name_key = ${name.key}` : sql``}
          and not ${isTargetBanned(request.now)}`,
      )
      .orderBy(asc(members.roomId))
      .limit(limit + 1),
  })
  return toPage(rows as OwnRoomRow[], limit)
}
