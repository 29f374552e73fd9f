import { isUtf8 } from 'node:buffer'
import { basename } from 'node:path'
import { Stop } from '../command.ts'
import { minutesOf, parseLine } from '../replay/irc.ts'
import { linesOf, loadAnnotation } from '../replay/logs.ts'
import { nickChange, People } from '../replay/people.ts'
import { readReplies } from '../replay/replies.ts'
import type { Archive, SourceMessage } from './archive.ts'
import { readText } from './files.ts'

type LogFile = { path: string; day: number; channel: string | undefined }

const MINUTE = 60_000
const HALF_DAY = 12 * 60
/** In minutes. A clock goes back by an hour at the end of summer time. */
const MAX_STEP_BACK = 90
const date = /(\d{4})[-_./\\]?(\d{2})[-_./\\]?(\d{2})(?!\d)/

const NEWLINE = 10

/**
 * Reads the lines of a log. Each client on IRC chooses its own encoding, so a line that is not UTF-8 is read as Windows-1252, as IRC clients do. Those
 * lines are counted.
 */
const readLines = (path: string, { losses }: Archive): string[] => {
  const windows = new TextDecoder('windows-1252')
  const decode = (bytes: Buffer): string => {
    if (isUtf8(bytes)) return bytes.toString('utf8')
    let text = ''
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start) + 1 || bytes.length
      const line = bytes.subarray(start, end)
      if (!isUtf8(line)) losses.add('encoding')
      text += isUtf8(line) ? line.toString('utf8') : windows.decode(line)
      start = end
    }
    return text
  }
  return linesOf(readText(path, decode))
}

/** Returns the day of a log, which stands in its name or in its folders: `2005-07-06.raw.txt`, `2005/07/06/#ubuntu.txt`. */
const dayOf = (path: string): number => {
  const [, year, month, day] = Array.from(path.matchAll(new RegExp(date, 'g'))).at(-1) ?? []
  const time = Date.parse(`${year}-${month}-${day}T00:00Z`)
  if (Number.isNaN(time))
    throw new Stop(
      `There is no day in the name of ${path}, and the lines of a log have none. Call it as 2005-07-06.txt, or put it into folders: 2005/07/06/#ubuntu.txt.`,
    )
  return time
}

/** Returns the channel in the name of a log. */
const channelInName = (path: string): string | undefined => {
  const [, name] = /#+([^#]+)$/.exec(basename(path)) ?? []
  return (
    name
      ?.replace(/(\.raw)?\.(txt|log)$/i, '')
      .replace(date, '')
      .replace(/^[-_.]+|[-_.]+$/g, '') || undefined
  )
}

/** Returns the channel that most lines about people who come and go name. */
const channelInLines = (lines: readonly string[]): string | undefined => {
  const counts = new Map<string, number>()
  for (const line of lines) {
    const [, name] = /^=== .* (?:has (?:joined|left)|was kicked (?:off|from)) #+(\S+)/.exec(line) ?? []
    if (name) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1)
  }
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0]
}

/**
 * Returns a function that gives the time of each line of a day. Logs of before 2008 have a clock of twelve hours. A clock that goes far back has
 * begun anew; one that goes a little back, as at the end of summer time, is believed.
 */
const clockOf = (lines: readonly string[], day: number): ((line: string) => number) => {
  const hours = lines.flatMap((line) => Math.floor((minutesOf(line) ?? 60) / 60))
  const isHalf = hours.every((hour) => hour >= 1 && hour <= 12)
  const round = isHalf ? HALF_DAY : 2 * HALF_DAY
  let start = 0
  let last = 0
  return (line) => {
    const written = minutesOf(line)
    if (written !== undefined) {
      const minutes = written % round
      if (minutes < last - MAX_STEP_BACK) start += round
      last = minutes
    }
    return day + (start + last) * MINUTE
  }
}

/** Follows the nicks through all logs: a change of the nick renames the person, as `npm run replay` does it. */
const createNicks = () => {
  const people = new People()
  const idOf = (nick: string): number => {
    const known = people.find(nick)
    if (known) return known.id
    const id = people.count + 1
    people.follow({ type: 'user', nick, id, name: nick })
    return id
  }
  const change = (from: string, to: string): void => {
    if (from === to) return
    if (nickChange(people, from, to) === 'rename')
      people.follow({ type: 'renamed', at: '', from, to, name: to })
    else idOf(to)
  }
  return { idOf, change, nameOf: (id: number) => people.nameOf(id) ?? `nick ${id}` }
}

/** Converts IRC logs in the format that `npm run replay` reads, each with a day of a channel. `room` is for those that name no channel. */
export const convertIrc = (paths: string[], archive: Archive, room: string | undefined): void => {
  const files = paths
    .map((path): LogFile => ({ path, day: dayOf(path), channel: channelInName(path) }))
    .toSorted((one, other) => one.day - other.day)
  const nicks = createNicks()
  const messages: { file: LogFile; id: number; message: Omit<SourceMessage, 'author'> }[] = []

  for (const file of files) {
    const lines = readLines(file.path, archive)
    const replies = readReplies(loadAnnotation(file.path).toString('utf8'))
    const timeOf = clockOf(lines, file.day)
    const count = messages.length
    file.channel ??= channelInLines(lines)
    for (const [number, line] of lines.entries()) {
      const event = parseLine(line)
      const at = timeOf(line)
      const original = replies.get(number)
      if (event.type === 'message') {
        const key = `${file.path}:${number}`
        const replyTo = original === undefined ? undefined : `${file.path}:${original}`
        messages.push({ file, id: nicks.idOf(event.nick), message: { key, text: event.text, at, replyTo } })
      } else if (event.type === 'nick') nicks.change(event.from, event.to)
      if (event.type !== 'message') archive.losses.add('system', event.type)
    }
    if (messages.length === count)
      throw new Stop(
        `${file.path} has no message in the format of irclogs.ubuntu.com, such as "[10:02] <jrib> hello".`,
      )
  }

  // The names that people had at the end are theirs.
  for (const { id } of messages) archive.know(String(id), { names: [nicks.nameOf(id)] })
  const channels = new Set(files.flatMap(({ channel }) => channel ?? []))
  const [onlyChannel] = channels.size === 1 ? channels : []
  for (const { file, id, message } of messages) {
    const name = room ?? file.channel ?? onlyChannel ?? 'irc'
    archive.room(name.toLowerCase(), [name]).add({ ...message, author: String(id) })
  }
}
