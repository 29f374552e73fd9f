import { setTimeout as wait } from 'node:timers/promises'
import { userNames } from '../http/routes.ts'
import { atRate } from '../http/steady-rate.ts'
import { Deliveries, readTexts, textOf } from './deliveries.ts'
import { listen } from './listen.ts'
import type { Loaded } from './load-generator.ts'
import type { Peer } from './peers.ts'
import { frameOf, type RawSocket } from './socket.ts'

const TIMEOUT_MILLISECONDS = 20_000
/** The documentation asks clients to acknowledge each 256 KiB. */
const ACKNOWLEDGE_EVERY = 256 * 1024

const SEQ = Buffer.from('"seq":')

/** Returns the number of the last entry in some frames; 0 if there is none. */
const lastSeqIn = (data: Buffer): number => {
  const at = data.lastIndexOf(SEQ)
  return at < 0 ? 0 : Number.parseInt(data.toString('latin1', at + SEQ.length, at + SEQ.length + 12), 10)
}

/** A room in which everybody listens and speaks. */
export class Roomful {
  readonly #peer: Peer
  readonly #port: number
  readonly #room: string
  readonly #people: number
  readonly #sockets: RawSocket[] = []
  readonly #deliveries: Deliveries
  /** For each person: how many messages were sent, the last number seen, and how much was read since it was acknowledged. */
  readonly #said: number[] = []
  readonly #seen: number[] = []
  readonly #unread: number[] = []
  #sent = 0
  #onDelivery: (listener: number, person: number, number: number) => void = () => undefined
  readonly #failure = Promise.withResolvers<never>()

  constructor(peer: Peer, port: number, room: string, people: number) {
    this.#peer = peer
    this.#port = port
    this.#room = room
    this.#people = people
    this.#deliveries = new Deliveries(people)
    this.#failure.promise.catch(() => undefined)
  }

  async open(): Promise<void> {
    for (let person = 0; person < this.#people; person++) {
      const [peer, port, room] = [this.#peer, this.#port, this.#room]
      this.#said[person] = this.#seen[person] = this.#unread[person] = 0
      const socket = await listen(
        { peer, port, room, userName: userNames[person] },
        {
          count: (_, data) => this.#take(person, data),
          fail: (reason) => this.#failure.reject(new Error(reason)),
        },
      )
      this.#sockets.push(socket)
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
  }

  #take(listener: number, data: Buffer): void {
    if (data.includes('{"type":"error"')) this.#failure.reject(new Error(data.toString('utf8')))
    const seq = lastSeqIn(data)
    if (seq > 0) this.#seen[listener] = seq
    this.#acknowledge(listener, data.length)
    try {
      readTexts(data, (person, number) => {
        this.#deliveries.take(listener, person, number)
        this.#onDelivery(listener, person, number)
      })
    } catch (error) {
      this.#failure.reject(error)
    }
  }

  #acknowledge(listener: number, length: number): void {
    const unread = (this.#unread[listener] ?? 0) + length
    const { acknowledge } = this.#peer
    const isDue = unread >= ACKNOWLEDGE_EVERY
    if (isDue && acknowledge) this.#sockets[listener]?.send(frameOf(acknowledge(this.#seen[listener] ?? 0)))
    this.#unread[listener] = isDue ? 0 : unread
  }

  /** Sends a person's next message. */
  #say(person: number): void {
    const number = this.#said[person] ?? 0
    this.#said[person] = number + 1
    this.#sent++
    const from = { userName: userNames[person] ?? '', after: this.#seen[person] ?? 0 }
    this.#sockets[person]?.send(frameOf(this.#peer.frame(textOf(person, number), from)))
  }

  /** Lets each person send a message when the one before has come back. */
  async speak(seconds: number): Promise<Loaded> {
    const before = this.#sent
    const start = performance.now()
    let isOver = false
    this.#onDelivery = (listener, person) => {
      if (listener === person && !isOver) this.#say(person)
    }
    for (let person = 0; person < this.#people; person++) this.#say(person)
    await Promise.race([wait(seconds * 1000), this.#failure.promise])
    isOver = true
    await this.#settled()
    const messages = this.#sent - before
    return {
      messages,
      deliveries: messages * this.#people,
      seconds: (performance.now() - start) / 1000,
    }
  }

  /** Sends messages at a steady rate, by one person after another. Returns for each the milliseconds until everybody had it. */
  async speakSteadily(rate: { perSecond: number; seconds: number }): Promise<number[]> {
    const open = new Map<string, { left: number; done: () => void }>()
    this.#onDelivery = (_, person, number) => {
      const message = open.get(`${person} ${number}`)
      if (message && --message.left === 0) message.done()
    }
    const say = (turn: number): Promise<void> => {
      const person = turn % this.#people
      const { promise, resolve } = Promise.withResolvers<void>()
      const number = this.#said[person] ?? 0
      open.set(`${person} ${number}`, { left: this.#people, done: resolve })
      this.#say(person)
      return promise
    }
    const tooLong = wait(rate.seconds * 1000 + TIMEOUT_MILLISECONDS).then(() => {
      throw new Error(`Only ${this.#deliveries.total} of ${this.#sent * this.#people} were delivered`)
    })
    tooLong.catch(() => undefined)
    const latencies = await Promise.race([atRate(rate, say), this.#failure.promise, tooLong])
    await this.#settled()
    return latencies
  }

  /** Waits until everybody has everything. Throws if somebody got something else, or in another order. */
  async #settled(): Promise<void> {
    const all = this.#sent * this.#people
    const end = performance.now() + TIMEOUT_MILLISECONDS
    while (this.#deliveries.total < all) {
      if (performance.now() > end) throw new Error(`Only ${this.#deliveries.total} of ${all} were delivered`)
      await Promise.race([wait(1), this.#failure.promise])
    }
    this.#deliveries.expectSameOrder()
  }
}
