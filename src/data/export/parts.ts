import { type SQL, sql } from 'drizzle-orm'

/** A part ends with the row that reaches so many bytes. */
export const PART_BYTES = 200_000
/** A part has no more rows. */
export const PART_ROWS = 1000

/**
 * A part of an export: the lines of rows in the order of their key. `place` is the key of the last row. `size` is null without a row, and counts each row's
 * line break.
 */
export type Part = { lines: string | null; rows: number; size: number | null; place: number | null }

/** SQL for a part. `source` selects `line`, which may be null, and `place`, in the order of that. */
export const selectPart = (source: SQL, { rows = PART_ROWS }: { rows?: number } = {}): SQL =>
  sql`select group_concat(line, char(10)) as lines, count(*) as rows, max(size) as size, place
    from (select line, place, 1 + ifnull(octet_length(line), 0) as own,
        sum(1 + ifnull(octet_length(line), 0)) over (rows unbounded preceding) as size
      from (${source} limit ${sql.raw(`${rows}`)}) as row) as sized
    where size - own < ${sql.raw(`${PART_BYTES}`)}`

/** Returns whether a part may have ended before its last row. */
export const isCut = ({ rows, size }: Part, limit = PART_ROWS): boolean =>
  rows >= limit || (size ?? 0) >= PART_BYTES
