import { expect } from 'vitest'
import { type DataLine, dataLine } from '../../src/contract/data-lines'
import { call, type Options } from './api'

const next = /<([^>]+)>; rel="next"/

/** Reads a whole export, and calls `between` after each piece but the last. Each line must fit its schema. */
export const exported = async (
  path: string,
  options: Options,
  between: () => Promise<unknown> = async () => undefined,
): Promise<{ text: string; lines: DataLine[]; pieces: number }> => {
  let text = ''
  let pieces = 0
  for (let at: string | undefined = path; at !== undefined; pieces++) {
    if (pieces > 0) await between()
    const response = await call('GET', at, options)
    expect(response.status, await response.clone().text()).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
    text += await response.text()
    expect(text.endsWith('\n')).toBe(true)
    at = next.exec(response.headers.get('link') ?? '')?.[1]
  }
  const lines = text
    .slice(0, -1)
    .split('\n')
    .map((line) => dataLine.parse(JSON.parse(line)))
  // A field that the schema does not name would be missing here.
  const written = lines.map((line) => JSON.stringify(line))
  const differing = text
    .slice(0, -1)
    .split('\n')
    .filter((line, at) => line.length !== written[at]?.length)
  expect(differing).toEqual([])
  expect(lines.at(-1)).toMatchObject({ type: 'end', lines: lines.length - 1 })
  return { text, lines, pieces }
}

/** Returns the lines of a type. */
export const ofType = <Type extends DataLine['type']>(
  lines: DataLine[],
  type: Type,
): Extract<DataLine, { type: Type }>[] =>
  lines.filter((line): line is Extract<DataLine, { type: Type }> => line.type === type)

type Of<Type extends DataLine['type']> = Extract<DataLine, { type: Type }>
type Room = {
  room: Of<'room'>
  messages: Map<number, Of<'message'>>
  /** The users of each reaction, by message and emoji. */
  reactions: Map<number, Map<string, number[]>>
  changes: Map<number, Of<'change'>>
  /** By user. */
  members: Map<number, Of<'member'>>
  audit: Map<number, Of<'audit'>>
}

/** Reads the lines as an import does: a later line replaces an earlier one with the same key or name. */
export const stateOf = (lines: DataLine[]) => {
  const users = new Map<number, Of<'user'>>()
  const rooms = new Map<number, Room>()
  const site: Of<'audit'>[] = []
  const roomOf = (id = 0): Room => {
    const room = rooms.get(id)
    if (!room) throw new Error(`a line of room ${id} comes before the room`)
    return room
  }
  for (const line of lines)
    switch (line.type) {
      case 'user':
        for (const [id, { name }] of users) if (name === line.name) users.delete(id)
        users.set(line.id, line)
        break
      case 'room': {
        for (const [id, { room }] of rooms) if (room.name === line.name && id !== line.id) rooms.delete(id)
        const empty = { messages: new Map(), reactions: new Map(), changes: new Map() }
        const known = rooms.get(line.id) ?? { ...empty, members: new Map(), audit: new Map() }
        rooms.set(line.id, { ...known, room: line })
        break
      }
      case 'message':
        roomOf(line.room).messages.set(line.seq, line)
        roomOf(line.room).reactions.set(line.seq, new Map())
        break
      case 'reaction':
        roomOf(line.room).reactions.get(line.message)?.set(line.reaction, line.users)
        break
      case 'change':
        roomOf(line.room).changes.set(line.seq, line)
        break
      case 'member':
        roomOf(line.room).members.set(line.user, line)
        break
      case 'audit':
        if (line.room === undefined) site.push(line)
        else roomOf(line.room).audit.set(line.number, line)
        break
      case 'absent':
        for (let id = line.from; id <= line.upTo; id++) {
          if (line.of === 'room') rooms.delete(id)
          if (line.of === 'member') roomOf(line.room).members.delete(id)
          if (line.of === 'user') {
            users.delete(id)
            for (const { members } of rooms.values()) members.delete(id)
          }
        }
        break
      default:
    }
  return { users, rooms, site }
}
