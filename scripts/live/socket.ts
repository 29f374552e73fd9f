import { ticket } from '../../src/contract.ts'
import { authorization, liveUrl, type Room, refusedBy, roomUrl, type Transport } from './listen.ts'

/** The server closes the connection of a listener who never says that what has come is read. */
const READ_EVERY = 256 * 1024

/** Browsers can't send a token along with a WebSocket, and neither does this: a ticket stands for it, once. */
const getTicket = async (room: Room, signal: AbortSignal): Promise<string> => {
  const response = await fetch(roomUrl(room, '/ticket'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization(room) },
    body: JSON.stringify({ userName: room.userName }),
    signal,
  })
  return response.ok ? ticket.parse(await response.json()).ticket : refusedBy(response)
}

/** A WebSocket tells nothing of why it was not opened; the event stream at the same place does. */
const askWhy = async (room: Room, signal: AbortSignal): Promise<void> => {
  const stream = new AbortController()
  const response = await fetch(liveUrl(room, undefined), {
    headers: authorization(room),
    signal: AbortSignal.any([signal, stream.signal]),
  })
  if (!response.ok) await refusedBy(response)
  stream.abort()
}

/** A connection over a WebSocket. */
export const overSocket: Transport = async ({ room, after, hear, pingMilliseconds, signal }) => {
  const protocols = ['parlour.v1']
  if (room.token !== undefined) protocols.push(`ticket.${await getTicket(room, signal)}`)
  const socket = new WebSocket(liveUrl(room, after).replace(/^http/, 'ws'), protocols)
  let beat: ReturnType<typeof setInterval> | undefined
  let unread = 0

  const closed = await new Promise<{ code: number; reason: string }>((close, fail) => {
    socket.onopen = () => {
      beat = setInterval(() => socket.send('ping'), pingMilliseconds)
    }
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (data === 'pong') return hear()
      hear(data)
      unread += data.length
      if (unread < READ_EVERY) return
      unread = 0
      socket.send('{"type":"read"}')
    }
    socket.onclose = ({ code, reason }) => close({ code, reason: reason || `closed with ${code}` })
    // Nobody waits for the other end to agree: it may be gone, and then it never does.
    signal.onabort = () => {
      socket.onmessage = null
      socket.close()
      fail(signal.reason)
    }
  }).finally(() => clearInterval(beat))
  if (beat === undefined) await askWhy(room, signal)
  return closed
}
