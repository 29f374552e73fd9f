import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import type { Database } from '../db/client'
import { files, rooms, type StoredFile, users } from '../db/schema'
import { toPage } from '../lib/page'

/** SQL for the description of a file, which its message has. */
const description = sql<string | null>`(select value ->> 'description' from messages as m, json_each(m.files)
  where m.room_id = files.room_id and m.seq = files.seq and value ->> 'id' = files.id)`

const isBlocked = sql<number>`exists (select 1 from blocked_files where blocked_files.hash = files.hash)`

export type SiteFileRow = StoredFile & {
  chatroom: string
  seq: number
  userId: number | null
  userName: string | null
  hash: string
  isBlocked: boolean
  createdAt: number
}

/** A place in the list: when a file was uploaded, and its id. */
export type FilePlace = { createdAt: number; id: string }

/**
 * Returns a page of the files of messages in all rooms, the newest first, from a place on. Leaves out those of deleted rooms, and those that wait for
 * approval, which the list of held messages shows. So a page may hold fewer than `limit` and still have more.
 */
export const listSiteFiles = async (
  db: Database,
  credential: Credential,
  { from, limit }: { from: FilePlace | undefined; limit: number },
): Promise<{ rows: SiteFileRow[]; last: FilePlace | undefined }> => {
  // Always with an end: without one, SQLite would plan a scan.
  const { createdAt, id } = from ?? { createdAt: Number.MAX_SAFE_INTEGER, id: '' }
  const newest = sql`(select room_id as in_room, id as file_id from files indexed by files_newest
    where state = 'used' and (created_at, id) < (${createdAt}, ${id}) order by created_at desc, id desc limit ${limit + 1}) as newest`
  const { found } = await runOnSite(db, credential, 'review', {
    found: db
      .select({
        id: files.id,
        name: files.name,
        type: files.type,
        bytes: files.bytes,
        width: files.width,
        height: files.height,
        hash: files.hash,
        seq: files.seq,
        createdAt: files.createdAt,
        room: sql<number | null>`iif(files.is_signed, files.room_id, null)`.as('signed_room'),
        chatroom: sql<string | null>`rooms.name`.as('room_name'),
        userId: sql<number | null>`users.id`.as('sender_id'),
        userName: sql<string | null>`users.name`.as('sender_name'),
        description: description.as('file_description'),
        isBlocked: isBlocked.as('is_blocked'),
      })
      .from(newest)
      .innerJoin(files, sql`files.room_id = newest.in_room and files.id = newest.file_id`)
      .leftJoin(rooms, sql`rooms.id = files.room_id`)
      .leftJoin(users, sql`users.id = files.user_id`),
  })
  const page = toPage(found, limit)
  return {
    rows: page.rows.flatMap(({ chatroom, seq, hash, ...row }) =>
      chatroom === null || seq === null || hash === null
        ? []
        : [{ ...row, chatroom, seq, hash, isBlocked: row.isBlocked === 1 }],
    ),
    last: page.more ? page.rows.at(-1) : undefined,
  }
}

/** The most files that are counted, and the most rooms and people that are listed. */
const MAX_COUNTED = 20_000
const MAX_LISTED = 20

type Space = { count: number; bytes: number }

/** Returns how much space the files of messages take, and the rooms and people with the most. Reads each file three times, up to a limit. */
export const measureFiles = async (
  db: Database,
  credential: Credential,
): Promise<
  Space & {
    chatrooms: (Space & { chatroom: string | null })[]
    people: (Space & { userId: number | null; userName: string | null })[]
    more: boolean
  }
> => {
  const counted = sql`(select room_id, user_id, bytes from files where state = 'used' limit ${sql.raw(`${MAX_COUNTED}`)})`
  const space = {
    count: sql<number>`count`.as('file_count'),
    bytes: sql<number>`sum`.as('file_bytes'),
  }
  const largest = (key: 'room_id' | 'user_id') =>
    sql`(select ${sql.raw(key)} as key, count(*) as count, sum(bytes) as sum from ${counted}
      group by 1 order by sum desc limit ${sql.raw(`${MAX_LISTED}`)}) as largest`
  const { all, chatrooms, people } = await runOnSite(db, credential, 'review', {
    all: db.select(space).from(sql`(select count(*) as count, ifnull(sum(bytes), 0) as sum from ${counted})`),
    chatrooms: db
      .select({ ...space, chatroom: sql<string | null>`rooms.name`.as('room_name') })
      .from(largest('room_id'))
      .leftJoin(rooms, sql`rooms.id = largest.key`),
    people: db
      .select({
        ...space,
        userId: sql<number | null>`users.id`.as('sender_id'),
        userName: sql<string | null>`users.name`.as('sender_name'),
      })
      .from(largest('user_id'))
      .leftJoin(users, sql`users.id = largest.key`),
  })
  const [total = { count: 0, bytes: 0 }] = all
  return { ...total, chatrooms, people, more: total.count === MAX_COUNTED }
}
