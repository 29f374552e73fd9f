/** The most frames of one socket that may wait for the frames before them, and their total length in UTF-16 code units. */
const MAX_WAITING = 1000
const MAX_WAITING_LENGTH = 1024 * 1024

/** Handles the frames of each socket in the order in which they came, one after the other. */
export class FrameQueue {
  readonly #queues = new WeakMap<WebSocket, { waiting: number; length: number; end: Promise<unknown> }>()

  /** Waits for the frames before this one, then handles it. Returns undefined, and drops the frame, if too many wait. */
  add(socket: WebSocket, length: number, handle: () => Promise<void>): Promise<void> | undefined {
    const queue = this.#queues.get(socket) ?? { waiting: 0, length: 0, end: Promise.resolve() }
    if (queue.waiting >= MAX_WAITING || queue.length > MAX_WAITING_LENGTH) return undefined
    queue.waiting++
    queue.length += length
    const handled = queue.end.then(handle).finally(() => {
      queue.waiting--
      queue.length -= length
    })
    queue.end = handled.catch(() => undefined)
    this.#queues.set(socket, queue)
    return handled
  }
}
