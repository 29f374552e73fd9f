import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database } from '../../db/client'
import { isNameTaken } from '../../db/fragments'
import { users } from '../../db/schema'
import { nameKey } from '../../lib/name-key'

/** The ways in which people and rooms of a file get names that are taken. */
export type NameRules = { rename: boolean; mergeUsers: boolean }

/** A person of the file: the number of its line, and by what it may be one who is here. */
export type WantedUser = {
  id: number
  name: string
  subject: string | undefined
  tokenHash: string | undefined
}
export type WantedRoom = { id: number; name: string }

/** Users here that have what a person of the file wants. */
export type FoundUser = {
  id: number
  /** The user with that name. */
  holder: number | null
  /** The holder came by this import, under the name that it has in the file. */
  isOfImport: boolean
  /** The holder came by this import, and this is the new name that it got. */
  isRenamed: boolean
  /** The name is taken, by the holder or by a ban. */
  isTaken: boolean
  /** The user with that login. */
  sameLogin: number | null
  isTokenTaken: boolean
}

/** An import, and SQL for whether it keeps the ids of its file. */
export type Importing = { id: string; keeps: SQL }

/** SQL for the id here of a user that is already noted; 0 for none. */
const ownId = ({ id, keeps }: Importing): SQL => sql`iif(${keeps}, value ->> 0, ifnull((
  select new_id from import_ids where import_id = ${id} and kind in ('user', 'merged') and old_id = value ->> 0), 0))`

/** Selects those who have the names, logins and tokens of people of the file. */
export const selectFoundUsers = (db: Database, importing: Importing, wanted: WantedUser[], now: number) => {
  const rows = wanted.map(({ id, name, subject, tokenHash }) => [
    id,
    nameKey(name),
    subject ?? null,
    tokenHash ?? null,
  ])
  const ids = JSON.stringify(wanted.map(({ id }) => id))
  // A person of the same request that has another name now gives its own away.
  const isOther = sql`other.id <> own and not (${importing.keeps} and other.id in (select value from json_each(${ids})))`
  const isRenamed = sql`exists (
    select 1 from import_ids where import_id = ${importing.id} and kind = 'user' and name is not null and new_id = holder)`
  return db
    .select({
      id: sql<number>`old`.as('wanted_id'),
      holder: sql<number | null>`holder`.as('holder_id'),
      isOfImport:
        sql<number>`holder is not null and not ${isRenamed} and iif(${importing.keeps}, holder < ifnull((select state ->> 'floor' from imports where imports.id = ${importing.id}), 0), exists (
        select 1 from import_ids where import_id = ${importing.id} and kind = 'user' and new_id = holder))`
          .mapWith(Boolean)
          .as('is_of_import'),
      isRenamed: sql<number>`${isRenamed}`.mapWith(Boolean).as('is_renamed'),
      isTaken: sql<number>`${isNameTaken(sql`wanted_key`, { now, own: { id: sql`own` } })}`
        .mapWith(Boolean)
        .as('is_taken'),
      sameLogin: sql<number | null>`(select id from users where subject = wanted_subject and id <> own)`.as(
        'same_login',
      ),
      isTokenTaken: sql<number>`exists (select 1 from users where token_hash = wanted_hash and id <> own)`
        .mapWith(Boolean)
        .as('is_token_taken'),
    })
    .from(
      sql`(select *, (select other.id from users as other where other.name_key = wanted_key and ${isOther}) as holder from (
        select value ->> 0 as old, value ->> 1 as wanted_key, value ->> 2 as wanted_subject, value ->> 3 as wanted_hash, ${ownId(importing)} as own
        from json_each(${JSON.stringify(rows)})) as wanted)`,
    )
}

/** SQL for whether a room of the import, which is stored when it ends, will have a name. `which` narrows the rooms down. */
const isPending = (importId: string, key: SQL, which = sql`true`): SQL => sql`exists (
  select 1 from import_ids where import_id = ${importId} and kind = 'room' and room ->> 'nameKey' = ${key} and ${which})`

