import type { DataLine } from '../../contract/data-lines'
import { SITE } from '../../db/fragments'
import { nameKey } from '../../lib/name-key'
import { type FileOf, fileRows } from './file-rows'
import type { Ids } from './ids'
import type { Numbered } from './lines.ts'
import type { Namesake } from './names'
import {
  auditRow,
  changeRow,
  formerUserRow,
  hashOfNoToken,
  heldRow,
  hookRow,
  type MessageRow,
  memberRow,
  mentionRows,
  messageRow,
  noRows,
  type Rows,
  reportRow,
  roomRow,
  sanctionRow,
  siteRow,
  userRow,
} from './rows'

type Entry = { roomId: number; seq: number }
/** Rows that are gone, by their ids in the file. Members of `roomId` are named by the ids of their users. */
export type Absent = { of: 'user' | 'room' | 'member'; roomId: number; from: number; upTo: number }

/** All that the lines of a request change. */
export type Changes = {
  rows: Rows
  /** Entries whose lines are repeated. Their rows are removed before they are stored again. */
  repeated: Entry[]
  /** The starts of logs that are removed: all before `seq`. */
  starts: Entry[]
  /** Reactions of a message that an earlier request has stored. */
  carried: (Entry & { reactions: string[] }) | undefined
  absent: Absent[]
  isEnd: boolean
  /** The largest ids that were ever given out, as the last line says. */
  ever: { users: number; rooms: number }
}

/** Decisions about a user of the file. */
export type UserFate = {
  /** The login stays with a user here. */
  losesLogin: boolean
  losesToken: boolean
}

/** Makes rows of the lines of a request, which are in order and whose names are settled. */
export class Collector {
  readonly #ids: Ids
  readonly #fates: Map<number, UserFate>
  /** The last number of the audit log of the site, where the file's entries come behind it. */
  #lastAudit: number
  readonly #namesakes: Namesake[]
  readonly #fileOf: FileOf
  readonly changes: Changes = {
    rows: noRows(),
    repeated: [],
    starts: [],
    carried: undefined,
    absent: [],
    isEnd: false,
    ever: { users: 0, rooms: 0 },
  }
  /** The last message of this request, and who gave it each emoji. */
  #message: { row: MessageRow; given: Map<string, Set<number>> } | undefined

  readonly #users = { ids: new Set<number>(), keys: new Set<string>() }
  /** The numbers of the entries of this request. */
  readonly #seqs = new Set<number>()

  constructor(
    ids: Ids,
    fates: Map<number, UserFate>,
    { lastAudit, namesakes }: { lastAudit: number; namesakes: Namesake[] },
    fileOf: FileOf,
  ) {
    this.#ids = ids
    this.#fates = fates
    this.#lastAudit = lastAudit
    this.#namesakes = namesakes
    this.#fileOf = fileOf
  }

  get lastAudit(): number {
    return this.#lastAudit
  }

  /** Takes a line. `isAgain`: an earlier line has its entry of the log. */
  add({ number, line }: Numbered, isAgain: boolean): void {
    const { rows } = this.changes
    const ids = this.#ids
    const userOf = (id: number) => ids.user(id, number)
    const roomOf = (id: number) => ids.room(id, number)
    const fileOf = this.#fileOf
    switch (line.type) {
      case 'parlour':
      case 'mention':
        return
      case 'site':
        // An instance in use keeps its settings.
        if (ids.keeps) rows.siteSettings.push(siteRow(line))
        return
      case 'user':
        this.#addUser(number, line)
        return
      case 'formerUser':
        rows.formerUsers.push(formerUserRow(line, userOf(line.id)))
        return
      case 'erasure':
        ids.keepErasure(userOf(line.user), Date.parse(line.startedAt))
        return
      case 'room':
        this.#addRoom(number, line)
        return
      case 'message': {
        const row = messageRow(line, roomOf(line.room), { userOf, fileOf, keeps: ids.keeps })
        if (isAgain) this.#repeat(row)
        this.#seqs.add(row.seq)
        rows.messages.push(row)
        rows.mentions.push(...mentionRows(row))
        rows.files.push(...fileRows(line, row, fileOf))
        this.#message = { row, given: new Map() }
        return
      }
      case 'reaction':
        this.#addReaction(line, roomOf(line.room), userOf)
        return
      case 'change': {
        const row = changeRow(line, roomOf(line.room), userOf)
        if (isAgain) this.#repeat(row)
        this.#seqs.add(row.seq)
        rows.changes.push(row)
        return
      }
      case 'member':
        rows.members.push(memberRow(line, roomOf(line.room), userOf))
        return
      case 'held': {
        // A message that was refused may be of a room that was deleted.
        if (!ids.keeps && !ids.known.rooms.has(line.room)) return
        const row = heldRow(line, roomOf(line.room), { userOf, fileOf })
        rows.held.push(row)
        rows.files.push(...fileRows(line, row, fileOf))
        return
      }
      case 'hook':
        if (ids.keeps) rows.hooks.push(hookRow(line, roomOf(line.room)))
        return
      case 'sanction':
        // A person who was here before keeps its bans from the site, or none.
        if (line.room === undefined && ids.isMerged(line.user)) return
        rows.sanctions.push(
          this.#spareNamesakes(
            sanctionRow(line, line.room === undefined ? undefined : roomOf(line.room), userOf),
            ids.known.userNames.get(line.user),
          ),
        )
        return
      case 'report':
        rows.reports.push(reportRow(line, roomOf(line.room), userOf))
        return
      case 'audit': {
        const row = auditRow(line, line.room === undefined ? undefined : roomOf(line.room), userOf)
        const isBehind = line.room === undefined && !ids.keeps
        rows.audit.push(isBehind ? { ...row, number: ++this.#lastAudit } : row)
        return
      }
      case 'blockedFile':
        rows.blockedFiles.push({ hash: line.hash, name: line.name, createdAt: Date.parse(line.createdAt) })
        return
      case 'absent': {
        const roomId = line.room === undefined ? 0 : roomOf(line.room)
        this.changes.absent.push({ of: line.of, roomId, from: line.from, upTo: line.upTo })
        return
      }
      case 'end':
        this.changes.isEnd = true
        this.changes.ever = {
          users: userOf(ids.keeps ? (line.users ?? 0) : 0),
          rooms: ids.keeps ? (line.rooms ?? 0) : 0,
        }
        return
      default:
        line satisfies never
    }
  }

  /** Takes from a ban or mute the name and login that somebody else has here. `newName`: the name that its user got. */
  #spareNamesakes(row: Rows['sanctions'][number], newName: string | undefined): Rows['sanctions'][number] {
    const others = this.#namesakes.filter(({ id }) => id !== row.userId)
    const isOthers = (key: string | null) => others.some(({ nameKey }) => nameKey === key)
    const isOthersLogin = row.roomId === SITE && others.some(({ subject }) => subject === row.subject)
    return {
      ...row,
      ...(isOthers(row.nameKey) && { nameKey: nameKey(newName ?? ''), name: newName ?? row.name }),
      ...(isOthers(row.lastNameKey) && { lastNameKey: null }),
      ...(row.subject !== null && isOthersLogin && { subject: null }),
    }
  }

