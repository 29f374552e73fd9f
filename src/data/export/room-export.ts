import { sql } from 'drizzle-orm'
import type { RoomRequest } from '../../auth/actor'
import { authorizationColumns, authorize, runAuthorized } from '../../auth/authorization'
import { Refused } from '../../auth/refusals'
import { batch, type Database } from '../../db/client'
import type { RoomCursor } from './cursor'
import { firstLine, lastLine, userLine } from './lines'
import { Piece } from './piece'
import { roomPiece, roomStatements, startOf } from './room'

/** Matches the fields that name users. Inside a text, a quote has a backslash before it, so nothing in a message looks like one. */
const people = /,"(?:author|actor|user|users|owner|reporter|subject)":\[?([\d,]+)|\{"id":(\d+),"name":/g

/** Returns the lines of the users that lines name. */
const usersIn = async (db: Database, lines: string[]): Promise<string[]> => {
  const ids = new Set<number>()
  for (const line of lines)
    for (const [, list, mentioned = ''] of line.matchAll(people))
      for (const id of (list ?? mentioned).split(',')) ids.add(Number(id))
  const { users } = await batch(db, {
    users: db.select({ lines: sql<string | null>`group_concat(line, char(10))`.as('lines') }).from(
      sql`(select ${sql.raw(userLine('room'))} as line from users
          where id in (select value from json_each(${JSON.stringify([...ids])})) order by id)`,
    ),
  })
  const [found] = users
  return found?.lines ? [found.lines] : []
}

/** Reads the next piece of a room, for those who moderate it. Throws `Refused` for others. */
export const exportRoom = async (
  db: Database,
  request: RoomRequest,
  cursor: RoomCursor | undefined,
): Promise<Piece<RoomCursor>> => {
  const piece = new Piece<RoomCursor>(cursor ?? { lines: 0, room: startOf(0) })
  const place = cursor?.room
  const next = sql`select id from rooms where name_key = ${request.room.key}`
  const { auth, head, parts } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(authorize(request, 'export')),
    ...roomStatements(db, 'room', place, { next, now: request.now }),
  })
  // Another room has the name by now.
  if (place && auth.roomId !== place.id) throw Refused.of(request, 'no chatroom')
  const read = await roomPiece(place, { head, parts })
  if (!read) throw Refused.of(request, 'no chatroom')
  if (!cursor) piece.push(firstLine('room'))
  piece.push(...(await usersIn(db, read.lines)), ...read.lines)
  piece.move({ room: read.place })
  if (read.isComplete) piece.end(lastLine({ lines: piece.lines }))
  return piece
}
