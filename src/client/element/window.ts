import type { HistoryPage } from '../types.ts'
import type { Entry, Timeline } from './timeline.ts'

type Page = Pick<HistoryPage, 'seq'> & { messages: readonly Entry[]; quoted: readonly Entry[] }

/** Goes on with the newest messages where those that are shown have reached them. */
const joinLive = (timeline: Timeline): void => {
  const { live, shown } = timeline
  const first = live.entries[0]?.seq ?? 0
  if (shown === live || (shown.entries.at(-1)?.seq ?? 0) < first) return
  live.entries.unshift(...shown.entries.filter(({ seq }) => seq < first))
  live.hasMore = shown.hasMore
  timeline.shown = live
}

/** Shows the messages of a page around one, in place of the newest ones. */
export const showAround = (
  timeline: Timeline,
  { messages, older, seq, quoted }: Page & Pick<HistoryPage, 'older'>,
): void => {
  timeline.shown = { entries: [], hasMore: older }
  timeline.addPage(messages, older, seq, quoted)
  joinLive(timeline)
}

/** Adds the page that follows on the messages that are shown. */
export const addNewer = (timeline: Timeline, { messages, seq, quoted }: Page): void => {
  timeline.addPage(messages, timeline.shown.hasMore, seq, quoted)
  joinLive(timeline)
}

/** Returns whether a message is among those that are shown. */
export const isShown = (timeline: Timeline, seq: number): boolean =>
  timeline.entries[timeline.indexOf(seq)]?.seq === seq