  #addUser(number: number, line: Extract<DataLine, { type: 'user' }>): void {
    const ids = this.#ids
    if (ids.isMerged(line.id)) return
    const { rows } = this.changes
    const row = userRow(line, {
      id: ids.user(line.id, number),
      keeps: ids.keeps,
      name: ids.known.userNames.get(line.id) ?? line.name,
    })
    const fate = this.#fates.get(line.id)
    if (fate?.losesLogin) row.subject = null
    if (fate?.losesToken) row.tokenHash = hashOfNoToken()
    // A later line replaces those of the same id or name.
    if (this.#users.ids.has(row.id) || this.#users.keys.has(row.nameKey))
      rows.users = rows.users.filter(({ id, nameKey }) => id !== row.id && nameKey !== row.nameKey)
    this.#users.ids.add(row.id)
    this.#users.keys.add(row.nameKey)
    rows.users.push(row)
  }

  #addRoom(number: number, line: Extract<DataLine, { type: 'room' }>): void {
    const ids = this.#ids
    const isKnown = ids.known.rooms.has(line.id)
    const ownerId = line.owner === undefined ? null : ids.user(line.owner, number)
    const name = ids.known.roomNames.get(line.id) ?? line.name
    const row = roomRow({ ...line, name }, ids.room(line.id, number), ownerId)
    ids.keepRoom(line.id, row)
    if (!isKnown || row.firstSeq === 1) return
    const first = row.firstSeq
    this.changes.starts.push({ roomId: row.id, seq: first })
    this.#drop((other) => other.roomId === row.id && other.seq < first)
  }

  #addReaction(
    line: Extract<DataLine, { type: 'reaction' }>,
    roomId: number,
    userOf: (id: number) => number,
  ): void {
    const { rows } = this.changes
    const { reaction, message: target } = line
    const users = line.users.map((id) => userOf(id))
    rows.reactions.push(...users.map((userId) => ({ roomId, target, reaction, userId })))
    if (this.#message?.row.seq === target && this.#message.row.roomId === roomId) {
      const { row, given } = this.#message
      const all = given.get(reaction) ?? new Set()
      for (const userId of users) all.add(userId)
      given.set(reaction, all)
      row.reactions = Object.fromEntries([...given].map(([emoji, { size }]) => [emoji, size]))
      return
    }
    const before = this.changes.carried?.reactions ?? []
    this.changes.carried = { roomId, seq: target, reactions: [...new Set([...before, reaction])] }
  }

  /** Makes room for an entry that an earlier line has. */
  #repeat({ roomId, seq }: Entry): void {
    this.changes.repeated.push({ roomId, seq })
    if (this.#seqs.has(seq)) this.#drop((other) => other.roomId === roomId && other.seq === seq)
    if (this.changes.carried?.roomId === roomId && this.changes.carried.seq === seq)
      this.changes.carried = undefined
  }

  /** Takes back entries of this request. */
  #drop(isDropped: (entry: Entry) => boolean): void {
    const { rows } = this.changes
    rows.messages = rows.messages.filter((row) => !isDropped(row))
    rows.changes = rows.changes.filter((row) => !isDropped(row))
    rows.mentions = rows.mentions.filter((row) => !isDropped(row))
    rows.files = rows.files.filter(({ roomId, seq }) => seq === null || !isDropped({ roomId, seq }))
    rows.reactions = rows.reactions.filter(({ roomId, target }) => !isDropped({ roomId, seq: target }))
  }
}
