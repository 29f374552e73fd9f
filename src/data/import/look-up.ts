import { sql } from 'drizzle-orm'
import type { Credential } from '../../auth/actor'
import { adminRefusal } from '../../auth/site-admin'
import type { DataLine } from '../../contract/data-lines'
import { batch, type Database } from '../../db/client'
import { lastSeqOf } from '../../db/fragments'
import { held, importIds, imports } from '../../db/schema'
import { nameKey } from '../../lib/name-key'
import type { KnownIds } from './ids'
import type { Numbered } from './lines.ts'
import { type Importing, selectFoundUsers, selectLostRooms, selectNamesakes, selectTakenRooms } from './names'
import type { RoomRow } from './rows'
import { isEmpty, lastIdOf, lastSiteAudit } from './statements'

/** Returns the ids of the users that a line names. */
const usersOf = (line: DataLine): (number | undefined)[] => {
  switch (line.type) {
    case 'user':
    case 'formerUser':
      return [line.id]
    case 'erasure':
    case 'member':
    case 'sanction':
      return [line.user]
    case 'room':
      return [line.owner]
    case 'message':
      return line.mentions ? [line.author, ...line.mentions.map(({ id }) => id)] : [line.author]
    case 'reaction':
      return line.users
    case 'change':
      return [line.actor]
    case 'held':
      return [line.author]
    case 'report':
      return [line.reporter]
    case 'audit':
      return [line.actor, line.subject]
    case 'parlour':
    case 'site':
    case 'hook':
    case 'blockedFile':
    case 'mention':
    case 'absent':
    case 'end':
      return []
  }
}

const roomOf = (line: DataLine): number | undefined =>
  line.type === 'room' ? line.id : 'room' in line ? line.room : undefined

const idsOf = (numbers: Iterable<number | undefined>): string =>
  JSON.stringify([...new Set(numbers)].filter(Boolean))

const selectKnown = (db: Database, importId: string, lines: Numbered[]) => {
  const users = new Set<number | undefined>()
  const rooms = new Set<number | undefined>()
  for (const { line } of lines) {
    for (const id of usersOf(line)) users.add(id)
    rooms.add(roomOf(line))
  }
  const isAsked = (ids: Iterable<number | undefined>) =>
    sql`old_id in (select value from json_each(${idsOf(ids)}))`
  return db
    .select({ kind: importIds.kind, oldId: importIds.oldId, newId: importIds.newId, name: importIds.name })
    .from(importIds)
    .where(
      sql`import_id = ${importId} and (kind in ('user', 'merged') and ${isAsked(users)} or kind = 'room' and ${isAsked(rooms)})`,
    )
}

/** Selects the ends of the logs of rooms to which a file may come back. */
const selectEnds = (db: Database, importId: string, lines: Numbered[]) =>
  db
    .select({ id: sql<number>`old_id`.as('end_of'), last: lastSeqOf(sql`import_ids.new_id`).as('end_seq') })
    .from(importIds)
    .where(
      sql`import_id = ${importId} and kind = 'room' and old_id in (
        select value from json_each(${idsOf(lines.map(({ line }) => (line.type === 'room' ? line.id : undefined)))}))`,
    )

/** A held message gets the next time that is free. So many are looked at. */
const HELD_TIMES = 8

/** Selects the held messages here that have the time or the id of one of the file. */
const selectHeld = (db: Database, lines: Numbered[]) => {
  const waiting = lines.flatMap(({ line }) => (line.type === 'held' ? [line] : []))
  if (waiting.length === 0) return undefined
  const times = waiting.flatMap(({ createdAt }) =>
    Array.from({ length: HELD_TIMES }, (_, later) => Date.parse(createdAt) + later),
  )
  const among = (values: unknown[]) => sql`(select value from json_each(${JSON.stringify(values)}))`
  return db
    .select({ createdAt: held.createdAt, id: held.id, roomId: held.roomId })
    .from(held)
    .where(sql`created_at in ${among(times)} or id in ${among(waiting.map(({ id }) => id))}`)
}

