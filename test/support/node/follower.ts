import { type Entry, Timeline } from '../../../src/client/element/timeline.ts'
import { Session } from '../../../src/client/session.ts'
import { ReconnectingSubscription, type SubscriptionOptions } from '../../../src/client/subscription.ts'
import { type EntryFrame, type ServerFrame, serverFrame } from '../../../src/contract/index.ts'

/** A room of a server, and the user name of the listener, if it has one. */
export type Room = { url: string; name: string; userName?: string }

type Options = Pick<SubscriptionOptions, 'transport' | 'pingMilliseconds'> & {
  onFrame?: (frame: ServerFrame) => void
}

const isEntry = (frame: ServerFrame): frame is EntryFrame =>
  frame.type === 'message' || frame.type === 'edit' || frame.type === 'delete' || frame.type === 'reaction'

/** Stores equal entries once for all followers, because a long log times many listeners needs too much memory. */
const known = new Map<string, EntryFrame>()
const kept = (entry: EntryFrame): EntryFrame => {
  const text = JSON.stringify(entry)
  const same = known.get(text) ?? entry
  known.set(text, same)
  return same
}

/** Listens to a room from its first entry on, as a page does, and keeps all frames in their order. */
export const follow = ({ url, name, userName }: Room, { onFrame, ...options }: Options = {}) => {
  const log: EntryFrame[] = []
  const frames: ServerFrame[] = []
  const wakes: (() => void)[] = []
  const session = new Session(url)
  if (userName !== undefined) session.identity.set({ userName })
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  const listening = new ReconnectingSubscription({
    ...options,
    session,
    path: `/chatroom/${encodeURIComponent(name)}`,
    after: 0,
    firstWaitMilliseconds: 200,
    longestWaitMilliseconds: 2000,
    onEvent: (event) => {
      const frame = serverFrame.parse(event)
      if (isEntry(frame)) log.push(kept(frame))
      else frames.push(frame)
      onFrame?.(frame)
      for (const wake of wakes.splice(0)) wake()
    },
    onConnection: (connection) => {
      if (connection.state !== 'closed') return
      if (connection.problem) reject(connection.problem)
      else resolve()
    },
  })
  const comes = async (holds: () => unknown): Promise<void> => {
    while (!holds()) await new Promise<void>((wake) => wakes.push(wake))
  }
  /** Waits until a condition on the received frames holds. Rejects if the connection ends before. */
  const until = (holds: () => unknown): Promise<void> => Promise.race([ended, comes(holds)])
  return {
    log,
    /** The frames that are not entries. */
    frames,
    until,
    greeted: () => until(() => frames.length > 0),
    /** Waits for the entry of this number. */
    reaches: (seq: number) => until(() => (log.at(-1)?.seq ?? 0) >= seq),
    stop: (): Promise<void> => {
      listening.close()
      return ended
    },
  }
}

export type Follower = ReturnType<typeof follow>

/** Returns the messages as the element shows them to somebody who has read a log. */
export const viewOf = (log: readonly EntryFrame[]): readonly Entry[] => {
  const timeline = new Timeline()
  for (const entry of log) timeline.apply(entry)
  return timeline.entries
}

/** Returns the parts of a log that never change: everything but the texts. */
export const outlineOf = (log: EntryFrame[]) =>
  log.map((entry) => [entry.seq, entry.type, entry.type === 'message' ? null : entry.target])
