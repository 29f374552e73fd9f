/** The format of an event stream: https://html.spec.whatwg.org/multipage/server-sent-events.html */

const RETRY_MILLISECONDS = 1000
/** Proxies cut a connection on which nothing comes for a minute or less. */
const KEEP_ALIVE_MILLISECONDS = 15_000
/** The hub is told what the client has read each time this much was written to it, in UTF-16 code units. */
const ACKNOWLEDGE_EVERY = 256 * 1024

/** The parts of a frame that its event needs. */
type Frame = { type: string; seq?: number; chatroom?: unknown }

/**
 * Returns the id of a frame's event, which a client gives back when it reconnects: the number after which it wants to go on. An empty one
 * makes it forget the number, because the numbers of a deleted room mean nothing in another.
 */
const idOf = ({ type, seq, chatroom }: Frame, after: number | undefined): number | '' | undefined => {
  switch (type) {
    case 'hello':
      return after ?? seq
    case 'sent':
      return undefined
    case 'room':
      return chatroom === null ? '' : undefined
    default:
      return seq
  }
}

/** Returns the frames of a WebSocket message. While a new version is being deployed, a hub of the version before may send one frame. */
const framesOf = (data: string): Frame[] => {
  const frames: Frame | Frame[] = JSON.parse(data)
  return Array.isArray(frames) ? frames : [frames]
}

/**
 * Passes the frames of a socket on as an event stream. The stream is held by the Worker and not by the hub, which it would keep awake.
 * While the client does not read, nothing is acknowledged to the hub.
 */
export const eventStream = (socket: WebSocket, after: number | undefined): ReadableStream => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  /** The bytes written since the last acknowledgement. */
  let written = 0
  /** Events that came while the client was still reading the ones before them. They go out as one piece. */
  let waiting = ''
  /** The id of the last event in `waiting`. */
  let lastId: number | '' | undefined
  let draining: Promise<void> | undefined
  /** Set when the client has read something since the last keep-alive. */
  let isRead = true
  let keepAlive: ReturnType<typeof setInterval>

  const end = () => {
    clearInterval(keepAlive)
    try {
      socket.close(1000)
    } catch {}
  }
  const drain = async (): Promise<void> => {
    while (waiting !== '') {
      const [text, id] = [waiting, lastId]
      waiting = ''
      await writer.write(encoder.encode(text))
      isRead = true
      written += text.length
      if (written < ACKNOWLEDGE_EVERY) continue
      written = 0
      socket.send(JSON.stringify({ type: 'read', ...(id && { seq: id }) }))
    }
    draining = undefined
  }
  const pass = (text: string): void => {
    waiting += text
    draining ??= drain().catch(end)
  }

  socket.addEventListener('message', ({ data }) => {
    if (data === 'pong') return
    let events = ''
    for (const frame of framesOf(String(data))) {
      const id = idOf(frame, after)
      lastId = id ?? lastId
      events += `${id === undefined ? '' : `id: ${id}\n`}event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`
    }
    pass(events)
  })
  socket.addEventListener('close', () => {
    clearInterval(keepAlive)
    Promise.resolve(draining)
      .then(() => writer.close())
      .catch(() => undefined)
  })
  keepAlive = setInterval(() => {
    if (draining && !isRead) {
      // Nothing was read since the last keep-alive: the client is gone.
      end()
      writer.abort(new Error('The client does not read.')).catch(() => undefined)
      return
    }
    isRead = false
    socket.send('ping')
    pass(': \n\n')
  }, KEEP_ALIVE_MILLISECONDS)
  socket.accept()
  pass(`retry: ${RETRY_MILLISECONDS}\n\n`)
  return readable
}
