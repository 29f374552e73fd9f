import type { Ticket } from '../contract/index.ts'
import { ParlourError } from './error.ts'
import { lazily } from './lazy.ts'
import type { Session } from './session.ts'

const loadEventStream = lazily(() => import('./event-stream.ts'))

/** A proxy may swallow a WebSocket without a word. */
const OPEN_MILLISECONDS = 10_000

/** Sends a frame. Returns false if the connection is not open. */
export type Send = (frame: string) => boolean

/** The options of one connection to a room. */
export type ConnectionOptions = {
  session: Session
  /** Of the room, such as `/chatroom/lobby`. */
  path: string
  /** The query of the request, without who listens. */
  query: Record<string, number | undefined>
  /** Called with each message of the server: one frame or several, or only a sign of life. */
  received: (data?: string) => void
  /** Called once frames can be sent, by a transport that can send any. */
  opened: (send: Send) => void
  pingMilliseconds: number
  signal: AbortSignal
}

export type Closed = { code?: number; reason: string }

/** Connects. Resolves when the connection has ended; to nothing if there was none, and it is not known why. */
export type Transport = (options: ConnectionOptions) => Promise<Closed | undefined>

/** Connects by a WebSocket. The browser does not tell why one could not be opened. */
export const overSocket: Transport = async ({
  session,
  path,
  query,
  received,
  opened,
  pingMilliseconds,
  signal,
}) => {
  // A server that is older than `parlour.v2` chooses the other.
  const protocols = ['parlour.v2', 'parlour.v1']
  if (session.hasToken) {
    // A browser sends no header with a WebSocket: a ticket stands for the token, once.
    const { ticket } = await session.request<Ticket>('POST', `${path}/ticket`, {}, { signal })
    protocols.push(`ticket.${ticket}`)
  }
  signal.throwIfAborted()
  const userName = session.hasToken ? undefined : session.identity.current?.userName
  const url = session.urlOf(`${path}/live`, { ...query, userName })
  url.protocol = url.protocol.replace('http', 'ws')
  const socket = new WebSocket(url, protocols)
  // The browser drops what is sent on a closing socket, and complains in the console.
  const send: Send = (frame) => {
    const isOpen = socket.readyState === WebSocket.OPEN
    if (isOpen) socket.send(frame)
    return isOpen
  }
  let isOpen = false
  let timer = setTimeout(() => socket.close(), OPEN_MILLISECONDS)
  return new Promise<Closed | undefined>((resolve, reject) => {
    socket.onopen = () => {
      clearTimeout(timer)
      isOpen = true
      opened(send)
      // A local server tells a client that has sent nothing only 10 seconds later that it has closed the WebSocket.
      send('ping')
      timer = setInterval(() => send('ping'), pingMilliseconds)
    }
    socket.onmessage = ({ data }: MessageEvent<string>) => received(data)
    socket.onclose = ({ code, reason }) =>
      resolve(isOpen ? { code, reason: reason || `code ${code}` } : undefined)
    // Does not wait for the other end to agree: it may be gone, and then it never does.
    signal.onabort = () => {
      socket.onmessage = null
      socket.close()
      reject(signal.reason)
    }
  }).finally(() => clearTimeout(timer))
}

/** Connects by a WebSocket, or by an event stream if no WebSocket can be opened. */
export const overEither: Transport = async (options) => {
  const closed = await overSocket(options).catch((error) => {
    // The stream would be refused as well.
    if (options.signal.aborted || error instanceof ParlourError) throw error
  })
  return closed ?? (await loadEventStream()).overEvents(options)
}