const importIs = (importId: string | undefined) =>
  importId === undefined
    ? sql`id = (select id from imports where finished_at is null order by updated_at desc limit 1)`
    : sql`id = ${importId}`

export const selectImport = (db: Database, importId: string | undefined) =>
  db.select().from(imports).where(importIs(importId))

export type ImportRow = typeof imports.$inferSelect

type Asked = { importId: string; credential: Credential; now: number }

/** Reads all that the lines of a request depend on, in one round trip. */
export const lookUp = async (db: Database, { importId, credential, now }: Asked, lines: Numbered[]) => {
  const importing: Importing = {
    id: importId,
    keeps: sql`ifnull((select keeps_ids from imports where imports.id = ${importId}), ${isEmpty})`,
  }
  const users = lines.flatMap(({ line }) =>
    line.type === 'user'
      ? [{ id: line.id, name: line.name, subject: line.subject, tokenHash: line.tokenHash }]
      : [],
  )
  const rooms = lines.flatMap(({ line }) => (line.type === 'room' ? [{ id: line.id, name: line.name }] : []))
  const sanctions = lines.flatMap(({ line }) => (line.type === 'sanction' ? [line] : []))
  const banned = {
    nameKeys: sanctions.flatMap(({ name, nameKey: key, lastNameKey }) =>
      [key ?? nameKey(name ?? ''), lastNameKey].filter((key) => key !== undefined),
    ),
    subjects: sanctions.flatMap(({ subject }) => subject ?? []),
  }
  const end = lines.find(({ line }) => line.type === 'end')
  const found = await batch(db, {
    base: db
      .select({
        refusal: adminRefusal(credential).as('import_refusal'),
        keeps: sql<number>`${importing.keeps}`.mapWith(Boolean).as('keeps'),
        users: lastIdOf('users').as('last_user'),
        rooms: lastIdOf('rooms').as('last_room'),
        lastAudit: lastSiteAudit.as('last_audit'),
      })
      .from(sql`(select 1)`),
    imports: selectImport(db, importId),
    known: selectKnown(db, importId, lines),
    ends: rooms.length > 0 ? selectEnds(db, importId, lines) : undefined,
    users: users.length > 0 ? selectFoundUsers(db, importing, users, now) : undefined,
    rooms: rooms.length > 0 ? selectTakenRooms(db, importId, rooms) : undefined,
    lost: end ? selectLostRooms(db, importId) : undefined,
    held: selectHeld(db, lines),
    namesakes: sanctions.length > 0 ? selectNamesakes(db, importing, banned) : undefined,
  })
  const [base] = found.base
  if (!base) throw new Error('a select without a table has one row')
  const lost = (found.lost ?? []).map(({ id, room }) => {
    const row: RoomRow = JSON.parse(room)
    return { id, name: row.name, number: end?.number ?? 0, row }
  })
  return {
    ...base,
    row: found.imports[0],
    known: knownIds(found.known),
    ends: new Map((found.ends ?? []).map(({ id, last }) => [id, last])),
    names: { users: found.users ?? [], rooms: found.rooms ?? [], lost },
    held: found.held ?? [],
    namesakes: found.namesakes ?? [],
  }
}

export type Looked = Awaited<ReturnType<typeof lookUp>>

const knownIds = (rows: { kind: string; oldId: number; newId: number; name: string | null }[]): KnownIds => {
  const known: KnownIds = {
    users: new Map(),
    merged: new Set(),
    rooms: new Map(),
    userNames: new Map(),
    roomNames: new Map(),
  }
  for (const { kind, oldId, newId, name } of rows) {
    const isRoom = kind === 'room'
    ;(isRoom ? known.rooms : known.users).set(oldId, newId)
    if (kind === 'merged') known.merged.add(oldId)
    if (name !== null) (isRoom ? known.roomNames : known.userNames).set(oldId, name)
  }
  return known
}
