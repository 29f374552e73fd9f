import type { importIds } from '../../db/schema'
import { nameKey } from '../../lib/name-key'
import { LineError } from './lines.ts'
import type { RoomRow } from './rows'

/** The ids of people and rooms here that an import has noted, by their ids in the file. */
export type KnownIds = {
  users: Map<number, number>
  /** The people of the file who were here already, by their ids in the file. */
  merged: Set<number>
  rooms: Map<number, number>
  /** The new names of people and rooms, by their ids in the file. */
  userNames: Map<number, string>
  roomNames: Map<number, string>
}

/** A row of `import_ids`. */
export type NewId = typeof importIds.$inferInsert extends infer Row ? Omit<Row, 'importId'> : never

/**
 * Gives each id of a file the id that it gets here. In an instance that was empty it is the same. Otherwise it is the next free one, also for
 * a user who is in no line of the file because it was deleted: else its messages would come to be somebody else's.
 */
export class Ids {
  readonly known: KnownIds
  readonly keeps: boolean
  /** Ids from here on are for people and rooms that come while the import goes on, if it keeps the ids of its file. */
  readonly floor: number
  /** The largest ids so far. */
  readonly last: { users: number; rooms: number }
  readonly added: NewId[] = []
  readonly #before: { users: number; rooms: number }

  constructor(
    known: KnownIds,
    { keeps, floor, last }: { keeps: boolean; floor: number; last: { users: number; rooms: number } },
  ) {
    this.known = known
    this.keeps = keeps
    this.floor = floor
    this.last = { ...last }
    this.#before = last
  }

  /** It has given ids that nobody had. */
  get hasGiven(): boolean {
    return !this.keeps && (this.last.users > this.#before.users || this.last.rooms > this.#before.rooms)
  }

  /** Returns the id of a user. 0 is nobody. */
  user(id: number, line: number): number {
    if (id === 0 || this.keeps) {
      this.last.users = Math.max(this.last.users, this.#checked(id, line))
      return id
    }
    const known = this.known.users.get(id)
    if (known !== undefined) return known
    return this.#note('user', id, ++this.last.users)
  }

  /** Notes that a user of the file is a user of this instance. */
  merge(id: number, own: number): void {
    this.known.merged.add(id)
    this.#note('merged', id, own)
  }

  isMerged(id: number): boolean {
    return this.known.merged.has(id)
  }

  /** Gives a user another name. */
  rename(id: number, line: number, name: string): void {
    this.known.userNames.set(id, name)
    this.added.push({ kind: 'user', oldId: id, newId: this.user(id, line), name })
  }

  /** Keeps the row of a room for the end of the import. */
  keepRoom(oldId: number, row: RoomRow): void {
    const name = this.known.roomNames.get(oldId) ?? null
    this.added.push({ kind: 'room', oldId, newId: row.id, name, room: JSON.stringify(row) })
  }

  /** Gives a room that is kept for the end another name. */
  renameRoom(oldId: number, row: RoomRow, name: string): void {
    this.keepRoom(oldId, { ...row, name, nameKey: nameKey(name) })
  }

  /** Keeps an erasure for the end of the import: before that it would miss messages. */
  keepErasure(userId: number, startedAt: number): void {
    this.added.push({ kind: 'erasure', oldId: userId, newId: startedAt })
  }

  room(id: number, line: number): number {
    const known = this.known.rooms.get(id)
    if (known !== undefined) return known
    const newId = this.keeps ? this.#checked(id, line) : ++this.last.rooms
    this.last.rooms = Math.max(this.last.rooms, newId)
    this.known.rooms.set(id, newId)
    return newId
  }

  #checked(id: number, line: number): number {
    if (id < this.floor) return id
    throw new LineError(line, `the id ${id} must be less than ${this.floor}`)
  }

  #note(kind: 'user' | 'merged', oldId: number, newId: number): number {
    this.known.users.set(oldId, newId)
    this.added.push({ kind, oldId, newId })
    return newId
  }
}
