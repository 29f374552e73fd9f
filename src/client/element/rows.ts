import type { Sending } from '../types.ts'
import type { Entry } from './timeline.ts'

/** A row of the log. */
export type Row =
  | { kind: 'day'; key: string; at: string | number }
  | { kind: 'marker'; key: string }
  /** `isFirst`: it shows its author and time. Messages that follow soon, by the same author, don't. */
  | { kind: 'message'; key: string; isFirst: boolean; entry: Entry }
  | { kind: 'sending'; key: string; isFirst: boolean; sending: Sending }

/** After such a pause, author and time are shown again. */
const PAUSE_MILLISECONDS = 5 * 60_000

export type RowSource = {
  entries: readonly Entry[]
  /** Messages on their way, shown at the end of the log. */
  outbox: readonly Sending[]
  userName: string | undefined
  /** The number of the first new message. */
  marker: number | undefined
}

/** Returns the rows of the log: messages grouped by day, author and pause. */
export const rowsOf = ({ entries, outbox, userName, marker }: RowSource): Row[] => {
  const rows: Row[] = []
  let author: string | null | undefined
  let day = ''
  let last = 0
  const startsGroup = (at: string | number, by: string | null | undefined): boolean => {
    const time = new Date(at)
    const date = time.toDateString()
    const isFirst = by !== author || date !== day || time.getTime() - last > PAUSE_MILLISECONDS
    if (date !== day) rows.push({ kind: 'day', key: date, at })
    day = date
    author = by
    last = time.getTime()
    return isFirst
  }
  for (const entry of entries) {
    // A user may have the name of a webhook, but not with a slash.
    let isFirst = startsGroup(entry.createdAt, entry.bot ? `/${entry.userName}` : entry.userName)
    if (entry.seq === marker) {
      rows.push({ kind: 'marker', key: 'marker' })
      isFirst = true
    }
    rows.push({ kind: 'message', key: `${entry.seq}`, isFirst, entry })
  }
  for (const sending of outbox)
    rows.push({ kind: 'sending', key: sending.key, isFirst: startsGroup(sending.at, userName), sending })
  return rows
}

/** The clocks of the page and the server may differ by this much. */
const SKEW_MILLISECONDS = 5000

/**
 * Returns the messages of the outbox that aren't in the log yet. A live event may bring a message before the answer to its sending
 * does, without its key. So an own entry with the same text that is as young stands for one sending, and only for one: `sentKeys` has the
 * keys of the entries that are known by their answers.
 */
export const unconfirmed = (
  outbox: readonly Sending[],
  ownEntries: readonly Entry[],
  sentKeys: ReadonlyMap<number, string>,
): Sending[] => {
  const taken = new Set<number>()
  return outbox.filter(({ key, state, text, at }) => {
    if (state === 'failed') return true
    const match = ownEntries.find(({ seq, message, createdAt }) => {
      const sentKey = sentKeys.get(seq)
      if (sentKey !== undefined) return sentKey === key
      return message === text && !taken.has(seq) && Date.parse(createdAt) > at - SKEW_MILLISECONDS
    })
    if (match) taken.add(match.seq)
    return match === undefined
  })
}
