import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../../auth/actor'
import { Refused } from '../../auth/refusals'
import { batch, type Database } from '../../db/client'
import { ownerRefusal } from '../../users/target'
import type { UserCursor } from './cursor'
import {
  firstLine,
  heldLine,
  lastLine,
  memberLine,
  mentionLine,
  ownMessageLine,
  reactionLines,
  reportLine,
  roomNameLine,
  sanctionLine,
  userLine,
} from './lines'
import { PART_BYTES, PART_ROWS, selectPart } from './parts'
import { Piece } from './piece'

// There is no index of messages by their author, because each message would cost a row more. So all messages are looked at, a bounded number in each request.

/** One request looks at this many messages or held messages. */
const LOOK = 10_000

type Place = number[]
type Step = {
  /** SQL that selects `line`, which may be null, and `place`, a JSON array. */
  select: (userId: number, place: Place) => SQL
  /** The number of keys. */
  keys: number
  rows?: number
}

const after = (columns: string, keys: number, place: Place): SQL =>
  sql`(${sql.raw(columns)}) > (${sql.join(
    Array.from({ length: keys }, (_, key) => sql`${place[key] ?? 0}`),
    sql`, `,
  )})`
const isRoom = (line: string): string =>
  `iif(exists (select 1 from rooms where rooms.id = room_id), ${line}, null)`

/** A table that has an index by user. */
const indexed = (table: string, line: string, user: string, columns: string): Step => {
  const keys = columns.split(',').length
  return {
    keys,
    select: (userId, place) => sql`
      select ${sql.raw(isRoom(line))} as line, ${sql.raw(`json_array(${columns})`)} as place from ${sql.raw(table)}
      where ${sql.raw(user)} = ${userId} and ${after(columns, keys, place)} order by ${sql.raw(columns)}`,
  }
}

/** The parts, in their order. */
const steps: Step[] = [
  {
    keys: 1,
    select: (userId, place) =>
      sql`select ${sql.raw(userLine('user'))} as line, json_array(id) as place from users where id = ${userId} and ${after('id', 1, place)}`,
  },
  indexed('members', memberLine('user'), 'user_id', 'room_id'),
  {
    keys: 2,
    rows: LOOK,
    select: (userId, place) => sql`
      select nullif(concat_ws(char(10), iif(author_id = ${userId}, ${sql.raw(isRoom(ownMessageLine))}, null),
          nullif(ltrim(${sql.raw(isRoom(reactionLines(`${userId}`)))}, char(10)), '')), '') as line,
        json_array(room_id, seq) as place from messages
      where ${after('room_id, seq', 2, place)} order by room_id, seq`,
  },
  indexed('mentions', mentionLine, 'user_id', 'room_id, seq'),
  {
    keys: 1,
    rows: LOOK,
    select: (userId, place) => sql`
      select iif(author_id = ${userId}, ${sql.raw(isRoom(heldLine('user')))}, null) as line, json_array(created_at) as place
      from held where created_at > ${place[0] ?? 0} order by created_at`,
  },
  indexed('reports', reportLine, 'reporter_id', 'created_at, room_id, number'),
  {
    keys: 1,
    select: (userId, place) => sql`
      select iif(room_id = 0 or exists (select 1 from rooms where rooms.id = room_id), ${sql.raw(sanctionLine('user'))}, null) as line,
        json_array(2 * room_id + (kind = 'mute')) as place
      from sanctions where user_id = ${userId} and 2 * room_id + (kind = 'mute') > ${place[0] ?? -1} order by room_id, kind`,
  },
]

/** Returns the names of the rooms that lines name. */
const roomsIn = async (db: Database, lines: string): Promise<string[]> => {
  const ids = new Set(Array.from(lines.matchAll(/,"room":(\d+)/g), ([, id]) => Number(id)))
  if (ids.size === 0) return []
  const { rooms } = await batch(db, {
    rooms: db.select({ lines: sql<string | null>`group_concat(line, char(10))`.as('lines') }).from(
      sql`(select ${sql.raw(roomNameLine)} as line from rooms
          where id in (select value from json_each(${JSON.stringify([...ids])})) order by id)`,
    ),
  })
  const [found] = rooms
  return found?.lines ? [found.lines] : []
}

/**
 * Reads the next piece of what belongs to a user, for the user itself and admins: no word of anybody else. Throws `Refused` for others, and where there is no such
 * user.
 */
export const exportUser = async (
  db: Database,
  { id, credential }: { id: number; credential: Credential },
  cursor: UserCursor | undefined,
): Promise<Piece<UserCursor>> => {
  if (credential.kind === 'none') throw new Refused('token required')
  const piece = new Piece<UserCursor>(cursor ?? { lines: 0, step: 0, place: [] })
  while (piece.hasSpace()) {
    const { step: number, place } = piece.cursor
    const step = steps[number]
    if (!step) {
      piece.end(lastLine({ lines: piece.lines }))
      break
    }
    piece.spend(3)
    const rows = step.rows ?? PART_ROWS
    const { refusal, parts } = await batch(db, {
      refusal: db
        .select({ refusal: ownerRefusal(credential).as('refusal') })
        .from(sql`users`)
        .where(sql`id = ${id}`),
      parts: db
        .select({
          lines: sql<string | null>`lines`,
          rows: sql<number>`rows`,
          size: sql<number | null>`size`,
          place: sql<string | null>`place`,
        })
        .from(sql`(${selectPart(step.select(id, place), { rows })})`),
    })
    const [found] = refusal
    if (!found) throw new Refused('no user', { userId: id })
    if (found.refusal) throw new Refused(found.refusal)
    if (piece.lines === 0) piece.push(firstLine('user'))
    const [part] = parts
    if (part?.lines) piece.push(...(await roomsIn(db, part.lines)), part.lines)
    const isCut = part !== undefined && (part.rows >= rows || (part.size ?? 0) >= PART_BYTES)
    piece.move(isCut ? { place: JSON.parse(part.place ?? '[]') } : { step: number + 1, place: [] })
    // Looking at so many rows takes D1 long enough.
    if (isCut) break
  }
  return piece
}
