import { setTimeout as wait } from 'node:timers/promises'
import { Connection, requestOf } from '../connection.ts'
import { listen } from './listen.ts'
import { type Peer, userName } from './peers.ts'
import { frameOf, type RawSocket } from './socket.ts'

const TIMEOUT_MILLISECONDS = 20_000
/** Number of connections that are opened at the same time. */
const CONCURRENT_OPENS = 20

/** A message is sent by a POST request, or as a frame on the socket of a listener. */
export type SendMethod = 'post' | 'frame'

export type Load = { method: SendMethod; seconds: number; window: number }
export type Loaded = { messages: number; deliveries: number; seconds: number }

const waitUntil = async (what: string, isDone: () => boolean): Promise<void> => {
  const end = performance.now() + TIMEOUT_MILLISECONDS
  while (!isDone()) {
    if (performance.now() > end) throw new Error(`${what} takes too long`)
    await wait(1)
  }
}

/** A local address, which Parlour's limits do not count. */
const local = 'CF-Connecting-IP: 127.0.0.1\r\n'

/** Returns a message text that begins with a number, of 64 characters. */
const textOf = (number: number): string =>
  `#${String(number).padStart(8, '0')} `.padEnd(64, 'text of a chat message ')

/** The listeners of one room, and the senders of its messages. */
export class LoadGenerator {
  readonly #peer: Peer
  readonly #port: number
  readonly #room: string
  readonly #sockets: RawSocket[] = []
  readonly #received: number[] = []
  #posters: Connection[] = []
  #total = 0
  #sent = 0
  #onCount: (data: Buffer) => void = () => undefined
  #failure: string | undefined

  constructor(peer: Peer, port: number, room: string) {
    this.#peer = peer
    this.#port = port
    this.#room = room
  }

  /** Connects listeners. The first listener can also send. */
  async open(listeners: number): Promise<void> {
    const next = async (): Promise<void> => {
      while (this.#received.length < listeners) await this.#listen()
    }
    await Promise.all(Array.from({ length: CONCURRENT_OPENS }, next))
  }

  async #listen(): Promise<void> {
    const index = this.#received.push(0) - 1
    const place = { peer: this.#peer, port: this.#port, room: this.#room }
    const socket = await listen(index === 0 ? { ...place, userName } : place, {
      count: (frames, data) => {
        this.#received[index] = (this.#received[index] ?? 0) + frames
        this.#total += frames
        this.#onCount(data)
      },
      fail: (reason) => {
        this.#failure ??= reason
      },
    })
    this.#sockets[index] = socket
  }

  close(): void {
    for (const each of [...this.#sockets, ...this.#posters]) each.close()
  }

  get #pending(): number {
    return this.#sent - Math.floor(this.#total / this.#sockets.length)
  }

  /** Sends messages as fast as they are delivered, with at most `window` undelivered messages. */
  async load({ method, seconds, window }: Load): Promise<Loaded> {
    const before = this.#sent
    const start = performance.now()
    const sendNext = this.#sender(method, window)
    let isOver = false
    const push = () => {
      while (!isOver && this.#pending < window && sendNext()) this.#sent++
    }
    this.#onPosted = push
    this.#onCount = push
    push()
    await wait(seconds * 1000)
    isOver = true
    await this.#settled()
    const messages = this.#sent - before
    return {
      messages,
      deliveries: messages * this.#sockets.length,
      seconds: (performance.now() - start) / 1000,
    }
  }

  #onPosted: () => void = () => undefined

  #post(poster: Connection | undefined): boolean {
    const body = { userName, message: textOf(this.#sent) }
    poster?.send(requestOf('POST', this.#peer.postTo(this.#room), body, local))
    return poster !== undefined
  }

  /** Returns a function that sends the next message, and returns false if no connection is free. */
  #sender(method: SendMethod, window: number): () => boolean {
    if (method === 'frame') {
      return () => {
        this.#sockets[0]?.send(frameOf(this.#peer.frame(textOf(this.#sent), { userName, after: 0 })))
        return true
      }
    }
    this.#posters = this.#posters.filter(({ isClosed }) => !isClosed)
    while (this.#posters.length < window) this.#addPoster()
    return () => this.#post(this.#freePoster)
  }

  get #freePoster(): Connection | undefined {
    return this.#posters.find(({ isFree, isClosed }) => isFree && !isClosed)
  }

  #addPoster(): void {
    this.#posters = this.#posters.filter(({ isClosed }) => !isClosed)
    const failed = (why: string) => {
      this.#failure ??= `a POST: ${why}`
    }
    this.#posters.push(new Connection(this.#port, () => this.#onPosted(), failed))
  }

  /** Waits until all listeners have received all messages. Throws if one received more. */
  async #settled(): Promise<void> {
    const all = this.#sent * this.#sockets.length
    await waitUntil(`${all - this.#total} deliveries of ${all}`, () => {
      if (this.#failure) throw new Error(this.#failure)
      return this.#total >= all && this.#posters.every(({ isFree }) => isFree)
    })
    const wrong = this.#received.filter((count) => count !== this.#sent)
    if (wrong.length > 0)
      throw new Error(`${wrong.length} listeners did not get ${this.#sent} messages; one got ${wrong[0]}`)
  }

  /** Sends POST requests at a steady rate, and returns the milliseconds from each request to each delivery. */
  async postSteadily({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<number[]> {
    const sentAt: number[] = []
    const latencies: number[] = []
    this.#onPosted = () => undefined
    this.#onCount = (data) => {
      const now = performance.now()
      for (let at = data.indexOf('#'); at >= 0; at = data.indexOf('#', at + 1)) {
        const number = Number(data.toString('latin1', at + 1, at + 9))
        latencies.push(now - (sentAt[number] ?? Number.NaN))
      }
    }
    const start = performance.now()
    for (let number = 0; number < perSecond * seconds; number++) {
      await wait(Math.max(0, start + (number * 1000) / perSecond - performance.now()))
      if (!this.#freePoster) this.#addPoster()
      sentAt[this.#sent] = performance.now()
      this.#post(this.#freePoster)
      this.#sent++
    }
    await this.#settled()
    return latencies
  }
}
