import { extname } from 'node:path'
import { dataLine } from '../../src/contract/data-lines.ts'
import type { SentFile } from '../../src/contract/file-line.ts'
import { linesOf } from '../import/file.ts'

/** A file that a line of an export names. */
export type NamedFile = {
  file: SentFile
  /** The room's id and name in the export. */
  room: number
  roomName: string
  /** The number of its message; undefined for one that waits for approval. */
  seq: number | undefined
}

/** Returns the folder with the files of an export: `talk.files` beside `talk.ndjson`. */
export const folderOf = (path: string): string => `${path.replace(/\.ndjson$/, '')}.files`

/** Returns the name of a file in the folder: its id, and the ending of its name, so that programs can open it. */
export const nameInFolder = ({ id, name }: Pick<SentFile, 'id' | 'name'>): string => {
  const ending = extname(name)
  return /^\.[A-Za-z0-9]{1,10}$/.test(ending) ? id + ending.toLowerCase() : id
}

const entry = /^\{"type":"(message|held)","room":(\d+),"(?:seq|id)":("[^"]*"|\d+)/

/** Reads the files that an export names. A message that comes again replaces its earlier line. */
export const namedFiles = async (path: string): Promise<NamedFile[]> => {
  const found = new Map<string, NamedFile[]>()
  const rooms = new Map<number, string>()
  for await (const { text } of linesOf(path)) {
    if (text.startsWith('{"type":"room"')) {
      const room = dataLine.safeParse(JSON.parse(text)).data
      if (room?.type === 'room') rooms.set(room.id, room.name)
    }
    const [, , room, key] = entry.exec(text) ?? []
    if (room === undefined) continue
    found.delete(`${room} ${key}`)
    // Inside of a text, each quote has a backslash before it.
    if (!text.includes(',"files":[')) continue
    const line = dataLine.safeParse(JSON.parse(text)).data
    if (line?.type !== 'message' && line?.type !== 'held') continue
    const owner = {
      room: line.room,
      roomName: rooms.get(line.room) ?? '',
      seq: line.type === 'message' ? line.seq : undefined,
    }
    found.set(
      `${room} ${key}`,
      (line.files ?? []).map((file) => ({ file, ...owner })),
    )
  }
  return [...found.values()].flat()
}
