import type { Ticket } from '../contract/index.ts'
import type { Session } from './session.ts'

/** The server closes the connection of a listener who never says that what has come is read. */
const READ_EVERY = 256 * 1024
/** What is between here and the server may swallow a WebSocket, and never say so. */
const OPEN_MILLISECONDS = 10_000

/** What one connection to a room needs to know. */
export type Wire = {
  session: Session
  /** Of the room, such as `/chatroom/lobby`. */
  path: string
  /** It begins with the entry after this number, or with the next one. */
  after: number | undefined
  /** Takes each frame, and nothing for what only shows that the other end is there. */
  hear: (frame?: string) => void
  /** Given a way to send frames, by a transport that has one. */
  speak: (send: (frame: string) => void) => void
  pingMilliseconds: number
  signal: AbortSignal
}

export type Closed = { code?: number; reason: string }

/** Connects; resolves when the connection has ended, and rejects with why if there was none. */
export type Transport = (wire: Wire) => Promise<Closed>

const livePath = ({ session, path, after }: Wire): string => {
  const query = new URLSearchParams(session.nameParameter)
  if (after !== undefined) query.set('after', String(after))
  return `${path}/live?${query}`
}

/** Over a WebSocket. Why one was not opened, it doesn't tell: it has ended, then, without a word. */
export const overSocket: Transport = async (wire) => {
  const { session, path, hear, speak, pingMilliseconds, signal } = wire
  const protocols = ['parlour.v1']
  if (session.hasToken) {
    // Browsers send no header with a WebSocket: a ticket stands for the token, once.
    const { ticket } = await session.request<Ticket>('POST', `${path}/ticket`, {}, { signal })
    protocols.push(`ticket.${ticket}`)
  }
  signal.throwIfAborted()
  const socket = new WebSocket((session.url + livePath(wire)).replace(/^http/, 'ws'), protocols)
  // On one that is closing, browsers drop what is sent and complain in the console.
  const send = (frame: string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame)
  }
  let beat: ReturnType<typeof setInterval> | undefined
  let opening: ReturnType<typeof setTimeout> | undefined
  let unread = 0
  return new Promise<Closed>((close, fail) => {
    const refuse = (reason: unknown) => {
      socket.onmessage = null
      socket.close()
      fail(reason)
    }
    opening = setTimeout(() => refuse(new Error('no answer')), OPEN_MILLISECONDS)
    socket.onopen = () => {
      clearTimeout(opening)
      speak(send)
      beat = setInterval(() => send('ping'), pingMilliseconds)
    }
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (data === 'pong') return hear()
      hear(data)
      unread += data.length
      if (unread < READ_EVERY) return
      unread = 0
      send('{"type":"read"}')
    }
    socket.onclose = ({ code, reason }) => close({ code, reason: reason || `closed with ${code}` })
    // Nobody waits for the other end to agree: it may be gone, and then it never does.
    signal.onabort = () => refuse(signal.reason)
  }).finally(() => {
    clearTimeout(opening)
    clearInterval(beat)
  })
}

/** Over an event stream: what there is where a WebSocket can't be had. It tells why, where it is refused. */
export const overEvents: Transport = async (wire) => {
  const { session, hear, signal } = wire
  const response = await session.fetch(livePath(wire), { signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value = '' } = (await reader?.read()) ?? { done: true }
    if (done) return { reason: 'the stream has ended' }
    const events = (text + value).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) hear(/^data: (.*)$/m.exec(event)?.[1])
  }
}

/** Over a WebSocket, or an event stream if there is no WebSocket to be had. */
export const overEither: Transport = async (wire) => {
  let isOpen = false
  const speak: Wire['speak'] = (send) => {
    isOpen = true
    wire.speak(send)
  }
  try {
    const closed = await overSocket({ ...wire, speak })
    if (isOpen) return closed
  } catch (error) {
    // A refusal would be the same over a stream.
    if (isOpen || wire.signal.aborted || (error instanceof Error && error.name === 'ParlourError'))
      throw error
  }
  return overEvents(wire)
}
