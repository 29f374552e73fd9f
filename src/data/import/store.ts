import { sql } from 'drizzle-orm'
import type { Credential } from '../../auth/actor'
import { Refused } from '../../auth/refusals'
import { adminRefusal, runOnSite } from '../../auth/site-admin'
import type { ImportNames } from '../../contract/import'
import { batch, type Database, isWrongStatement, withoutQuery } from '../../db/client'
import { importIds } from '../../db/schema'
import { oldImport } from '../../sweep/old-imports'
import { Collector } from './collect'
import { newFileIds } from './file-ids.ts'
import { Ids } from './ids'
import { type Numbered, readLine, splitLines } from './lines.ts'
import { type ImportRow, type Looked, lookUp, selectImport } from './look-up'
import type { NameRules } from './names'
import { follow, type Place, start } from './place.ts'
import { type Settled, settleNames } from './settle-names'
import { isEmpty, lastIdOf, lastSiteAudit, type State, stepStatements } from './statements'

/** Lines of a file that an admin sends. */
export type Request = {
  importId: string
  credential: Credential
  text: string
  /** The numbers in the file of its first and its last line. */
  first: number
  last: number
  rules: NameRules
  now: number
}

export type Progress = { lines: number; isFinished: boolean; keepsIds: boolean }

export type Taken =
  | { outcome: 'taken'; progress: Progress }
  /** There is no line to begin an import with. */
  | { outcome: 'no line' }
  /** The request does not go on where the import is. */
  | { outcome: 'too early'; lines: number }
  /** The sweep may have removed a part of what the import has stored. */
  | { outcome: 'too old'; updatedAt: number }
  | { outcome: 'names taken'; names: ImportNames }
  /** The database has a row that must be there once. */
  | { outcome: 'twice'; what: string }
  /** Others wrote at the same time, again and again. */
  | { outcome: 'busy' }

/** A request that finds that others have written meanwhile begins again so often. */
const MAX_TRIES = 4

/** The floor of ids is the time in microseconds. So it is beyond all ids that visitors got in an earlier import. */
const MICROSECONDS = 1000

const readLines = ({ text, first }: Request, after: number): Numbered[] =>
  splitLines(text, first)
    .filter(({ number }) => number > after)
    .map(({ number, text }) => ({ number, line: readLine(number, text) }))

const progressOf = (row: ImportRow): Progress => ({
  lines: row.lines,
  isFinished: row.finishedAt !== null,
  keepsIds: row.keepsIds,
})

/** Gives the held messages of a request times and ids that no other one here has. */
const settleHeld = (collector: Collector, { held }: Looked): void => {
  const ids = new Map(held.map(({ id, roomId }) => [id, roomId]))
  const times = new Map(held.map(({ createdAt, id }) => [createdAt, id]))
  for (const row of collector.changes.rows.held) {
    if (ids.has(row.id) && ids.get(row.id) !== row.roomId) row.id = crypto.randomUUID()
    while (times.has(row.createdAt) && times.get(row.createdAt) !== row.id) row.createdAt++
    times.set(row.createdAt, row.id)
  }
}

/** Returns the ids of the files that lines name. */
const filesIn = (lines: Numbered[]): string[] =>
  lines.flatMap(({ line }) =>
    line.type === 'message' || line.type === 'held' ? (line.files ?? []).map(({ id }) => id) : [],
  )

type Prepared = { collector: Collector; ids: Ids; state: State; settled: Settled }

/** Makes rows of the lines that are not stored yet. Throws a `LineError` for the first one that can't follow. */
const prepare = async (
  db: Database,
  request: Request,
  lines: Numbered[],
  looked: Looked,
): Promise<Prepared> => {
  const { rules, now } = request
  const { row, keeps, known, ends } = looked
  const before: State | undefined = row && JSON.parse(row.state)
  const place: Place = structuredClone(before?.place ?? start)
  const floor = before?.floor ?? now * MICROSECONDS
  const ids = new Ids(known, {
    keeps,
    floor,
    last: keeps ? (before?.last ?? { users: 0, rooms: 0 }) : looked,
  })
  const again = new Set<number>()
  for (const numbered of lines) {
    if (follow(place, numbered, (roomId) => ends.get(roomId))) again.add(numbered.number)
    if (place.room) ends.set(place.room.id, place.room.last)
  }
  const settled = await settleNames({ db, importId: request.importId, ids, rules, now }, lines, looked.names)
  for (const { id, row } of looked.names.lost) {
    const name = ids.known.roomNames.get(id)
    if (name !== undefined) ids.renameRoom(id, row, name)
  }
  const fileIds = keeps ? undefined : await newFileIds(request.importId, filesIn(lines))
  const collector = new Collector(ids, settled.fates, looked, (id) => fileIds?.get(id) ?? id)
  for (const numbered of lines) collector.add(numbered, again.has(numbered.number))
  if (!keeps) settleHeld(collector, looked)
  return { collector, ids, settled, state: { place, last: ids.last, floor, claim: crypto.randomUUID() } }
}

