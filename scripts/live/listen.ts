import { setTimeout as sleep } from 'node:timers/promises'
import { type ServerFrame, serverFrame } from '../../src/contract.ts'
import { explain, reason, Stop } from '../command.ts'

/** A room of a server, and who listens there: whoever the token is of, or who has the name, or nobody in particular. */
export type Room = { url: string; name: string; userName?: string | undefined; token?: string | undefined }

/** What one connection to a room needs to know. */
export type Connection = {
  room: Room
  /** It begins with the entry after this number, or with the next one. */
  after: number | undefined
  /** Takes each frame, and nothing for what only shows that the other end is there. */
  hear: (frame?: string) => void
  pingMilliseconds: number
  signal: AbortSignal
}

/** Connects; resolves when the server closes the connection, and rejects if it fails: with a `Stop`, if it always will. */
export type Transport = (connection: Connection) => Promise<{ code?: number; reason: string }>

export type ListenOptions = {
  transport: Transport
  /** Where to begin: with the entry after this number, or with the next one. */
  after?: number | undefined
  onFrame: (frame: ServerFrame) => void
  /** Told why the connection is lost, and in how many milliseconds there is to be another. */
  onRetry?: (why: string, waitMilliseconds: number) => void
  /** Ends it. */
  signal: AbortSignal
  /** How often the server is asked for a sign of life. After twice the time without any the connection is dead. */
  pingMilliseconds?: number
  firstWaitMilliseconds?: number
  longestWaitMilliseconds?: number
}

/** Banned, and the room is deleted: src/live/listener.ts */
const finalCodes = [4003, 4004]

/** The URL of a room; `what` is the path from there. */
export const roomUrl = ({ url, name }: Room, what = ''): string =>
  `${url}/chatroom/${encodeURIComponent(name)}${what}`

/** Where one listens to a room. */
export const liveUrl = (room: Room, after: number | undefined): string => {
  const query = new URLSearchParams()
  if (after !== undefined) query.set('after', String(after))
  if (room.userName !== undefined && room.token === undefined) query.set('userName', room.userName)
  return `${roomUrl(room, '/live')}?${query}`
}

export const authorization = ({ token }: Room): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` }

/** Throws what a server's refusal says. */
export const refusedBy = async (response: Response): Promise<never> => {
  const { status } = response
  const why = explain({ status, body: await response.json().catch(() => undefined) })
  throw status === 429 || status >= 500 ? new Error(why) : new Stop(why)
}

/**
 * Listens to a room until the signal ends it, over one connection after the other, each of which goes on where the one
 * before was. Rejects with a `Stop` if there is no first connection, or none to be had any more.
 */
export const listen = async (room: Room, options: ListenOptions): Promise<void> => {
  const { transport, onFrame, onRetry, signal } = options
  const { pingMilliseconds = 15_000, firstWaitMilliseconds = 500, longestWaitMilliseconds = 15_000 } = options
  let { after } = options
  let failures: number | undefined

  const take = (frame: ServerFrame): void => {
    if (frame.type === 'hello') {
      failures = 0
      after ??= frame.seq
    } else if ('seq' in frame && frame.type !== 'sent') after = frame.seq
    onFrame(frame)
  }

  /** Gives why the connection has ended. */
  const connect = async (): Promise<string> => {
    const connection = new AbortController()
    const silence = setTimeout(
      () => connection.abort(new Error('the server has fallen silent')),
      2 * pingMilliseconds,
    )
    const hear = (text?: string) => {
      silence.refresh()
      if (text !== undefined) take(serverFrame.parse(JSON.parse(text)))
    }
    try {
      const closed = await transport({
        room,
        after,
        hear,
        pingMilliseconds,
        signal: AbortSignal.any([signal, connection.signal]),
      })
      if (closed.code && finalCodes.includes(closed.code)) throw new Stop(closed.reason)
      return closed.reason
    } catch (error) {
      if (error instanceof Stop) throw error
      return reason(error)
    } finally {
      clearTimeout(silence)
    }
  }

  while (!signal.aborted) {
    const why = await connect()
    if (signal.aborted) return
    if (failures === undefined) throw new Stop(`No connection to ${room.url}: ${why}.`)
    const backOff = Math.min(firstWaitMilliseconds * 2 ** failures++, longestWaitMilliseconds)
    // With a jitter: a server that comes back isn't met by all who listened to it at once.
    const wait = backOff * (0.5 + Math.random() / 2)
    onRetry?.(why, wait)
    await sleep(wait, undefined, { signal }).catch(() => undefined)
  }
}
