import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import * as z from 'zod/mini'
import type { ClientFrame, EntryFrame, ServerFrame } from '../../src/contract'
import { serverFrame } from '../../src/contract'
import type { Bindings } from '../../src/env'
import { nameKey } from '../../src/lib/name-key'
import type { Hub } from '../../src/live/hub'
import { call, type Options } from './api'
import { type Cost, counting } from './database'

type Wanted = Options & {
  query?: string
  after?: number
  roomId?: number
  userName?: string
  ticket?: string
  /** Values of `Sec-WebSocket-Protocol`. */
  protocols?: string[]
}

/** A listener of a room over a WebSocket, and what it has been sent. */
export class Listener {
  readonly frames: ServerFrame[] = []
  /** The same, as they came together: an array for each WebSocket message. */
  readonly messages: ServerFrame[][] = []
  readonly pongs: string[] = []
  closed: { code: number; reason: string } | undefined
  readonly socket: WebSocket
  #wake: (() => void)[] = []

  constructor(socket: WebSocket, takesArrays: boolean) {
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      if (data === 'pong') this.pongs.push(data)
      else {
        const json = JSON.parse(String(data))
        const frames = z.array(serverFrame).parse(takesArrays ? json : [json])
        this.messages.push(frames)
        this.frames.push(...frames)
      }
      this.#changed()
    })
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason }
      this.#changed()
    })
    socket.accept()
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  /** Waits until something is so of what has come. */
  async until(holds: (listener: Listener) => unknown): Promise<this> {
    while (!holds(this)) await new Promise<void>((wake) => this.#wake.push(wake))
    return this
  }

  /** Waits for a frame of a type that has not been waited for. */
  async next<Type extends ServerFrame['type']>(
    type: Type,
    from = 0,
  ): Promise<Extract<ServerFrame, { type: Type }>> {
    const find = () => this.frames.slice(from).find((frame) => frame.type === type)
    await this.until(find)
    return find() as Extract<ServerFrame, { type: Type }>
  }

  /** The entries that have come, once the one of this number has. */
  async entries(upTo: number): Promise<EntryFrame[]> {
    await this.until(() => this.log.some(({ seq }) => seq >= upTo))
    return this.log
  }

  get log(): EntryFrame[] {
    return this.frames.filter(
      (frame): frame is EntryFrame =>
        frame.type === 'message' ||
        frame.type === 'edit' ||
        frame.type === 'delete' ||
        frame.type === 'reaction',
    )
  }

  get seqs(): number[] {
    return this.log.map(({ seq }) => seq)
  }

  send(frame: ClientFrame | ClientFrame[] | string | ArrayBuffer): void {
    this.socket.send(
      typeof frame === 'string' || frame instanceof ArrayBuffer ? frame : JSON.stringify(frame),
    )
  }
}

const pathTo = (room: string, { query: given = '', after, roomId, userName }: Wanted): string => {
  const query = new URLSearchParams(given)
  if (after !== undefined) query.set('after', String(after))
  if (roomId !== undefined) query.set('roomId', String(roomId))
  if (userName !== undefined) query.set('userName', userName)
  return `${room}/live?${query}`
}

const upgrade = ({ ticket, protocols = ticket ? ['parlour.v1', `ticket.${ticket}`] : [] }: Wanted) => ({
  Upgrade: 'websocket',
  ...(protocols.length > 0 && { 'Sec-WebSocket-Protocol': protocols.join(', ') }),
})

/** The hub of a room, which is given by its path. */
export const hubOf = (room: string): DurableObjectStub<Hub> =>
  env.HUB.getByName(nameKey(decodeURIComponent(room.slice('/chatroom/'.length))))

/** The number that a room, which is given by its path, has in D1. */
export const roomIdOf = async (room: string): Promise<number> =>
  (await env.DB.prepare('select id from rooms where name = ?').bind(room.slice(10)).first<number>('id')) ?? 0

/** Makes the hub of a room find out which webhooks there are. It does so once, with its first entry. */
const learnWebhooks = async (room: string): Promise<void> => {
  const roomId = await roomIdOf(room)
  if (roomId === 0) return
  await hubOf(room).tellWebhooks({ stream: 'log', roomId })
  await vi.waitFor(() =>
    runInDurableObject(hubOf(room), (_, { storage }) => expect(storage.kv.get('webhooks')).toBeDefined()),
  )
}

/** Gives the hub of a room other bindings, for as long as it lives. */
export const bind = async (room: string, bindings: Partial<Bindings>): Promise<void> => {
  if (bindings.DB) await learnWebhooks(room)
  await runInDurableObject(hubOf(room), (hub) => {
    Object.defineProperty(hub, 'env', { value: { ...env, ...bindings } })
  })
}

/** Counts what the room's hub asks of D1 from now on. */
export const countOf = async (room: string): Promise<Cost> => {
  const { db, cost } = counting()
  await bind(room, { DB: db })
  return cost
}

/** Tries to listen to a room over a WebSocket. */
export const connect = (room: string, wanted: Wanted = {}): Promise<Response> =>
  call('GET', pathTo(room, wanted), { ...wanted, headers: { ...wanted.headers, ...upgrade(wanted) } })

/** Listens to a room over a WebSocket. */
export const listen = async (room: string, wanted: Wanted = {}): Promise<Listener> => {
  const response = await connect(room, wanted)
  expect(response.status, response.webSocket ? '' : await response.text()).toBe(101)
  if (!response.webSocket) throw new Error('no socket')
  return new Listener(response.webSocket, response.headers.get('Sec-WebSocket-Protocol') === 'parlour.v2')
}

/** Runs the alarm of a room's hub. Returns false if none is set. */
export const runAlarm = (room: string): Promise<boolean> => runDurableObjectAlarm(hubOf(room))

/** The time of the next alarm of a room's hub; null if none is set. */
export const nextAlarm = (room: string): Promise<number | null> =>
  runInDurableObject(hubOf(room), (_, { storage }) => storage.getAlarm())

/** Does something while all clocks say a later time. */
export const later = async <Result>(milliseconds: number, act: () => Promise<Result>): Promise<Result> => {
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + milliseconds)
  try {
    return await act()
  } finally {
    clock.mockRestore()
  }
}

/** Listens as a client whose network is gone: it answers no Close. */
export const listenHalfOpen = async (room: string, wanted: Wanted = {}) => {
  const { webSocket } = await connect(room, wanted)
  if (!webSocket) throw new Error('no socket')
  const closed = new Promise<CloseEvent>((close) => webSocket.addEventListener('close', close))
  webSocket.accept({ allowHalfOpen: true })
  return { webSocket, closed }
}

export type Event = { id: string | undefined; event: string; data: ServerFrame }

/** Listens to a room as an event stream; each call of `next` gives the next event. */
export const stream = async (room: string, wanted: Wanted = {}) => {
  const response = await call('GET', pathTo(room, wanted), wanted)
  expect(response.status).toBe(200)
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader()
  let text = ''
  const block = async (): Promise<string> => {
    while (!text.includes('\n\n')) {
      const { value, done } = await reader.read()
      if (done) throw new Error('the stream has ended')
      text += value
    }
    const end = text.indexOf('\n\n')
    const found = text.slice(0, end)
    text = text.slice(end + 2)
    return found
  }
  const next = async (): Promise<Event> => {
    const lines = (await block()).split('\n')
    const field = (name: string) =>
      lines
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trimStart()
    const data = field('data')
    if (data === undefined) return next()
    return { id: field('id'), event: field('event') ?? '', data: serverFrame.parse(JSON.parse(data)) }
  }
  return { response, block, next, cancel: () => reader.cancel() }
}
