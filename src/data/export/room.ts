import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../db/client'
import { lastSeqOf, SITE } from '../../db/fragments'
import { notExpiredAfter } from '../../held/hold'
import { digest } from '../../lib/token'
import type { RoomPlace } from './cursor'
import {
  absentLine,
  auditLine,
  changeLine,
  heldLine,
  hookLine,
  memberLine,
  messageLines,
  noMemberLine,
  reportLine,
  roomLine,
  type Scope,
  sanctionLine,
} from './lines'
import { isCut, PART_ROWS, type Part, selectPart } from './parts'

// A room is exported by pieces: its log first, and then its other rows. The statement that reads the last piece is one snapshot of all that is mutable: what was
// added to the log since the first piece, the messages that these entries changed, and the other rows. So an entry is in the export with its effect or not at
// all. docs/decisions/0037

/** One piece gives so many changed messages again. */
const AGAIN_ROWS = 100
/** One piece looks at so many acts on members. */
const ACT_ROWS = 500

const names = ['log', 'again', 'member', 'held', 'hook', 'sanction', 'report', 'audit', 'acts'] as const
type Name = (typeof names)[number]
/** The columns of all parts, in one row: D1 takes at most five terms in a compound select. */
type PartRow = Record<string, string | number | null>
const columnsOf = (name: Name) => ['lines', 'rows', 'size', 'place'].map((column) => [name, column] as const)
const columnNames = names
  .flatMap(columnsOf)
  .map(([name, column]) => `${name}_part.${column} as ${name}_${column}`)
  .join(', ')
const partColumns = Object.fromEntries(
  [...names.flatMap(columnsOf).map(([name, column]) => `${name}_${column}`), 'is_near'].map((column) => [
    column,
    sql<PartRow[string]>`${sql.raw(column)}`,
  ]),
)
const partOf = (row: PartRow, name: Name): Part => ({
  lines: row[`${name}_lines`] as string | null,
  rows: row[`${name}_rows`] as number,
  size: row[`${name}_size`] as number | null,
  place: row[`${name}_place`] as number | null,
})

type Head = { id: number; line: string; last: number; act: number }

/** Returns the place before the first piece of a room. Nothing that it has can have changed since. */
export const startOf = (id: number): RoomPlace => ({
  id,
  at: 0,
  since: Number.MAX_SAFE_INTEGER,
  member: 0,
  held: 0,
  hook: 0,
  sanction: 0,
  report: 0,
  audit: 0,
  acts: 0,
  line: '',
})

/** SQL for the id of the room: the one that is under way, or the one that `next` selects. For `SITE`, what belongs to no room. */
const idOf = (place: RoomPlace | undefined, next: SQL): SQL =>
  place?.id === SITE
    ? sql`select ${sql.raw(`${SITE}`)} as id`
    : place
      ? sql`select id from rooms where id = ${place.id}`
      : next

/** SQL for the messages that entries after `since` have changed, among those that earlier pieces have. */
const againPart = (scope: Scope, { at }: RoomPlace): SQL => sql`
  select (select group_concat(line, char(10)) from (select ${sql.raw(messageLines(scope))} as line from messages
      where room_id = (select id from g) and seq in (select target from changed where target <= ${at}) order by seq) as row) as lines,
    (select count(*) from changed) as rows, null as size, (select max(place) from changed) as place`

/** SQL for whether the end of the log is in reach. A log may begin late, so what is before its first entry doesn't count. */
const isNear = ({ at }: RoomPlace): SQL => sql`${lastSeqOf(sql`room.id`)}
  - max(${at}, ifnull((select first_seq from rooms where rooms.id = room.id), 1) - 1) < ${sql.raw(`${PART_ROWS}`)}`

const changed = ({ since }: RoomPlace): SQL =>
  sql`select target, seq as place from changes where room_id = (select id from g where near) and seq > ${since}
    order by seq limit ${sql.raw(`${AGAIN_ROWS}`)}`

/** SQL for the members on whom somebody acted while their rows were read in several pieces. An incoming webhook has a negative id, and is no member. */
const actsPart = (scope: Scope, { id, member, acts }: RoomPlace): SQL => sql`
  select group_concat(line, char(10)) as lines, count(*) as rows, null as size, max(number) as place
  from (select number, case when acted.user_id > 0 then
      iif(m.ordinal is null, ${sql.raw(noMemberLine(`${id}`, 'acted.user_id'))}, ${sql.raw(memberLine(scope, 'm.'))}) end as line
    from (select number, subject_id as user_id from audit
      where room_id = ${id} and number > ${acts} and ${member} > 0 order by number limit ${sql.raw(`${ACT_ROWS}`)}) as acted
    left join members as m on m.user_id = acted.user_id and m.room_id = ${id}) as row`

