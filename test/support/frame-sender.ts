import type { ClientFrame, ServerFrame } from '../../src/contract/index.ts'

type Waiting = { frame: ClientFrame; stored: (seq: number) => void; failed: (error: Error) => void }

const RETRY_MILLISECONDS = 50

/**
 * Sends messages as frames over `parlour.v2`. What was not answered is sent again under the same key: by the next connection, all in one
 * array, or after an answer that says that the server could not.
 */
export class FrameSender {
  readonly #open: () => Promise<WebSocket>
  readonly #waiting = new Map<string, Waiting>()
  #socket: WebSocket | undefined
  #isOver = false

  /** `open` connects, and rejects if that fails. */
  constructor(open: () => Promise<WebSocket>) {
    this.#open = open
  }

  /** Sends a message, until it is stored. Returns its number. */
  async send(message: string, key: string, replyTo?: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const reply = replyTo !== undefined && { replyTo }
    const frame: ClientFrame = { type: 'message', message, ...reply, ref: key, idempotencyKey: key }
    this.#waiting.set(key, { frame, stored: resolve, failed: reject })
    if (this.#socket) this.#say([frame])
    else await this.#connect()
    return promise
  }

  #say(frames: ClientFrame[]): void {
    try {
      this.#socket?.send(JSON.stringify(frames))
    } catch {
      // The close event follows.
    }
  }

  async #connect(): Promise<void> {
    const socket = await this.#open().catch(() => undefined)
    if (this.#isOver) return socket?.close()
    if (!socket) {
      await new Promise((wake) => setTimeout(wake, RETRY_MILLISECONDS))
      return this.#connect()
    }
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket !== socket) return
      for (const frame of JSON.parse(String(data)) as ServerFrame[]) this.#take(frame)
    })
    const end = () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      if (!this.#isOver) this.#connect()
    }
    socket.addEventListener('close', end)
    socket.addEventListener('error', end)
    const frames = [...this.#waiting.values()].map(({ frame }) => frame)
    if (frames.length > 0) this.#say(frames)
  }

  #take(frame: ServerFrame): void {
    if ((frame.type !== 'sent' && frame.type !== 'error') || frame.ref === undefined) return
    const waiting = this.#waiting.get(frame.ref)
    if (!waiting) return
    if (frame.type === 'error' && frame.problem.status >= 500) {
      this.#say([waiting.frame])
      return
    }
    this.#waiting.delete(frame.ref)
    if (frame.type === 'sent') waiting.stored(frame.seq)
    else waiting.failed(new Error(`A frame was refused: ${JSON.stringify(frame.problem)}`))
  }

  /** Drops the connection. */
  drop(): void {
    this.#socket?.close()
  }

  leave(): void {
    this.#isOver = true
    this.#socket?.close()
  }
}
