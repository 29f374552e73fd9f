import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../../auth/actor'
import { runOnSite } from '../../auth/site-admin'
import type { Database } from '../../db/client'
import { SITE } from '../../db/fragments'
import type { SiteCursor } from './cursor'
import {
  absentLine,
  blockedFileLine,
  erasureLine,
  firstLine,
  formerUserLine,
  gapLine,
  heldLine,
  lastLine,
  siteLine,
  userLine,
} from './lines'
import { isCut, PART_ROWS, type Part, selectPart } from './parts'
import { Piece } from './piece'
import { roomPiece, roomStatements, startOf } from './room'

// The users are read first and the rooms after them. Every batch gives the users who are new, so that each author has a line. What is written to several
// tables at once, and not to the log of one room, is found at the end: by the version of all names, and by the audit log.

const start: SiteCursor = {
  lines: 0,
  users: 0,
  names: null,
  began: 0,
  acts: 0,
  refused: 0,
  former: 0,
  erasures: 0,
  blocked: 0,
}

const partColumns = {
  lines: sql<string | null>`lines`,
  rows: sql<number>`rows`,
  size: sql<number | null>`size`,
  place: sql<number | null>`place`,
}
const part = (db: Database, source: SQL) => db.select(partColumns).from(sql`(${selectPart(source)})`)

const siteUser = sql.raw(userLine('site'))
const usersAfter = (db: Database, id: number) =>
  part(db, sql`select ${siteUser} as line, id as place from users where id > ${id} order by id`)

/** Selects all users after one, with lines about the ids between them. */
const usersAgain = (db: Database, after: number) =>
  part(
    db,
    sql`select concat_ws(char(10), ${sql.raw(gapLine('user', 'before', 'id'))}, ${siteUser}) as line, id as place
      from (select *, lag(id, 1, ${after}) over () as before
        from (select * from users where id > ${after} order by id limit ${sql.raw(`${PART_ROWS}`)}) as row) as users`,
  )

/** Selects what tells whether something was written to several tables at once. */
const selectMarks = (db: Database) =>
  db
    .select({
      names: sql<string | null>`(select version from versions where subject = 'names')`.as('names'),
      acted: sql<number>`ifnull((select max(created_at) from audit), 0)`.as('acted'),
    })
    .from(sql`(select 1)`)

const after = (part: Part | undefined, before: number): number => part?.place ?? before

/** Reads the users, before all else. */
const readUsers = async (db: Database, credential: Credential, piece: Piece<SiteCursor>) => {
  piece.spend(4)
  const isFirst = piece.lines === 0
  const { site, users, marks } = await runOnSite(db, credential, 'administer', {
    site: isFirst
      ? db
          .select({ line: sql<string>`${sql.raw(siteLine)}`.as('line') })
          .from(sql`site_settings where id = 1`)
      : undefined,
    users: usersAfter(db, piece.cursor.users),
    marks: isFirst ? selectMarks(db) : undefined,
  })
  const [part] = users
  const [mark] = marks ?? []
  if (isFirst) piece.push(firstLine('site'), ...(site ?? []).map(({ line }) => line))
  if (mark) piece.move({ names: mark.names, began: mark.acted, acts: mark.acted })
  piece.pushPart(part)
  piece.move({ users: after(part, piece.cursor.users), ...(part && !isCut(part) && { rooms: 0 }) })
}

/** Reads a piece of the room that is under way, or of the next one. */
const readRoom = async (db: Database, credential: Credential, piece: Piece<SiteCursor>, now: number) => {
  piece.spend(4)
  const { room, rooms = 0, users: lastUser } = piece.cursor
  const { users, head, parts } = await runOnSite(db, credential, 'administer', {
    users: usersAfter(db, lastUser),
    ...roomStatements(db, 'site', room, {
      next: sql`select id from rooms where id > ${rooms} order by id limit 1`,
      now,
    }),
  })
  const [newUsers] = users
  piece.pushPart(newUsers)
  piece.move({ users: after(newUsers, lastUser) })
  if (newUsers && isCut(newUsers)) return
  const read = await roomPiece(room, { head, parts })
  if (!read) return piece.move({ room: startOf(SITE) })
  piece.push(...read.lines)
  piece.move(read.isComplete ? { room: undefined, rooms: read.place.id } : { room: read.place })
}

/** Reads all users again, after some were renamed or deleted. */
const readAgain = async (db: Database, credential: Credential, piece: Piece<SiteCursor>) => {
  piece.spend(3)
  const { again = 0, users: lastUser, names } = piece.cursor
  const { users, marks } = await runOnSite(db, credential, 'administer', {
    users: usersAgain(db, again),
    marks: selectMarks(db),
  })
  const [part] = users
  const [mark] = marks
  // Two names may have been exchanged between the pieces.
  if (mark && mark.names !== names) return piece.move({ names: mark.names, again: 0 })
  piece.pushPart(part)
  const last = after(part, again)
  if (part && isCut(part)) return piece.move({ again: last })
  if (last < lastUser) piece.push(absentLine('user', last + 1, lastUser))
  piece.move({ again: undefined, users: Math.max(last, lastUser) })
}

