import { describe, expect, it, onTestFinished } from 'vitest'
import { ParlourError } from '../../src/client/error.ts'
import { Session } from '../../src/client/session.ts'
import { ReconnectingSubscription } from '../../src/client/subscription.ts'
import type { Closed, ConnectionOptions } from '../../src/client/transport.ts'
import type { Connection } from '../../src/client/types.ts'

type Script = (options: ConnectionOptions) => Closed | Promise<Closed>

const frame = (type: string, seq?: number, more = {}) => JSON.stringify({ type, seq, ...more })
const hello = (seq: number) => frame('hello', seq, { chatroom: 'lobby', userName: null })
const message = (seq: number) =>
  frame('message', seq, {
    message: `number ${seq}`,
    userName: 'danny',
    createdAt: '2026-11-26T12:00:00.000Z',
  })
/** Stays open until the client closes it. */
const staying = ({ signal }: ConnectionOptions) =>
  new Promise<Closed>((_, fail) => {
    if (signal.aborted) fail(signal.reason)
    signal.addEventListener('abort', () => fail(signal.reason))
  })

/** Listens over scripted connections, one after another. The last one stays open. */
const listening = (scripts: Script[], after?: number) => {
  const asked: (number | undefined)[] = []
  const heard: unknown[] = []
  const states: Connection[] = []
  const session = new Session('http://nowhere.invalid')
  const wakes: (() => void)[] = []
  const listener = new ReconnectingSubscription({
    session,
    path: '/chatroom/lobby',
    ...(after !== undefined && { after }),
    firstWaitMilliseconds: 1,
    transport: async (options) => {
      asked.push(options.query.after)
      return (scripts.shift() ?? staying)(options)
    },
    onEvent: (event) => heard.push('seq' in event ? [event.type, event.seq] : event.type),
    onConnection: (connection) => {
      states.push(connection)
      for (const wake of wakes.splice(0)) wake()
    },
  })
  onTestFinished(() => listener.close())
  const until = async (state: Connection['state']): Promise<void> => {
    while (listener.connection.state !== state) await new Promise<void>((wake) => wakes.push(wake))
  }
  return { asked, heard, states, session, listener, until }
}

describe('a client that listens', () => {
  it('asks again for what is missing, and passes on nothing after a gap before it', async () => {
    const live = Promise.withResolvers<void>()
    const { asked, heard } = listening([
      (options) => {
        for (const text of [hello(4), message(5), message(7), message(8)]) options.received(text)
        return staying(options)
      },
      (options) => {
        for (const text of [hello(8), message(6), message(7), message(8)]) options.received(text)
        live.resolve()
        return staying(options)
      },
    ])
    await live.promise
    expect(asked).toEqual([undefined, 5])
    expect(heard).toEqual([
      ['hello', 4],
      ['message', 5],
      ['hello', 8],
      ['message', 6],
      ['message', 7],
      ['message', 8],
    ])
  })

  it('passes on nothing twice', async () => {
    const { heard, until, listener } = listening(
      [
        (options) => {
          for (const text of [hello(2), message(1), message(2), message(2), message(1), message(3)])
            options.received(text)
          return staying(options)
        },
      ],
      0,
    )
    await until('live')
    listener.close()
    await until('closed')
    expect(heard).toEqual([
      ['hello', 2],
      ['message', 1],
      ['message', 2],
      ['message', 3],
    ])
  })

  it('begins again where a log that is shorter than it was says', async () => {
    const { asked, heard, until } = listening(
      [
        (options) => {
          for (const text of [hello(3), frame('reset', 3), message(4)]) options.received(text)
          return { reason: 'that is all' }
        },
        (options) => {
          options.received(hello(4))
          return staying(options)
        },
      ],
      9,
    )
    await until('waiting')
    await until('live')
    expect(asked).toEqual([9, 4])
    expect(heard).toEqual([
      ['hello', 3],
      ['reset', 3],
      ['message', 4],
      ['hello', 4],
    ])
  })

  it('counts an entry of a kind that it does not know', async () => {
    const { asked, until } = listening([
      (options) => {
        for (const text of [hello(1), frame('poll', 2), message(3)]) options.received(text)
        return { reason: 'that is all' }
      },
    ])
    await until('waiting')
    await until('connecting')
    expect(asked).toEqual([undefined, 3])
  })

  it('goes on after a page that makes a mistake', async () => {
    const thrown = Promise.withResolvers<unknown>()
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', thrown.resolve)
    onTestFinished(() => {
      for (const each of others) process.on('uncaughtException', each)
    })
    const heard: string[] = []
    const listener = new ReconnectingSubscription({
      session: new Session('http://nowhere.invalid'),
      path: '/chatroom/lobby',
      transport: (options) => {
        for (const text of [hello(0), message(1)]) options.received(text)
        return staying(options)
      },
      onEvent: ({ type }) => {
        heard.push(type)
        if (type === 'hello') throw new Error('a mistake of the page')
      },
    })
    onTestFinished(() => listener.close())
    expect(await thrown.promise).toMatchObject({ message: 'a mistake of the page' })
    expect(heard).toEqual(['hello', 'message'])
  })

  it.each([
    ['is waiting when the network fails', new TypeError('fetch failed'), 'waiting'],
    ['is waiting when the server can’t just now', new ParlourError(503, undefined, 1), 'waiting'],
    ['looks for a room that is not there', new ParlourError(404, undefined), 'no room'],
    ['has no more to hear where it is refused', new ParlourError(403, undefined), 'closed'],
  ] as const)('%s', async (_, error, state) => {
    const { until, listener } = listening([() => Promise.reject(error)])
    await until(state)
    expect(listener.connection.state).toBe(state)
  })

  it('waits as long as the server says', async () => {
    const before = Date.now()
    const { until, listener } = listening([() => Promise.reject(new ParlourError(429, undefined, 3600))])
    await until('waiting')
    expect('until' in listener.connection && listener.connection.until).toBeGreaterThanOrEqual(
      before + 3_600_000,
    )
  })

  it('is heard again as somebody else who may listen', async () => {
    const { until, session, asked } = listening([
      () => Promise.reject(new ParlourError(403, undefined)),
      (options) => {
        options.received(hello(0))
        return staying(options)
      },
    ])
    await until('closed')
    session.identity.set({ userName: 'danny', token: 'token' })
    await until('live')
    expect(asked).toHaveLength(2)
  })
})
