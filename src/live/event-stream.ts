/** What an event stream is made of: https://html.spec.whatwg.org/multipage/server-sent-events.html */

const RETRY_MILLISECONDS = 1000
/** Proxies cut a connection on which nothing comes for a minute or less. */
const KEEP_ALIVE_MILLISECONDS = 15_000
/** How much is passed on until the hub is told that the client reads. */
const READ_EVERY = 256 * 1024

/** A frame as an event. Its `id` is the number after which a client that comes back wants to go on. */
export const eventOf = (frame: string, after: number | undefined): string => {
  const [, type = 'message', seq] = /^\{"type":"(\w+)"(?:,"seq":(\d+))?/.exec(frame) ?? []
  const id = type === 'hello' ? (after ?? seq) : type === 'sent' ? undefined : seq
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${frame}\n\n`
}

/**
 * Hands the frames of a socket to the hub on as an event stream. The stream is the Worker's and not the hub's: one that
 * the hub held would keep it awake. A client that does not read holds the stream up, and then the hub hears no more.
 */
export const eventStream = (socket: WebSocket, after: number | undefined): ReadableStream => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  let unread = 0
  /** What has come while the client was still to read what came before: it goes out as one piece. */
  let waiting = ''
  let draining: Promise<void> | undefined
  /** Whether anything has been read since the last beat. */
  let isRead = true
  let beat: ReturnType<typeof setInterval>

  const end = () => {
    clearInterval(beat)
    try {
      socket.close(1000)
    } catch {}
  }
  const drain = async (): Promise<void> => {
    while (waiting !== '') {
      const text = waiting
      waiting = ''
      await writer.write(encoder.encode(text))
      isRead = true
      unread += text.length
      if (unread < READ_EVERY) continue
      unread = 0
      socket.send('{"type":"read"}')
    }
    draining = undefined
  }
  const pass = (text: string): void => {
    waiting += text
    draining ??= drain().catch(end)
  }

  socket.addEventListener('message', ({ data }) => {
    if (data !== 'pong') pass(eventOf(String(data), after))
  })
  socket.addEventListener('close', () => {
    clearInterval(beat)
    Promise.resolve(draining)
      .then(() => writer.close())
      .catch(() => undefined)
  })
  beat = setInterval(() => {
    // Nothing has been read since the last beat: the client is gone, or as good as gone.
    if (draining && !isRead) {
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
