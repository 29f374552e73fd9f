import { once } from 'node:events'
import { expect, it, onTestFinished, vi } from 'vitest'
import { overEvents } from '../../src/client/event-stream.ts'
import { Session } from '../../src/client/session.ts'
import { overSocket } from '../../src/client/transport.ts'

const sent = new EventTarget()

/** A WebSocket that opens at once. */
class OpenSocket {
  static readonly OPEN = 1
  readonly readyState = 1
  onopen: (() => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null

  constructor() {
    queueMicrotask(() => this.onopen?.())
  }

  send(frame: string): void {
    sent.dispatchEvent(new CustomEvent('frame', { detail: frame }))
    this.onclose?.({ code: 4003, reason: 'banned' })
  }
}

it('a client sends a ping as soon as its WebSocket is open, so that it hears at once when the server closes it', async () => {
  vi.stubGlobal('WebSocket', OpenSocket)
  onTestFinished(() => void vi.unstubAllGlobals())
  const frame = once(sent, 'frame')
  const closed = overSocket({
    session: new Session('http://nowhere.invalid'),
    path: '/chatroom/lobby',
    query: {},
    pingMilliseconds: 60_000,
    opened: () => undefined,
    received: () => undefined,
    signal: new AbortController().signal,
  })
  expect(await frame).toMatchObject([{ detail: 'ping' }])
  expect(await closed).toEqual({ code: 4003, reason: 'banned' })
})

it('a client takes a frame of an event stream whole, although its text has other line ends', async () => {
  const frames = ['{"message":"one\u2028two\u2029three\\rfour"}', '{"message":"next"}']
  const stream = frames.map((data, seq) => `event: message\nid: ${seq}\ndata: ${data}\n\n`).join('')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(stream)))
  onTestFinished(() => void vi.unstubAllGlobals())
  const received: unknown[] = []
  await overEvents({
    session: new Session('http://nowhere.invalid'),
    path: '/chatroom/lobby',
    query: {},
    pingMilliseconds: 60_000,
    opened: () => undefined,
    received: (data) => received.push(data),
    signal: new AbortController().signal,
  })
  expect(received).toEqual(frames)
})
