import { env } from 'cloudflare:workers'
import type { EntryFrame, ServerFrame } from '../../src/contract'
import type { Hub } from '../../src/live/hub'
import type { NewEntry } from '../../src/live/hub-api'
import { connect } from './live'

/** Wraps the hubs: some notices of new entries are lost, others arrive late. */
export const lossyHub = (next: () => number) => {
  const delayed: { after: number; deliver: () => Promise<void> }[] = []
  let count = 0
  const release = (isDue: (after: number) => boolean) => {
    const due = delayed.filter(({ after }) => isDue(after))
    for (const one of due) delayed.splice(delayed.indexOf(one), 1)
    return Promise.all(due.map(({ deliver }) => deliver()))
  }
  const HUB = {
    getByName: (name: string) => {
      const hub = () => env.HUB.getByName(name)
      const publish = async (roomId: number, entries: NewEntry[]) => {
        const chance = next()
        count++
        // Lost below 0.2, late below 0.5, else in time.
        if (chance >= 0.2) {
          const after = chance < 0.5 ? count + Math.ceil(10 * next()) : count
          // A hub that was just killed loses the notice too.
          delayed.push({
            after,
            deliver: async () =>
              hub()
                .publish(roomId, entries)
                .catch(() => undefined),
          })
        }
        await release((after) => after <= count)
      }
      return {
        publish,
        readUpTo: (roomId: number, seq: number) => hub().readUpTo(roomId, seq),
        broadcast: (roomId: number, frame: ServerFrame) => hub().broadcast(roomId, frame),
      } as unknown as DurableObjectStub<Hub>
    },
  } as unknown as typeof env.HUB
  return { HUB, flush: () => release(() => true) }
}

/** Listens to a room. When the connection ends, it reconnects with the last number that it received. */
export class ReconnectingListener {
  readonly #room: string
  readonly log: EntryFrame[] = []
  #socket: WebSocket | undefined
  #over = false
  connections = 0
  resets = 0
  #wake: (() => void)[] = []

  constructor(room: string) {
    this.#room = room
  }

  get last(): number {
    return this.log.at(-1)?.seq ?? 0
  }

  async start(): Promise<void> {
    // A hub that is killed during the connection throws, so the listener tries again.
    const response = await connect(this.#room, { after: this.last }).catch(() => undefined)
    const socket = response?.webSocket
    if (!socket) return this.start()
    this.connections++
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      // Ignores frames of an abandoned connection, because they come again on the next one.
      if (this.#socket !== socket) return
      const frame = JSON.parse(String(data))
      if (frame.type === 'reset') this.resets++
      if (typeof frame.createdAt !== 'string') return
      this.log.push(frame)
      for (const wake of this.#wake.splice(0)) wake()
    })
    const end = () => {
      if (this.#socket !== socket) return
      this.#socket = undefined
      if (!this.#over) this.start()
    }
    socket.addEventListener('close', end)
    socket.addEventListener('error', end)
    socket.accept()
  }

  /** Drops the connection without a proper close. */
  drop(): void {
    const socket = this.#socket
    // It is already reconnecting.
    if (!socket) return
    this.#socket = undefined
    try {
      socket.close(1001)
    } catch {}
    this.start()
  }

  async until(seq: number): Promise<void> {
    while (this.last < seq) await new Promise<void>((wake) => this.#wake.push(wake))
  }

  leave(): void {
    this.#over = true
    this.#socket?.close(1000)
  }
}
