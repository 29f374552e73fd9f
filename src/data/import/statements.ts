import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Database, Statements } from '../../db/client'
import { lastSeqOf, renewVersion } from '../../db/fragments'
import { rawStatement } from '../../db/raw-statement'
import { deletedRooms, erasures, importIds, imports, members, messages, rooms, users } from '../../db/schema'
import { FIRST_STEP } from '../../sweep/erasure'
import { oldImport } from '../../sweep/old-imports'
import type { Absent, Changes } from './collect'
import type { Ids } from './ids'
import { insertRows } from './insert-rows'
import type { Place } from './place.ts'
import { removeOld } from './remove-old'
import type { Rows } from './rows'

/** The state of an import between two requests, as `imports.state` has it. */
export type State = {
  place: Place
  /** The largest ids that the lines have named so far. */
  last: { users: number; rooms: number }
  /** See `Ids`. */
  floor: number
  /** Random: tells the request that has moved the import on from another one that is the same. */
  claim: string
}

/** SQL for the largest id that a table has given out. */
export const lastIdOf = (table: 'users' | 'rooms'): SQL<number> =>
  sql`ifnull((select seq from sqlite_sequence where name = ${sql.raw(`'${table}'`)}), 0)`

/** SQL for the last number of the audit log of the site. */
export const lastSiteAudit: SQL<number> = sql`ifnull((select max(number) from audit where room_id = 0), 0)`

/** SQL for whether nobody has ever used the instance. */
export const isEmpty: SQL<number> = sql`(${lastIdOf('users')} = 0 and ${lastIdOf('rooms')} = 0 and ${lastSiteAudit} = 0)`

export type Step = {
  importId: string
  /** The lines that are stored before and after it. */
  from: number
  upTo: number
  state: State
  now: number
  ids: Ids
  /** SQL that must still hold. */
  guard: SQL
  changes: Changes
  /** Users whose names a later line of the import has. */
  replaced: number[]
}

/** Moves the import on, unless another request has done so. The statements after it store nothing then. */
const claim = (db: Database, { importId, from, upTo, state, now, ids, guard, changes }: Step) => {
  const set = {
    lines: upTo,
    state: JSON.stringify(state),
    updatedAt: now,
    finishedAt: changes.isEnd ? now : null,
  }
  const known = sql`select 1 from imports where id = ${importId}`
  return from > 0
    ? db
        .update(imports)
        .set(set)
        .where(sql`id = ${importId} and lines = ${from} and finished_at is null
          and updated_at >= ${oldImport(now)} and ${guard}`)
    : db
        .insert(imports)
        .select(
          sql`select ${importId}, ${set.lines}, ${ids.keeps}, ${set.state}, ${set.updatedAt}, ${set.finishedAt} where not exists (${known}) and ${guard}`,
        )
}

/** Sets the number from which a table gives out ids. */
const setLastId = (
  db: Database,
  table: 'users' | 'rooms',
  value: SQL | number,
  isClaimed: SQL,
): Statements => {
  const name = sql.raw(`'${table}'`)
  return {
    [`${table}Begin`]: rawStatement(
      db,
      sql`insert into sqlite_sequence (name, seq) select ${name}, 0 where ${isClaimed} and not exists (select 1 from sqlite_sequence where name = ${name})`,
    ),
    [`${table}Sequence`]: rawStatement(
      db,
      sql`update sqlite_sequence set seq = ${value} where name = ${name} and ${isClaimed}`,
    ),
  }
}

const insertIds = (db: Database, { importId, ids }: Step, isClaimed: SQL) => {
  const json = JSON.stringify(
    ids.added.map(({ kind, oldId, newId, name, room }) => [kind, oldId, newId, name ?? null, room ?? null]),
  )
  return db
    .insert(importIds)
    .select(
      sql`select ${importId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
        from json_each(iif(${isClaimed}, ${json}, '[]')) where true`,
    )
    .onConflictDoUpdate({
      target: [importIds.importId, importIds.kind, importIds.oldId],
      set: {
        newId: sql`excluded.new_id`,
        name: sql`ifnull(excluded.name, import_ids.name)`,
        room: sql`excluded.room`,
      },
    })
}

/** Counts the reactions of a message that an earlier request has stored. The emoji that it has keep their order. */
const countCarried = (db: Database, { changes: { carried } }: Step, isClaimed: SQL) => {
  if (!carried) return undefined
  const { roomId, seq, reactions: emoji } = carried
  const count = sql`(select count(*) from reactions where room_id = ${roomId} and target = ${seq} and reaction = emoji)`
  return db
    .update(messages)
    .set({
      reactions: sql`(select json_group_object(emoji, ${count}) from (
        select key as emoji from json_each(ifnull(messages.reactions, '{}'))
        union all select value from json_each(${JSON.stringify(emoji)})
          where value not in (select key from json_each(ifnull(messages.reactions, '{}')))))`,
    })
    .where(sql`room_id = ${roomId} and seq = ${seq} and ${isClaimed}`)
}

