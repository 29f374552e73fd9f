import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { Stop } from '../command.ts'
import type { Log } from './logs.ts'

/** The result of one event of the logs. Every type but `user` completes the event at `at`. */
export type Entry =
  | { type: 'user'; nick: string; id: number; name: string }
  | { type: 'renamed'; at: string; from: string; to: string; name: string }
  | { type: 'moved'; at: string; from: string; to: string }
  | { type: 'joined'; at: string; nick: string }
  | { type: 'left'; at: string; nick: string }
  | { type: 'sent'; at: string; seq: number; by: number; replyTo?: number }
  | { type: 'skipped'; at: string; reason: 'empty message' | 'left unseen' | 'same nick' }
  | { type: 'refused'; at: string; reason: string }

type Header = { replay: 3; url: string; room: string; logs: { name: string; sha256: string }[] }
export type Journal = { path: string; entries: Entry[]; append: (entry: Entry) => void }
export type Replay = { url: string; room: string; logs: Log[] }

/** Returns the default path of a journal: one for each room of each server. */
export const defaultPath = (url: string, room: string): string => {
  const { host, pathname } = new URL(url)
  const plain = (text: string) => encodeURIComponent(text).replaceAll('%', '_')
  return `.replay/${plain(`${host}${pathname.replace(/\/$/, '')}`)}-${plain(room)}.jsonl`
}

const headerOf = ({ url, room, logs }: Replay): Header => ({
  replay: 3,
  url,
  room,
  logs: logs.map(({ name, sha256 }) => ({ name, sha256 })),
})

const read = (path: string, expected: Header): { entries: Entry[]; bytes: number } => {
  const content = readFileSync(path, 'utf8')
  // A kill can cut off the last line. Its event is sent again.
  const whole = content.slice(0, content.lastIndexOf('\n') + 1)
  const [header, ...lines] = whole.split('\n').slice(0, -1)
  if (header !== undefined && header !== JSON.stringify(expected)) {
    throw new Stop(
      `${path} is the journal of another replay: other files, another order, server, room or version of this script.\n` +
        'Continue that replay with its own arguments, or name another journal with --journal.',
    )
  }
  try {
    return { entries: lines.map((line): Entry => JSON.parse(line)), bytes: Buffer.byteLength(whole) }
  } catch {
    throw new Stop(`${path} is damaged. Remove it, and replay into a new room.`)
  }
}

/**
 * Opens the journal of a replay, new or existing: JSON lines, appended as the server answers. A line written to the
 * operating system survives a killed process. The file is created or changed with the first line, so a replay that
 * fails before leaves no file. With `mustExist` a missing file is an error.
 */
export const openJournal = (path: string, replay: Replay, { mustExist = false } = {}): Journal => {
  const exists = existsSync(path)
  if (mustExist && !exists)
    throw new Stop(
      `There is no journal ${path}, so no message has been sent yet. Run the replay without --check-only first.`,
    )
  const header = headerOf(replay)
  const { entries, bytes } = exists ? read(path, header) : { entries: [], bytes: 0 }
  const line = (value: unknown) => `${JSON.stringify(value)}\n`

  const begin = (): number => {
    mkdirSync(dirname(path), { recursive: true })
    // By its path, because Windows does not truncate a file opened for appending.
    if (exists) truncateSync(path, bytes)
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

/** Returns the number of completed events. */
export const doneEvents = (entries: Entry[], events: { at: string }[]): number => {
  const last = entries.findLast((entry) => entry.type !== 'user')
  return last === undefined ? 0 : events.findIndex(({ at }) => at === last.at) + 1
}