/** Returns the words for what is there twice, if that is why a batch failed. */
const twiceIn = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !isWrongStatement(error)) return undefined
  return /UNIQUE constraint failed: (\w+)\./.exec(withoutQuery(error).message)?.[1]
}

const takeOnce = async (db: Database, request: Request): Promise<Taken | undefined> => {
  const { importId, credential, first, last, now } = request
  const lines = readLines(request, 0)
  const looked = await lookUp(db, request, lines)
  if (looked.refusal) throw new Refused(looked.refusal)
  const { row } = looked
  const stored = row?.lines ?? 0
  if (row && row.finishedAt === null && row.updatedAt < oldImport(now))
    return { outcome: 'too old', updatedAt: row.updatedAt }
  if (row && (row.finishedAt !== null || last <= stored))
    return { outcome: 'taken', progress: progressOf(row) }
  if (!row && first === 1 && lines.length === 0) return { outcome: 'no line' }
  if (first > stored + 1) return { outcome: 'too early', lines: stored }
  const waiting = lines.filter(({ number }) => number > stored)
  const { collector, ids, state, settled } = await prepare(db, request, waiting, looked)
  if (settled.names.clashes.length > 0) return { outcome: 'names taken', names: settled.names }
  const { changes } = collector
  const guards = [
    sql`${adminRefusal(credential)} is null`,
    ...(ids.keeps && !row ? [isEmpty] : []),
    ...(ids.hasGiven
      ? [sql`${lastIdOf('users')} = ${looked.users} and ${lastIdOf('rooms')} = ${looked.rooms}`]
      : []),
    ...(collector.lastAudit > looked.lastAudit ? [sql`${lastSiteAudit} = ${looked.lastAudit}`] : []),
  ]
  const guard = sql.join(guards, sql` and `)
  const step = {
    importId,
    from: stored,
    upTo: last,
    state,
    now,
    ids,
    guard,
    changes,
    replaced: settled.replaced,
  }
  try {
    const { done } = await batch(db, stepStatements(db, step))
    if (!done[0]?.isDone) return undefined
  } catch (error) {
    const what = twiceIn(error)
    if (what === undefined) throw error
    return { outcome: 'twice', what }
  }
  return { outcome: 'taken', progress: { lines: last, isFinished: changes.isEnd, keepsIds: ids.keeps } }
}

/**
 * Stores the lines of a request, unless they are stored already. If it fails, nothing of them is stored. Throws a `LineError` for the
 * first line that is wrong.
 */
export const takeLines = async (db: Database, request: Request): Promise<Taken> => {
  let taken: Taken | undefined
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    taken = await takeOnce(db, request)
    // Others may have taken a name since it was looked up. The next try finds that.
    const isNamed = taken?.outcome === 'twice' && ['users', 'rooms'].includes(taken.what)
    if (taken && !isNamed) return taken
  }
  return taken ?? { outcome: 'busy' }
}

/** Returns what would become of the names of the lines of a request, and stores nothing. Each line is checked by itself. */
export const checkLines = async (
  db: Database,
  request: Request,
): Promise<{ progress: Progress; names: ImportNames }> => {
  const lines = readLines(request, 0)
  const looked = await lookUp(db, request, lines)
  if (looked.refusal) throw new Refused(looked.refusal)
  const { row, keeps, known } = looked
  const ids = new Ids(known, { keeps, floor: Number.POSITIVE_INFINITY, last: looked })
  const { names } = await settleNames(
    { db, importId: request.importId, ids, rules: request.rules, now: request.now },
    lines,
    looked.names,
  )
  return { progress: row ? progressOf(row) : { lines: 0, isFinished: false, keepsIds: keeps }, names }
}

/** The most names that are returned. */
const MAX_NAMES = 1000

/** Returns how far an import is, and the names that it has changed; undefined if it has not begun. Without an id, that of the latest one that is not finished. */
export const findImport = async (
  db: Database,
  credential: Credential,
  importId: string | undefined,
): Promise<{ id: string; progress: Progress; names: ImportNames } | undefined> => {
  const { found, changed } = await runOnSite(db, credential, 'administer', {
    found: selectImport(db, importId),
    changed: db
      .select({
        kind: importIds.kind,
        id: importIds.oldId,
        name: importIds.name,
        own: sql<string | null>`(select users.name from users where users.id = new_id)`.as('own_name'),
      })
      .from(importIds)
      .where(
        sql`import_id = ${importId ?? null} and (kind = 'merged' or kind in ('user', 'room') and import_ids.name is not null)`,
      )
      .limit(MAX_NAMES),
  })
  const [row] = found
  if (!row) return undefined
  const names: ImportNames = { clashes: [], renamed: [], merged: [] }
  for (const { kind, id, name, own } of changed) {
    if (kind === 'merged') names.merged.push(own ?? '')
    else if (name !== null) names.renamed.push({ kind: kind === 'room' ? 'chatroom' : 'user', id, name })
  }
  return { id: row.id, progress: progressOf(row), names }
}