/** Selects the rooms of the file whose names are taken: by rooms here, or as new names by others of the import. */
export const selectTakenRooms = (db: Database, importId: string, wanted: WantedRoom[]) =>
  db
    .select({ id: sql<number>`value ->> 0`.as('taken_id') })
    .from(sql`json_each(${JSON.stringify(wanted.map(({ id, name }) => [id, nameKey(name)]))})`)
    .where(
      sql`exists (select 1 from rooms where name_key = value ->> 1)
        or ${isPending(importId, sql`value ->> 1`, sql`import_ids.name is not null and old_id <> value ->> 0`)}`,
    )

/** Selects the rooms of the import whose names others have taken since. */
export const selectLostRooms = (db: Database, importId: string) =>
  db
    .select({ id: sql<number>`old_id`.as('lost_id'), room: sql<string>`room`.as('lost_room') })
    .from(sql`import_ids`)
    .where(
      sql`import_id = ${importId} and kind = 'room' and room is not null
        and exists (select 1 from rooms where name_key = import_ids.room ->> 'nameKey')`,
    )

/** Somebody who was here before the import, whom a ban of the file would reach by this name or login. */
export type Namesake = { id: number; nameKey: string; subject: string | null }

/** Selects the users here who are not of the import and have one of these names or logins. */
export const selectNamesakes = (
  db: Database,
  { id, keeps }: Importing,
  { nameKeys, subjects }: { nameKeys: string[]; subjects: string[] },
) => {
  const among = (values: string[]) => sql`(select value from json_each(${JSON.stringify(values)}))`
  return db
    .select({ id: users.id, nameKey: users.nameKey, subject: users.subject })
    .from(users)
    .where(
      sql`not ${keeps} and (name_key in ${among(nameKeys)} or subject in ${among(subjects)}) and not exists (
        select 1 from import_ids where import_id = ${id} and kind = 'user' and new_id = users.id)`,
    )
}

const MAX_NAME_CHARACTERS = 64
/** The free name is looked for in so many round trips. */
const MAX_TRIES = 8

/** Returns a name with a number behind it. */
const numbered = (name: string, number: number): string => {
  const end = `-${number}`
  return `${Array.from(name)
    .slice(0, MAX_NAME_CHARACTERS - end.length)
    .join('')
    .trimEnd()}${end}`
}

const selectTaken = (
  db: Database,
  kind: 'user' | 'room',
  keys: string[],
  { importId, now }: { importId: string; now: number },
) =>
  db
    .select({ key: sql<string>`value`.as('taken_key') })
    .from(sql`json_each(${JSON.stringify(keys)})`)
    .where(
      kind === 'user'
        ? isNameTaken(sql`value`, { now })
        : sql`(exists (select 1 from rooms where name_key = value) or ${isPending(importId, sql`value`)})`,
    )

/** Returns a free name for each of these: `name-2`, or the next number that is free. No two get the same, nor one of `reserved`. */
export const findFreeNames = async (
  db: Database,
  kind: 'user' | 'room',
  names: { id: number; name: string }[],
  { reserved, ...rest }: { reserved: Set<string>; importId: string; now: number },
): Promise<Map<number, string>> => {
  const found = new Map<number, string>()
  let waiting = names
  for (let attempt = 0; waiting.length > 0; attempt++) {
    const number = attempt < MAX_TRIES ? attempt + 2 : 1000 + Math.floor(Math.random() * 1e9)
    const tried = waiting.map(({ id, name }) => ({ id, name, candidate: numbered(name, number) }))
    const keys = tried.map(({ candidate }) => nameKey(candidate))
    const { rows } = await batch(db, { rows: selectTaken(db, kind, keys, rest) })
    const taken = new Set([...rows.map(({ key }) => key), ...reserved])
    waiting = []
    for (const [index, { id, name, candidate }] of tried.entries()) {
      const key = keys[index] ?? ''
      if (taken.has(key)) waiting.push({ id, name })
      else found.set(id, candidate)
      taken.add(key)
    }
    for (const name of found.values()) reserved.add(nameKey(name))
  }
  return found
}
