import type { DataLine } from '../../contract/data-lines'
import type { ImportNames } from '../../contract/import'
import type { Database } from '../../db/client'
import { nameKey } from '../../lib/name-key'
import type { UserFate } from './collect'
import type { Ids } from './ids'
import { LineError, type Numbered } from './lines.ts'
import { type FoundUser, findFreeNames, type NameRules } from './names'

type UserLine = Numbered<Extract<DataLine, { type: 'user' }>>
type RoomLine = Numbered<Extract<DataLine, { type: 'room' }>>

type Given = {
  db: Database
  importId: string
  ids: Ids
  rules: NameRules
  now: number
}

/** The decisions about names: those that are taken, and what becomes of each person. */
export type Settled = {
  names: ImportNames
  fates: Map<number, UserFate>
  /** Users of this import whose names a later line has. */
  replaced: number[]
}

/** Returns the last line of each id. */
const lastLines = <Line extends { number: number; line: { id: number } }>(lines: Line[]): Line[] => [
  ...new Map(lines.map((numbered) => [numbered.line.id, numbered])).values(),
]

/** Throws if two people of a request have the same login or token. */
const checkUnique = (lines: UserLine[]): void => {
  for (const field of ['subject', 'tokenHash'] as const) {
    const seen = new Map<string, number>()
    for (const { number, line } of lines) {
      const value = line[field]
      const other = value === undefined ? undefined : seen.get(value)
      if (other !== undefined) throw new LineError(number, `the user ${other} has the same ${field}`)
      if (value !== undefined) seen.set(value, line.id)
    }
  }
}

/** Decides about the people of a request. */
const settleUsers = async (
  { db, importId, ids, rules, now }: Given,
  lines: UserLine[],
  found: FoundUser[],
  { names, fates, replaced }: Settled,
): Promise<void> => {
  checkUnique(lines)
  const byId = new Map(found.map((row) => [row.id, row]))
  const renamed: UserLine[] = []
  for (const numbered of lines) {
    const { number, line } = numbered
    const there = byId.get(line.id)
    if (ids.isMerged(line.id) || !there) continue
    const { sameLogin, isTokenTaken, holder, isOfImport, isRenamed } = there
    if (ids.keeps && (sameLogin !== null || isTokenTaken))
      throw new LineError(number, `another user has the same ${isTokenTaken ? 'tokenHash' : 'subject'}`)
    // In an instance that was empty, a ban can only be one of the file.
    const isTaken = ids.keeps ? holder !== null : there.isTaken
    const same = sameLogin ?? (isOfImport || isRenamed ? null : holder)
    if (isOfImport && holder !== null && !ids.known.userNames.has(line.id)) replaced.push(holder)
    if (rules.mergeUsers && same !== null && !ids.keeps) {
      ids.merge(line.id, same)
      names.merged.push(line.name)
      continue
    }
    fates.set(line.id, { losesLogin: sameLogin !== null, losesToken: isTokenTaken })
    const isClash = sameLogin !== null || (isTaken && !isOfImport)
    if (!isClash || ids.known.userNames.has(line.id)) continue
    if (rules.rename) renamed.push(numbered)
    else names.clashes.push({ line: number, kind: 'user', name: line.name })
  }
  const reserved = new Set(lines.map(({ line }) => nameKey(line.name)))
  const taken = renamed.filter(({ line }) => byId.get(line.id)?.isTaken)
  const free = await findFreeNames(
    db,
    'user',
    taken.map(({ line }) => line),
    { reserved, importId, now },
  )
  for (const { number, line } of taken) {
    const name = free.get(line.id) ?? line.name
    ids.rename(line.id, number, name)
    names.renamed.push({ kind: 'user', id: line.id, name })
  }
}

/** Gives rooms another name, or notes that theirs is taken. */
const settleRooms = async (
  { db, importId, ids, rules, now }: Given,
  taken: { id: number; name: string; number: number }[],
  { names, reserved }: { names: ImportNames; reserved: Set<string> },
): Promise<void> => {
  if (!rules.rename) {
    for (const { number, name } of taken) names.clashes.push({ line: number, kind: 'chatroom', name })
    return
  }
  const free = await findFreeNames(db, 'room', taken, { reserved, importId, now })
  for (const { id, name: old } of taken) {
    const name = free.get(id) ?? old
    ids.known.roomNames.set(id, name)
    names.renamed.push({ kind: 'chatroom', id, name })
  }
}

/** The users and rooms that were found by the names of a request. `lost`: rooms of earlier requests whose names others have by now. */
export type FoundNames = {
  users: FoundUser[]
  rooms: { id: number }[]
  lost: { id: number; name: string; number: number }[]
}

/** Decides about the names of a request's people and rooms. */
export const settleNames = async (given: Given, lines: Numbered[], found: FoundNames): Promise<Settled> => {
  const settled: Settled = {
    names: { clashes: [], renamed: [], merged: [] },
    fates: new Map(),
    replaced: [],
  }
  const users = lastLines(lines.filter((numbered): numbered is UserLine => numbered.line.type === 'user'))
  const rooms = lastLines(lines.filter((numbered): numbered is RoomLine => numbered.line.type === 'room'))
  await settleUsers(given, users, found.users, settled)
  const taken = new Set(found.rooms.map(({ id }) => id))
  const clashing = rooms
    .filter(({ line }) => taken.has(line.id) && !given.ids.known.roomNames.has(line.id))
    .map(({ number, line: { id, name } }) => ({ id, name, number }))
  const own = new Set(rooms.map(({ line }) => line.id))
  await settleRooms(given, [...clashing, ...found.lost.filter(({ id }) => !own.has(id))], {
    names: settled.names,
    reserved: new Set(rooms.map(({ line }) => nameKey(line.name))),
  })
  return settled
}
