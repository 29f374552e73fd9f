import { setTimeout as wait } from 'node:timers/promises'
import { Connection, requestOf } from '../connection.ts'
import { type Peer, userName } from './peers.ts'
import { frameOf, RawSocket } from './socket.ts'

const PATIENCE_MILLISECONDS = 20_000
/** How many connections are opened at once. */
const OPENING = 20

/** How messages are sent: as a request, or as a frame on the socket of somebody who listens too. */
export type Way = 'post' | 'frame'

export type Load = { way: Way; seconds: number; window: number }
export type Loaded = { messages: number; deliveries: number; seconds: number }

const within = async (what: string, isDone: () => boolean): Promise<void> => {
  const end = performance.now() + PATIENCE_MILLISECONDS
  while (!isDone()) {
    if (performance.now() > end) throw new Error(`${what} takes too long`)
    await wait(1)
  }
}

/** The address of whoever sits at the machine, which no limit of Parlour's counts. */
const local = 'CF-Connecting-IP: 127.0.0.1\r\n'

/** The number that a message of the bench begins with, and 64 characters in all. */
const textOf = (number: number): string =>
  `#${String(number).padStart(8, '0')} `.padEnd(64, 'what is said in a room ')

/** Everybody who listens to one room, and who speaks there. */
export class Crowd {
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

  /** Lets that many listeners in; the first of a room can speak. */
  async open(listeners: number): Promise<void> {
    const next = async (): Promise<void> => {
      while (this.#sockets.length < listeners) await this.#listen()
    }
    await Promise.all(Array.from({ length: OPENING }, next))
  }

  async #listen(): Promise<void> {
    const { hello, message, listenAt } = this.#peer
    const index = this.#sockets.length
    this.#received[index] = 0
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket = new RawSocket(this.#port, listenAt(this.#room, index === 0), {
      counted: message,
      open: () => {
        if (hello?.say) socket.send(frameOf(hello.say))
        if (!hello) resolve()
      },
      count: (frames, data) => {
        this.#received[index] = (this.#received[index] ?? 0) + frames
        this.#total += frames
        this.#onCount(data)
      },
      other: (text) => {
        if (hello && text.startsWith(hello.hear)) resolve()
        // Socket.IO asks for signs of life in frames of its own.
        if (text === '2') socket.send(frameOf('3'))
        if (text.startsWith('{"type":"error"')) this.#failure = text
      },
      end: (why) => {
        this.#failure ??= why
        reject(new Error(this.#failure))
      },
    })
    this.#sockets.push(socket)
    await promise
  }

  close(): void {
    for (const each of [...this.#sockets, ...this.#posters]) each.close()
  }

  get #pending(): number {
    return this.#sent - Math.floor(this.#total / this.#sockets.length)
  }

  /** Sends as much as is delivered, with no more than `window` messages on their way to somebody. */
  async load({ way, seconds, window }: Load): Promise<Loaded> {
    const before = this.#sent
    const start = performance.now()
    const say = this.#speaker(way, window)
    let isOver = false
    const push = () => {
      while (!isOver && this.#pending < window && say()) this.#sent++
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
    const said = { userName, message: textOf(this.#sent) }
    poster?.ask(requestOf('POST', this.#peer.postTo(this.#room), said, local))
    return poster !== undefined
  }

  /** Says the next message, if there is a way free to say it. */
  #speaker(way: Way, window: number): () => boolean {
    if (way === 'frame') {
      return () => {
        this.#sockets[0]?.send(frameOf(this.#peer.say(textOf(this.#sent))))
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

  /** Waits until everybody has been sent everything, and sees that nobody was sent more. */
  async #settled(): Promise<void> {
    const all = this.#sent * this.#sockets.length
    await within(`${all - this.#total} deliveries of ${all}`, () => {
      if (this.#failure) throw new Error(this.#failure)
      return this.#total >= all && this.#posters.every(({ isFree }) => isFree)
    })
    const wrong = this.#received.filter((count) => count !== this.#sent)
    if (wrong.length > 0)
      throw new Error(`${wrong.length} listeners got other than ${this.#sent} messages, such as ${wrong[0]}`)
  }

  /** POSTs at a steady pace, and gives the milliseconds from each request to each of its deliveries. */
  async pace({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<number[]> {
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
