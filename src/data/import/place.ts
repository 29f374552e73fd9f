import type { DataLine } from '../../contract/data-lines.ts'
import { LineError, type Numbered, SEQ_LIMIT } from './lines.ts'

// The order of the lines of a file. Also used by scripts/import.ts, so it imports the contract only.

/** Entries that a room's log lacks, and the line where that was seen. */
type Gap = { line: number; from: number; upTo: number }

/** The place in a file behind some of its lines. */
export type Place = {
  scope: 'site' | 'room' | null
  /** The lines before it that are not empty. */
  count: number
  isEnded: boolean
  /** The room whose lines go on, by its id in the file. */
  room: {
    id: number
    firstSeq: number
    /** The number of the last entry. */
    last: number
    /** The message whose reactions may follow. */
    message: number | null
    gap: Gap | null
  } | null
}

export const start: Place = { scope: null, count: 0, isEnded: false, room: null }

type LineOf<Type extends DataLine['type']> = Extract<DataLine, { type: Type }>

const leaveRoom = ({ room }: Place): void => {
  if (!room?.gap || room.gap.upTo < room.firstSeq) return
  const { line, from, upTo } = room.gap
  const missing = from === upTo ? `the entry ${from}` : `the entries ${from} to ${upTo}`
  throw new LineError(line, `the log of room ${room.id} lacks ${missing}`)
}

/** `lastOf` returns the number of the last entry that the file has had so far of a room; undefined for a new one. */
type LastOf = (roomId: number) => number | undefined

const enterRoom = (place: Place, { id, firstSeq = 1 }: LineOf<'room'>, lastOf: LastOf): void => {
  const current = place.room?.id === id ? place.room : undefined
  if (!current) leaveRoom(place)
  const last = Math.max(current?.last ?? lastOf(id) ?? 0, firstSeq - 1)
  place.room = { id, firstSeq, last, message: null, gap: current?.gap ?? null }
}

const roomOf = (place: Place, { number, line }: Numbered<DataLine & { room: number }>) => {
  if (place.room?.id === line.room) return place.room
  throw new LineError(
    number,
    `the ${line.type} is of room ${line.room}, but ${
      place.room ? `the lines before it are of room ${place.room.id}` : 'no line of that room is before it'
    }. All lines of a room follow its line {"type":"room",…}`,
  )
}

/** Follows an entry of a log. Returns whether the log has had an entry of this number. */
const followEntry = (place: Place, entry: Numbered<LineOf<'message' | 'change'>>): boolean => {
  const { number, line } = entry
  const room = roomOf(place, entry)
  const { seq } = line
  if (seq >= SEQ_LIMIT) throw new LineError(number, `seq must be less than ${SEQ_LIMIT}`)
  if (seq < room.firstSeq)
    throw new LineError(number, `seq ${seq} is before the firstSeq ${room.firstSeq} of room ${room.id}`)
  const original = line.type === 'message' ? line.replyTo : line.target
  if (original !== undefined && original >= seq)
    throw new LineError(
      number,
      `${line.type === 'message' ? 'replyTo' : 'target'} must be less than seq, because it names an earlier message`,
    )
  const isAgain = seq <= room.last
  if (seq > room.last + 1)
    room.gap = { line: room.gap?.line ?? number, from: room.gap?.from ?? room.last + 1, upTo: seq - 1 }
  room.last = Math.max(room.last, seq)
  return isAgain
}

const checkContent = ({ number, line }: Numbered<LineOf<'message' | 'held'>>): void => {
  // An edit may leave only the files that its message has.
  const isEdit = line.type === 'held' && line.target !== undefined
  if (line.text === '' && line.files === undefined && !isEdit)
    throw new LineError(number, `a ${line.type} without files has a text that is not empty`)
}

const checkText = ({ number, line }: Numbered<LineOf<'message'>>): void => {
  if (line.text === undefined && line.deletedAt === undefined)
    throw new LineError(number, 'a message has text, or deletedAt if it is deleted')
  if (line.text !== undefined && line.deletedAt !== undefined)
    throw new LineError(number, 'a deleted message has no text')
  if (line.files !== undefined && line.deletedAt !== undefined)
    throw new LineError(number, 'a deleted message has no files')
  if ((line.author === 0) !== (line.bot !== undefined))
    throw new LineError(number, 'a message has the author 0 if it has bot, and only then')
}

const checkEnd = (place: Place, { number, line }: Numbered<LineOf<'end'>>): void => {
  leaveRoom(place)
  if (line.lines !== place.count)
    throw new LineError(
      number,
      `the file had ${line.lines} lines before this one when it was written, and now it has ${place.count}`,
    )
}

/**
 * Moves a place behind the next line, and throws a `LineError` if this line can't follow. Returns whether the line is of an entry
 * that an earlier line has: it replaces that one.
 */
export const follow = (place: Place, numbered: Numbered, lastOf: LastOf): boolean => {
  const { number, line } = numbered
  const refuse = (message: string): never => {
    throw new LineError(number, message)
  }
  if (place.isEnded) refuse('follows the line {"type":"end",…}, which is the last one of a file')
  if (place.scope === null && line.type !== 'parlour')
    refuse('a file begins with {"type":"parlour","version":1,…}, as `npm run export` writes it')
  let isAgain = false
  switch (line.type) {
    case 'parlour':
      if (place.scope !== null) refuse('a file has this line once, as its first')
      if (line.scope === 'user')
        return refuse("this is the export of one user, which can't be imported: its rooms are not whole")
      place.scope = line.scope
      break
    case 'room':
      enterRoom(place, line, lastOf)
      break
    case 'message':
      isAgain = followEntry(place, { number, line })
      checkText({ number, line })
      checkContent({ number, line })
      if (place.room) place.room.message = line.deletedAt === undefined ? line.seq : null
      break
    case 'change':
      isAgain = followEntry(place, { number, line })
      break
    case 'reaction':
      if (roomOf(place, { number, line }).message !== line.message)
        refuse(`reactions follow the line of their message, which is not ${line.message} here, or is deleted`)
      break
    case 'held':
      // Those that were refused come behind all rooms.
      if (line.refusedAt === undefined) roomOf(place, { number, line })
      checkContent({ number, line })
      break
    case 'member':
    case 'hook':
    case 'report':
      roomOf(place, { number, line })
      break
    case 'sanction':
    case 'audit':
      if (line.room !== undefined) roomOf(place, { number, line: { ...line, room: line.room } })
      break
    case 'absent':
      if (line.of === 'member') {
        if (line.room === undefined) return refuse('missing room')
        roomOf(place, { number, line: { ...line, room: line.room } })
      }
      if (line.of === 'room' && place.room && place.room.id >= line.from && place.room.id <= line.upTo)
        place.room = null
      break
    case 'mention':
      refuse("only the export of one user has this line, and that can't be imported")
      break
    case 'end':
      checkEnd(place, { number, line })
      place.isEnded = true
      break
    case 'site':
    case 'user':
    case 'formerUser':
    case 'erasure':
    case 'blockedFile':
      break
    default:
      line satisfies never
  }
  place.count++
  return isAgain
}
