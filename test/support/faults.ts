import { env } from 'cloudflare:workers'
import type { EntryFrame, ServerFrame } from '../../src/contract'
import type { Hub } from '../../src/live/hub'
import { connect } from './live'

/** The hubs, but that what they are told of new entries is lost, or comes after what was told later. */
export const unreliable = (next: () => number) => {
  const held: { after: number; deliver: () => Promise<void> }[] = []
  let told = 0
  const release = (isDue: (after: number) => boolean) => {
    const due = held.filter(({ after }) => isDue(after))
    for (const one of due) held.splice(held.indexOf(one), 1)
    return Promise.all(due.map(({ deliver }) => deliver()))
  }
  const HUB = {
    getByName: (name: string) => {
      const hub = () => env.HUB.getByName(name)
      const publish = async (...entry: [roomId: number, entry: EntryFrame, joined?: boolean]) => {
        const fate = next()
        told++
        // Lost, late by some that come after it, or as it should be.
        if (fate >= 0.2) {
          const after = fate < 0.5 ? told + Math.ceil(10 * next()) : told
          // A hub that has just been killed hears nothing either.
          held.push({
            after,
            deliver: async () =>
              hub()
                .publish(...entry)
                .catch(() => undefined),
          })
        }
        await release((after) => after <= told)
      }
      return {
        publish,
        tell: (frame: ServerFrame) => hub().tell(frame),
      } as unknown as DurableObjectStub<Hub>
    },
  } as unknown as typeof env.HUB
  return { HUB, flush: () => release(() => true) }
}

/** Listens to a room for as long as it lasts: whenever the connection ends it comes back with the last number it has seen. */
export class Regular {
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
    // A hub that is killed while it lets somebody in throws; anybody would try again.
    const response = await connect(this.#room, { after: this.last }).catch(() => undefined)
    const socket = response?.webSocket
    if (!socket) return this.start()
    this.connections++
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      // What still comes from a connection that was given up comes again by the next.
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

  /** The network drops: nobody says goodbye properly. */
  drop(): void {
    const socket = this.#socket
    // It is on its way in already.
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