export const roomStatements = (
  db: Database,
  scope: Scope,
  place: RoomPlace | undefined,
  { next, now }: { next: SQL; now: number },
) => {
  const from = place ?? startOf(0)
  const inRoom = sql.raw('room_id = (select id from g)')
  // Read where the log's end is in reach. Before, they would be read for nothing.
  const atEnd = sql.raw('room_id = (select id from g where near)')
  const state = (
    name: 'member' | 'held' | 'hook' | 'sanction' | 'report' | 'audit',
    line: string,
    key: string,
    where = sql``,
  ) =>
    selectPart(sql`select ${sql.raw(line)} as line, ${sql.raw(key)} as place from ${sql.raw(tables[name])}
      where ${atEnd} and ${sql.raw(key)} > ${from[name]}${where} order by ${sql.raw(orders[name])}`)
  const waiting = sql` and refused_at is null and created_at > ${scope === 'room' ? notExpiredAfter(now) : sql`0`}`
  const parts: Record<Name, SQL> = {
    log: selectPart(sql`
      select ${sql.raw(messageLines(scope))} as line, seq as place from messages where ${inRoom} and seq > ${from.at}
      union all select ${sql.raw(changeLine)}, seq from changes where ${inRoom} and seq > ${from.at}
      order by place`),
    again: againPart(scope, from),
    member: state('member', memberLine(scope), 'ordinal'),
    held: state('held', heldLine(scope), 'created_at', waiting),
    hook: state('hook', hookLine(scope), 'id'),
    sanction: state(
      'sanction',
      sanctionLine(scope),
      SANCTION_KEY,
      sql` and user_id >= ${Math.floor(from.sanction / 2)}`,
    ),
    report: state('report', reportLine, 'number'),
    audit: state('audit', auditLine, 'number'),
    acts: actsPart(scope, from),
  }
  const id = idOf(place, next)
  return {
    head: db
      .select({
        id: sql<number>`id`.as('room_id'),
        line: sql<string>`${sql.raw(roomLine)}`.as('room_line'),
        last: lastSeqOf(sql`rooms.id`).as('last_seq'),
        act: sql<number>`ifnull((select max(number) from audit where room_id = rooms.id), 0)`.as('last_act'),
      })
      .from(sql`rooms`)
      .where(sql`id = (${id})`),
    parts: db.select(partColumns).from(
      sql`(with g as (select id, ${isNear(from)} as near from (${id}) as room),
          changed as (${changed(from)})
        select ${sql.raw(columnNames)}, (select near from g) as is_near from ${sql.join(
          names.map((name) => sql`(${parts[name]}) as ${sql.raw(name)}_part`),
          sql` cross join `,
        )})`,
    ),
  }
}

const SANCTION_KEY = "2 * user_id + (kind = 'mute')"
const tables = {
  member: 'members',
  held: 'held',
  hook: 'hooks',
  sanction: 'sanctions',
  report: 'reports',
  audit: 'audit',
}
const orders = {
  member: 'ordinal',
  held: 'created_at',
  hook: 'id',
  sanction: 'user_id, kind',
  report: 'number',
  audit: 'number',
}

/** A piece of a room, and its end. */
export type RoomPiece = { lines: string[]; place: RoomPlace; isComplete: boolean }

/**
 * Puts a piece together: its parts in their order, up to the first that was cut. Returns undefined if there is no room, and the line about its absence if it was
 * deleted after its first piece.
 */
export const roomPiece = async (
  place: RoomPlace | undefined,
  { head: [head], parts: [row] }: { head: Head[]; parts: PartRow[] },
): Promise<RoomPiece | undefined> => {
  if (!head && place?.id !== SITE)
    return place && { lines: [absentLine('room', place.id, place.id)], place, isComplete: true }
  const lines: string[] = []
  const next: RoomPlace = { ...(place ?? startOf(head?.id ?? SITE)) }
  const line = head ? (await digest(head.line)).slice(0, 12) : ''
  if (head && !place) {
    lines.push(head.line)
    Object.assign(next, { since: head.last, acts: head.act, line })
  }
  const piece = (isComplete: boolean): RoomPiece => ({ lines, place: next, isComplete })
  for (const name of names) {
    const part = partOf(row ?? {}, name)
    if (part.lines !== null) lines.push(part.lines)
    switch (name) {
      case 'log':
        next.at = part.place ?? next.at
        // Without its end in reach, nothing else of the room was read.
        if (isCut(part) || !row?.is_near) return piece(false)
        break
      case 'again':
        next.since = part.place ?? next.since
        if (isCut(part, AGAIN_ROWS)) return piece(false)
        break
      case 'acts':
        next.acts = part.place ?? next.acts
        if (isCut(part, ACT_ROWS)) return piece(false)
        break
      default:
        next[name] = part.place ?? next[name]
        if (isCut(part)) return piece(false)
    }
  }
  if (head && line !== next.line) lines.push(head.line)
  return piece(true)
}
