import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { Stop } from '../command.ts'
import type { Log } from './logs.ts'

/** What the server has answered to one event of the logs. All but `user` finish the event that stands at `at`. */
export type Entry =
  | { type: 'user'; nick: string; id: number; name: string }
  | { type: 'renamed'; at: string; from: string; to: string; name: string }
  | { type: 'moved'; at: string; from: string; to: string }
  | { type: 'joined'; at: string; nick: string }
  | { type: 'left'; at: string; nick: string }
  | { type: 'said'; at: string; seq: number; by: number }
  | { type: 'skipped'; at: string; why: 'empty message' | 'left unseen' | 'same nick' }
  | { type: 'refused'; at: string; why: string }

type Header = { replay: 1; url: string; room: string; logs: { name: string; sha256: string }[] }
export type Journal = { path: string; entries: Entry[]; append: (entry: Entry) => void }
export type Replay = { url: string; room: string; logs: Log[] }

/** Where the journal is kept unless the caller says otherwise: one for each room of each server. */
export const defaultPath = (url: string, room: string): string => {
  const { host, pathname } = new URL(url)
  const plain = (text: string) => encodeURIComponent(text).replaceAll('%', '_')
  return `.replay/${plain(`${host}${pathname.replace(/\/$/, '')}`)}-${plain(room)}.jsonl`
}

const headerOf = ({ url, room, logs }: Replay): Header => ({
  replay: 1,
  url,
  room,
  logs: logs.map(({ name, sha256 }) => ({ name, sha256 })),
})

const read = (path: string, expected: Header): { entries: Entry[]; bytes: number } => {
  const content = readFileSync(path, 'utf8')
  // A kill can cut the last line short. The server knows what it said; that event is simply played again.
  const whole = content.slice(0, content.lastIndexOf('\n') + 1)
  const [header, ...lines] = whole.split('\n').slice(0, -1)
  if (header !== undefined && header !== JSON.stringify(expected)) {
    throw new Stop(
      `${path} is the journal of another replay: of other files, in another order, to another server or room.\n` +
        'Resume that one as it was started, or name another journal with --journal.',
    )
  }
  try {
    return { entries: lines.map((line): Entry => JSON.parse(line)), bytes: Buffer.byteLength(whole) }
  } catch {
    throw new Stop(`${path} is damaged. Remove it, and replay into a fresh room.`)
  }
}

/**
 * The journal of a replay, new or begun: JSON lines, appended one by one as the server answers. A line handed to the
 * operating system outlives a killed process. The file is made or changed with the first line, so a replay that
 * fails before leaves none. With `mustExist` it stops when there is none.
 */
export const openJournal = (path: string, replay: Replay, { mustExist = false } = {}): Journal => {
  const begun = existsSync(path)
  if (mustExist && !begun) throw new Stop(`There is no journal ${path}: nothing was replayed yet.`)
  const header = headerOf(replay)
  const { entries, bytes } = begun ? read(path, header) : { entries: [], bytes: 0 }
  const line = (value: unknown) => `${JSON.stringify(value)}\n`

  const begin = (): number => {
    mkdirSync(dirname(path), { recursive: true })
    // By its path: Windows cuts no file that is open for nothing but appending.
    if (begun) truncateSync(path, bytes)
    const file = openSync(path, 'a')
    if (bytes === 0) appendFileSync(file, line(header))
    return file
  }

  let file: number | undefined
  const append = (entry: Entry) => {
    file ??= begin()
    appendFileSync(file, line(entry))
    entries.push(entry)
  }
  return { path, entries, append }
}

/** The number of events that are done, in a replay that was perhaps interrupted. */
export const doneEvents = (entries: Entry[], events: { at: string }[]): number => {
  const last = entries.findLast((entry) => entry.type !== 'user')
  return last === undefined ? 0 : events.findIndex(({ at }) => at === last.at) + 1
}
