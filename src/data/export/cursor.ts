import * as z from 'zod/mini'
import { Problem } from '../../http/problem'
import { base64url } from '../../lib/token'

const count = z.int().check(z.nonnegative())

/**
 * The place in a room: the number of the log's last entry that was given, the entry up to which changed messages were given again, the keys of the last other
 * rows, the last act in the audit log when the room began, and a digest of the room's line.
 */
const roomPlace = z.object({
  id: count,
  at: count,
  since: count,
  member: count,
  held: count,
  // Left out in cursors of a version before incoming webhooks.
  hook: z._default(count, 0),
  sanction: count,
  report: count,
  audit: count,
  acts: count,
  line: z.string(),
})
export type RoomPlace = z.output<typeof roomPlace>

/** `lines`: how many lines were given. `room`: the room that is under way. */
export const roomCursor = z.object({ lines: count, room: roomPlace })
export type RoomCursor = z.output<typeof roomCursor>

/**
 * `users`: the id of the last user. `names`: the version of all names when the users were read. `began`: the time of the last act before the export, and `acts` that of the last one
 * whose user was given again. `rooms`: the id of the last complete room; left out until all users are given. `room`: the room that is under way. `again`: the id of
 * the last user in another reading of all of them. `refused`, `former`, `erasures`, `blocked`: the keys of the last refused message, deleted
 * user, erasure and blocked file.
 */
export const siteCursor = z.object({
  lines: count,
  users: count,
  names: z.nullable(z.string()),
  began: count,
  acts: count,
  rooms: z.optional(count),
  room: z.optional(roomPlace),
  again: z.optional(count),
  refused: count,
  former: count,
  erasures: count,
  // Left out in cursors of a version before it.
  blocked: z._default(count, 0),
})
export type SiteCursor = z.output<typeof siteCursor>

/** `step` counts the parts; `place` is the key of the last row that was looked at. */
export const userCursor = z.object({ lines: count, step: count, place: z.array(count) })
export type UserCursor = z.output<typeof userCursor>

/** Returns a cursor as an opaque text. */
export const encodeCursor = (cursor: object): string =>
  base64url(new TextEncoder().encode(JSON.stringify(cursor)))

/** Reads a cursor that `encodeCursor` has made. Throws a 400 problem for any other text. */
export const decodeCursor = <Cursor>(schema: z.ZodMiniType<Cursor>, text: string): Cursor => {
  try {
    const bytes = Uint8Array.fromBase64(text, { alphabet: 'base64url' })
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch {
    const message = 'cursor must come from the `Link` of the piece before'
    throw new Problem('invalid-request', message, { errors: [{ path: 'cursor', message }] })
  }
}
