import type { Sending } from '../types.ts'
import type { Entry } from './timeline.ts'

/** What stands in the log, one below the other. */
export type Row =
  | { kind: 'day'; key: string; at: string | number }
  | { kind: 'marker'; key: string }
  /** `isFirst`: it says who has written it, and when; those that follow on it by the same person soon after don't. */
  | { kind: 'message'; key: string; isFirst: boolean; entry: Entry }
  | { kind: 'sending'; key: string; isFirst: boolean; sending: Sending }

/** Later than this, it is said again who speaks, and when. */
const PAUSE_MILLISECONDS = 5 * 60_000

export type Shown = {
  entries: readonly Entry[]
  /** Only at the end of the log. */
  outbox: readonly Sending[]
  userName: string | undefined
  /** The number of the first new message. */
  marker: number | undefined
}

export const rowsOf = ({ entries, outbox, userName, marker }: Shown): Row[] => {
  const rows: Row[] = []
  let author: string | null | undefined
  let day = ''
  let last = 0
  const begin = (at: string | number, by: string | null | undefined): boolean => {
    const time = new Date(at)
    const today = time.toDateString()
    const isFirst = by !== author || today !== day || time.getTime() - last > PAUSE_MILLISECONDS
    if (today !== day) rows.push({ kind: 'day', key: today, at })
    day = today
    author = by
    last = time.getTime()
    return isFirst
  }
  for (const entry of entries) {
    let isFirst = begin(entry.createdAt, entry.userName)
    if (entry.seq === marker) {
      rows.push({ kind: 'marker', key: 'marker' })
      isFirst = true
    }
    rows.push({ kind: 'message', key: `${entry.seq}`, isFirst, entry })
  }
  for (const sending of outbox)
    rows.push({ kind: 'sending', key: sending.key, isFirst: begin(sending.at, userName), sending })
  return rows
}

/** Clocks may differ by this much, and nothing is seen of it. */
const SKEW_MILLISECONDS = 5000

/**
 * What of the outbox isn't in the log yet. An event may bring a message before the answer to its sending does; it doesn't say
 * that it is the same, so it is taken for it if it has the same words and is as young.
 */
export const unconfirmed = (
  outbox: readonly Sending[],
  entries: readonly Entry[],
  userName: string | undefined,
): Sending[] =>
  outbox.filter(({ state, text, at }) => {
    const isThere = (entry: Entry) =>
      entry.message === text &&
      entry.userName === userName &&
      Date.parse(entry.createdAt) > at - SKEW_MILLISECONDS
    return state === 'failed' || !entries.some(isThere)
  })