const removeAbsent = (
  db: Database,
  { importId, ids, now }: Step,
  { of, roomId, from, upTo }: Absent,
  isClaimed: SQL,
) => {
  const isNamed = sql`import_id = ${importId} and old_id between ${from} and ${upTo}`
  /** The users with these ids in the file. `kinds`: those that count of an import that gives new ids. */
  const chosen = (id: SQL, kinds: SQL): SQL =>
    ids.keeps
      ? sql`${id} between ${from} and ${Math.min(upTo, ids.floor - 1)}`
      : sql`${id} in (select new_id from import_ids where ${isNamed} and kind in (${kinds}))`
  const ownUsers = chosen(sql`id`, sql`'user'`)
  const among = sql`${isClaimed} and ${isNamed} and kind = 'room'`
  switch (of) {
    case 'member':
      return {
        gone: db
          .delete(members)
          .where(
            sql`room_id = ${roomId} and ${chosen(sql`user_id`, sql`'user', 'merged'`)} and ${isClaimed}`,
          ),
      }
    case 'user':
      return {
        memberships: db
          .delete(members)
          .where(sql`user_id in (select id from users where ${ownUsers}) and ${isClaimed}`),
        gone: db.delete(users).where(sql`${ownUsers} and ${isClaimed}`),
      }
    case 'room':
      return {
        left: db.insert(deletedRooms).select(sql`select new_id, null, ${now} from import_ids where ${among}`),
        gone: db.delete(importIds).where(among),
      }
  }
}

/** Stores the rooms of the import. Of two with the same name, the earlier one was deleted while its export went on. */
const storeRooms = (db: Database, importId: string, now: number, isClaimed: SQL): Statements => {
  const pending = sql`import_id = ${importId} and kind = 'room' and room is not null`
  const newest = sql`select old_id from (select old_id, row_number() over (partition by room ->> 'nameKey' order by old_id desc) as place
    from import_ids where ${pending}) where place = 1`
  const counted: Record<string, SQL> = {
    memberOffset: sql`(select count(*) - ifnull(max(ordinal), 0) from members where room_id = new_id)`,
    emptyNumbers: sql`${lastSeqOf(sql`new_id`)} - (select count(*) from messages where room_id = new_id and text is not null)`,
  }
  const values = Object.keys(getTableColumns(rooms)).map(
    (key) => counted[key] ?? sql`room ->> ${sql.raw(`'${key}'`)}`,
  )
  return {
    namesakes: db
      .insert(deletedRooms)
      .select(
        sql`select new_id, null, ${now} from import_ids where ${pending} and old_id not in (${newest}) and ${isClaimed}`,
      ),
    rooms: db
      .insert(rooms)
      .select(
        sql`select ${sql.join(values, sql`, `)} from import_ids where ${pending} and old_id in (${newest}) and ${isClaimed} order by new_id`,
      ),
    kept: db.update(importIds).set({ room: null }).where(sql`${pending} and ${isClaimed}`),
    erasures: db
      .insert(erasures)
      .select(
        sql`select old_id, ${FIRST_STEP}, '[]', new_id from import_ids where import_id = ${importId} and kind = 'erasure' and ${isClaimed}`,
      )
      .onConflictDoNothing(),
  }
}

/**
 * Visitors get ids beyond those of the file while an import into an empty instance goes on. At its end, ids go on as in the file, unless
 * a visitor has come: a lower id would be given out twice once the visitor is deleted.
 */
const setLastIds = (
  db: Database,
  { from, state: { last }, ids, changes }: Step,
  isClaimed: SQL,
): Statements => {
  if (!ids.keeps) {
    if (!ids.hasGiven) return {}
    return {
      ...setLastId(db, 'users', sql`max(seq, ${ids.last.users})`, isClaimed),
      ...setLastId(db, 'rooms', sql`max(seq, ${ids.last.rooms})`, isClaimed),
    }
  }
  if (changes.isEnd) {
    const end = (table: 'users' | 'rooms') =>
      sql`iif(seq > ${ids.floor}, seq, ${Math.max(last[table], changes.ever[table])})`
    return {
      ...setLastId(db, 'users', end('users'), isClaimed),
      ...setLastId(db, 'rooms', end('rooms'), isClaimed),
    }
  }
  return from > 0
    ? {}
    : { ...setLastId(db, 'users', ids.floor, isClaimed), ...setLastId(db, 'rooms', ids.floor, isClaimed) }
}

/** Returns the statements that store the lines of a request. They store nothing if another request has stored lines meanwhile. */
export const stepStatements = (db: Database, step: Step) => {
  const { importId, state, ids, changes, replaced, now } = step
  const isClaimed = sql`(select state ->> 'claim' from imports where id = ${importId}) = ${state.claim}`
  const inserted = Object.entries(changes.rows)
    .filter(([, rows]) => rows.length > 0)
    .map(([name, rows]) => [name, insertRows(db, name as keyof Rows, rows as never, isClaimed)])
  const isNamed = changes.rows.users.length > 0 || changes.absent.length > 0 || changes.isEnd
  return {
    claim: claim(db, step),
    ids: ids.added.length > 0 ? insertIds(db, step, isClaimed) : undefined,
    // Pages show names, and no entry tells of them: docs/decisions/0019.
    version: isNamed ? renewVersion(db, isClaimed) : undefined,
    replaced:
      replaced.length > 0
        ? db
            .delete(users)
            .where(sql`id in (select value from json_each(${JSON.stringify(replaced)})) and ${isClaimed}`)
        : undefined,
    ...removeOld(db, changes, isClaimed),
    ...Object.fromEntries(inserted),
    carried: countCarried(db, step, isClaimed),
    ...Object.fromEntries(
      changes.absent.flatMap((absent, index) =>
        Object.entries(removeAbsent(db, step, absent, isClaimed)).map(([name, statement]) => [
          `${name}${index}`,
          statement,
        ]),
      ),
    ),
    ...(changes.isEnd && storeRooms(db, importId, now, isClaimed)),
    ...setLastIds(db, step, isClaimed),
    done: db
      .select({ isDone: sql<number>`${isClaimed}`.mapWith(Boolean).as('is_done') })
      .from(sql`(select 1)`),
  }
}
