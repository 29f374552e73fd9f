import type { ServerFrame } from '../contract'
import { errorText, log } from '../http/log'

/** The most frames of one socket that may wait for their answers, and their total length in UTF-16 code units. */
const MAX_WAITING = 1000
const MAX_WAITING_LENGTH = 1024 * 1024

/** The place of one frame among those of its socket. */
export type Turn = {
  /** Over once the frames before this one are done. */
  readonly before: Promise<void>
  /** Says that the frame is done, and how it is answered. The answers are sent in the order of the frames. */
  readonly end: (answer?: ServerFrame) => void
}

type Place = { isDone: boolean; answer: ServerFrame | undefined; finish: () => void }
type Queue = { places: Place[]; length: number; prepared: Promise<unknown>; end: Promise<void> }

/** Keeps the frames of each socket in the order in which they came, and so their answers. */
export class FrameQueue {
  readonly #queues = new WeakMap<WebSocket, Queue>()
  readonly #answer: (socket: WebSocket, answers: ServerFrame[]) => void

  constructor(answer: (socket: WebSocket, answers: ServerFrame[]) => void) {
    this.#answer = answer
  }

  /**
   * Calls `handle` with the turns of `count` frames that came in one WebSocket message, after `handle` has ended for the frames before
   * them. Returns a promise that settles when all of them are done. Returns undefined, and drops the frames, if too many wait.
   */
  add(
    socket: WebSocket,
    { count, length }: { count: number; length: number },
    handle: (turns: Turn[]) => Promise<void>,
  ): Promise<void> | undefined {
    const queue = this.#queues.get(socket) ?? {
      places: [],
      length: 0,
      prepared: Promise.resolve(),
      end: Promise.resolve(),
    }
    if (queue.places.length + count > MAX_WAITING || queue.length > MAX_WAITING_LENGTH) return undefined
    this.#queues.set(socket, queue)
    queue.length += length
    const turns = Array.from({ length: count }, () => this.#turn(socket, queue))
    const { end } = queue
    queue.prepared = queue.prepared
      .then(() => handle(turns))
      .catch((error) => {
        log('error', 'frames not handled', undefined, { error: errorText(error) })
        for (const turn of turns) turn.end()
      })
    return end.finally(() => {
      queue.length -= length
    })
  }

  #turn(socket: WebSocket, queue: Queue): Turn {
    const { promise, resolve: finish } = Promise.withResolvers<void>()
    const place: Place = { isDone: false, answer: undefined, finish }
    const before = queue.end
    queue.places.push(place)
    queue.end = promise
    const end = (answer?: ServerFrame) => {
      place.isDone = true
      place.answer = answer
      const waiting = queue.places.findIndex(({ isDone }) => !isDone)
      const done = queue.places.splice(0, waiting < 0 ? queue.places.length : waiting)
      this.#answer(
        socket,
        done.flatMap((each) => each.answer ?? []),
      )
      for (const each of done) each.finish()
    }
    return { before, end }
  }
}