const endStatements = (
  db: Database,
  { rooms = 0, former, erasures, blocked, refused, began, acts }: SiteCursor,
) => {
  const isRoomDeleted = sql`exists (select 1 from audit where created_at > ${began} and action = 'deleteChatroom')`
  return {
    marks: selectMarks(db),
    former: part(
      db,
      sql`select ${sql.raw(formerUserLine)} as line, id as place from former_users where id > ${former} order by id`,
    ),
    erasures: part(
      db,
      sql`select ${sql.raw(erasureLine)} as line, user_id as place from erasures where user_id > ${erasures} order by user_id`,
    ),
    blocked: part(
      db,
      sql`select ${sql.raw(blockedFileLine)} as line, id as place from blocked_files where id > ${blocked} order by id`,
    ),
    // They keep idempotency keys for repeats.
    refused: part(
      db,
      sql`select ${sql.raw(heldLine('site'))} as line, created_at as place
        from held where created_at > ${refused} and refused_at is not null order by created_at`,
    ),
    // The users on whom somebody acted.
    acts: part(
      db,
      sql`select iif(id is null, null, ${siteUser}) as line, acted.acted_at as place
        from (select subject_id, created_at as acted_at from audit where created_at > ${acts} order by created_at) as acted
        left join users on id = acted.subject_id`,
    ),
    rooms: db
      .select({
        lines: sql<string | null>`group_concat(line, char(10))`.as('lines'),
        last: sql<number>`ifnull(max(id), 0)`.as('last'),
        hasNew: sql<number>`exists (select 1 from rooms where id > ${rooms})`.as('has_new'),
        isDeleted: sql<number>`${isRoomDeleted}`.as('is_deleted'),
      })
      .from(
        sql`(select id, ${sql.raw(gapLine('room', 'before', 'id'))} as line
          from (select id, ifnull((select max(id) from rooms as earlier where earlier.id < rooms.id), 0) as before
            from rooms where id <= ${rooms} and ${isRoomDeleted}))`,
      ),
    largest: db
      .select({ name: sql<string>`name`, id: sql<number>`seq` })
      .from(sql`sqlite_sequence`)
      .where(sql`name in ('users', 'rooms')`),
  }
}

/** Reads what belongs to the whole site, and the last line, if nothing was written that the export has only in part. */
const readEnd = async (db: Database, credential: Credential, piece: Piece<SiteCursor>, now: number) => {
  piece.spend(13)
  const { room, rooms = 0, users: lastUser, names } = piece.cursor
  const read = await runOnSite(db, credential, 'administer', {
    users: usersAfter(db, lastUser),
    ...roomStatements(db, 'site', room, { next: sql``, now }),
    ...endStatements(db, piece.cursor),
  })
  const [newUsers] = read.users
  piece.pushPart(newUsers)
  piece.move({ users: after(newUsers, lastUser) })
  if (newUsers && isCut(newUsers)) return
  const [mark] = read.marks
  const [deleted] = read.rooms
  if (deleted?.hasNew) return piece.move({ room: undefined })
  if (mark && mark.names !== names) return piece.move({ names: mark.names, again: 0 })
  const site = await roomPiece(room, read)
  if (site) {
    piece.push(...site.lines)
    piece.move({ room: site.place })
    if (!site.isComplete) return
  }
  for (const name of ['refused', 'former', 'erasures', 'blocked', 'acts'] as const) {
    const [part] = read[name]
    piece.pushPart(part)
    piece.move({ [name]: after(part, piece.cursor[name]) })
    if (part && isCut(part)) return
  }
  if (deleted?.lines) piece.push(deleted.lines)
  if (deleted?.isDeleted && deleted.last < rooms) piece.push(absentLine('room', deleted.last + 1, rooms))
  const largest = (table: string) => read.largest.find(({ name }) => name === table)?.id ?? 0
  piece.end(lastLine({ lines: piece.lines, users: largest('users'), rooms: largest('rooms') }))
}

/** Reads the next piece of the whole instance. Throws `Refused` for a caller who is no admin. */
export const exportSite = async (
  db: Database,
  credential: Credential,
  cursor: SiteCursor | undefined,
  now: number,
): Promise<Piece<SiteCursor>> => {
  const piece = new Piece(cursor ?? start)
  while (piece.hasSpace()) {
    const { rooms, room, again } = piece.cursor
    if (rooms === undefined) await readUsers(db, credential, piece)
    else if (again !== undefined) await readAgain(db, credential, piece)
    else if (room?.id === SITE) await readEnd(db, credential, piece, now)
    else await readRoom(db, credential, piece, now)
  }
  return piece
}
