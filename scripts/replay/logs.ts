import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Stop } from '../command.ts'
import { type IrcEvent, parseLine } from './irc.ts'
import { readReplies } from './replies.ts'

/**
 * `at` is `<file name without ending>:<line>`. Lines count from 0. `replyTo` is the `at` of the message that a message answers, if the
 * log's annotation says so.
 */
export type LogEvent = Exclude<IrcEvent, { type: 'notice' }> & { at: string; replyTo?: string }
export type Log = { name: string; sha256: string; events: LogEvent[]; notices: number }

const stemOf = (name: string): string => name.replace(/(\.raw)?\.(txt|log)$/, '')

/** Splits a log into lines. A line ends with `\n` or `\r\n`; everything else is kept unchanged. */
export const linesOf = (content: string): string[] => {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Splits a log into events. */
export const readLog = (name: string, content: string, annotation = '') => {
  const stem = stemOf(name)
  const replies = readReplies(annotation)
  const parsed = linesOf(content).map((line, number) => {
    const original = replies.get(number)
    return {
      ...parseLine(line),
      at: `${stem}:${number}`,
      ...(original !== undefined && { replyTo: `${stem}:${original}` }),
    }
  })
  const events = parsed.filter((event): event is LogEvent => event.type !== 'notice')
  return { events, notices: parsed.length - events.length }
}

const load = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Stop(`Could not read ${path}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Loads the annotation beside a log, if there is one: `2005-07-06.annotation.txt` beside `2005-07-06.raw.txt`. */
export const loadAnnotation = (path: string): Buffer => {
  const annotation = path.replace(/(\.raw)?\.(txt|log)$/, '.annotation.txt')
  return annotation !== path && existsSync(annotation) ? load(annotation) : Buffer.alloc(0)
}

/** Loads the logs in the given order, with their annotations. Stops at a file that has no messages or is not UTF-8. */
export const readLogs = (paths: string[]): Log[] => {
  const stems = new Set<string>()
  return paths.map((path) => {
    const bytes = load(path)
    const annotation = loadAnnotation(path)
    const name = basename(path)
    if (!isUtf8(bytes)) throw new Stop(`${path} is not UTF-8. Convert it to UTF-8 first.`)
    if (stems.has(stemOf(name)))
      throw new Stop(
        `Two files are called ${stemOf(name)}. Rename one, so that their lines can be told apart.`,
      )
    stems.add(stemOf(name))
    const log = readLog(name, bytes.toString('utf8'), annotation.toString('utf8'))
    if (!log.events.some(({ type }) => type === 'message'))
      throw new Stop(`${path} has no message in the format of irclogs.ubuntu.com.`)
    return { name, sha256: createHash('sha256').update(bytes).update(annotation).digest('hex'), ...log }
  })
}
