import { type SQL, sql } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database, Statements } from '../db/client'
import { renewVersion } from '../db/fragments'
import { audit, files, held, mentions, messages, reports, sanctions } from '../db/schema'
import { writesPerRow } from './chore'

/** The key of the last row that a step has looked at. */
export type Place = (string | number)[]
/** A part of a step. `next` is undefined once the step has looked at everything. */
export type Part = { statements: Statements; next: Place | undefined }

export type Erasing = {
  db: Database
  userId: number
  now: number
  /** The most rows that the part may write. */
  rows: number
  place: Place
}

/** SQL for the rows of a table after a place, in the order of its key. */
export const rowsAfter = (
  table: SQLiteTable,
  keys: string[],
  place: Place,
  limit: number,
  more = sql``,
): SQL => {
  const columns = sql.raw(keys.join(', '))
  const start = keys.map((_, index) => sql`${place[index] ?? -1}`)
  return sql`select ${columns}${more} from ${sql.raw(getTableConfig(table).name)}
    where (${columns}) > (${sql.join(start, sql`, `)}) order by ${columns} limit ${limit}`
}

/** Returns the end of the rows that a part looks at. */
export type FindEnd = (looked: SQL, keys: string[], limit: number) => Promise<Place | undefined>

type Walk = {
  table: SQLiteTable
  keys: string[]
  /** The most rows that are written for a row that is the person's. */
  cost: number
  /** Removes what is the person's among rows of a condition. */
  act: (erasing: Erasing, among: SQL) => Statements
}

/** Makes a step of a walk through a table, in the order of its key. */
const walk =
  ({ table, keys, cost, act }: Walk) =>
  async (erasing: Erasing, findEnd: FindEnd): Promise<Part> => {
    const { place, rows } = erasing
    const limit = Math.floor(rows / cost)
    const looked = rowsAfter(table, keys, place, limit)
    const next = await findEnd(looked, keys, limit)
    const among = sql`(${sql.raw(keys.join(', '))}) in (${looked})`
    return { statements: act(erasing, among), next }
  }

const walkHeld = walk({
  table: held,
  keys: ['created_at'],
  cost: writesPerRow(held),
  act: ({ db, userId }, among) => ({
    removed: db.delete(held).where(sql`${among} and author_id = ${userId}`),
  }),
})

/** Reports by the person, and those of the person's messages, keep no reason. */
const walkReports = walk({
  table: reports,
  keys: ['room_id', 'number'],
  cost: 1,
  act: ({ db, userId }, among) => ({
    emptied: db
      .update(reports)
      .set({ reason: '' })
      .where(sql`${among} and reason <> '' and (reporter_id = ${userId} or exists (
        select 1 from messages where messages.room_id = reports.room_id and seq = target and author_id = ${userId}))`),
  }),
})

/** Acts by the person and on the person keep no reason, and neither do the bans and mutes that it was given for. */
const walkAudit = walk({
  table: audit,
  keys: ['room_id', 'number'],
  cost: 2,
  act: ({ db, userId }, among) => {
    const isTheirs = sql`${among} and detail ->> 'reason' is not null and (actor_id = ${userId} or subject_id = ${userId})`
    return {
      sanctions: db
        .update(sanctions)
        .set({ reason: null })
        .where(
          sql`(room_id, user_id, kind, reason) in (
            select room_id, subject_id, action, detail ->> 'reason' from audit where ${isTheirs} and action in ('ban', 'mute'))`,
        ),
      emptied: db.update(audit).set({ detail: sql`json_remove(detail, '$.reason')` }).where(isTheirs),
    }
  },
})

const walkSanctions = walk({
  table: sanctions,
  keys: ['room_id', 'user_id', 'kind'],
  cost: writesPerRow(sanctions),
  act: ({ db, userId }, among) => ({
    removed: db.delete(sanctions).where(sql`${among} and user_id = ${userId}`),
  }),
})

/** Gives up all files of the person, also those that were never sent. */
const walkFiles = walk({
  table: files,
  keys: ['room_id', 'id'],
  cost: writesPerRow(files),
  act: ({ db, userId, now }, among) => ({
    deletedFiles: db
      .update(files)
      .set({ state: 'deleted', expiresAt: now, idempotencyKey: null })
      .where(sql`${among} and user_id = ${userId} and state <> 'deleted'`)
      .returning({ id: files.id }),
  }),
})

/** Takes the person's name out of the messages of others that mention it, and empties the list of its mentions. */
const eraseMentions = async ({ db, userId, rows }: Erasing, findEnd: FindEnd): Promise<Part> => {
  // The message, the row of the list and the one in its index, and the version of all names.
  const limit = Math.floor((rows - 1) / 3)
  const chosen = sql`select room_id, seq from mentions where user_id = ${userId} order by room_id, seq limit ${limit}`
  const next = await findEnd(chosen, ['room_id', 'seq'], limit)
  const others = sql`select json_group_array(json(value)) from json_each(messages.mentions) where value ->> 'id' <> ${userId}`
  return {
    statements: {
      // No entry of the log tells of it.
      version: renewVersion(db, sql`exists (${chosen})`),
      messages: db
        .update(messages)
        .set({ mentions: sql`nullif((${others}), '[]')` })
        .where(sql`(room_id, seq) in (${chosen})`),
      removed: db.delete(mentions).where(sql`user_id = ${userId} and (room_id, seq) in (${chosen})`),
    },
    next,
  }
}

/** The steps that only write to tables, by their names. */
export const quietSteps = {
  mentions: eraseMentions,
  held: walkHeld,
  reports: walkReports,
  audit: walkAudit,
  sanctions: walkSanctions,
  files: walkFiles,
}
