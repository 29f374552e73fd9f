/** The most frames of one socket that wait for the frames before them. */
const MAX_WAITING = 100

/** Handles the frames of each socket in the order in which they came, one after the other. */
export class FrameQueue {
  readonly #queues = new WeakMap<WebSocket, { waiting: number; end: Promise<unknown> }>()

  /** Waits for the frames before this one, then handles it. Returns undefined, and drops the frame, if too many wait. */
  add(socket: WebSocket, handle: () => Promise<void>): Promise<void> | undefined {
    const queue = this.#queues.get(socket) ?? { waiting: 0, end: Promise.resolve() }
    if (queue.waiting >= MAX_WAITING) return undefined
    queue.waiting++
    const handled = queue.end.then(handle).finally(() => {
      queue.waiting--
    })
    queue.end = handled.catch(() => undefined)
    this.#queues.set(socket, queue)
    return handled
  }
}
