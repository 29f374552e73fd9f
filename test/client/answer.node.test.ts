import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Session } from '../../src/client/session.ts'
import { ReconnectingSubscription } from '../../src/client/subscription.ts'
import type { Closed, ConnectionOptions } from '../../src/client/transport.ts'

const entry = (seq: number, userName = 'danny') => ({
  type: 'message',
  seq,
  userId: 1,
  userName,
  message: `number ${seq}`,
  reactions: [{ reaction: '🎉', count: 1 }],
  createdAt: '2026-11-26T12:00:00.000Z',
})
const sent = (seq: number, more = {}) => ({ type: 'sent', seq, ref: 'key', ...more })
const problem = (status: number, type: string) => ({ type, title: '', status, detail: 'No.', instance: '' })
const frame = {
  type: 'message',
  message: 'number 5',
  ref: 'key',
  idempotencyKey: 'key',
  after: 4,
} as const

/** Listens over a connection that is live after entry 4, as danny. */
const connected = async () => {
  const opened = Promise.withResolvers<ConnectionOptions>()
  const live = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<Closed>()
  const session = new Session('http://nowhere.invalid')
  session.identity.set({ userName: 'danny' })
  const heard: unknown[] = []
  const asked: string[] = []
  const subscription = new ReconnectingSubscription({
    session,
    path: '/chatroom/lobby',
    transport: (options) => {
      opened.resolve(options)
      options.opened((frame) => asked.push(frame) > 0)
      options.signal.addEventListener('abort', () => closed.reject(options.signal.reason))
      return closed.promise
    },
    onEvent: (event) => heard.push('seq' in event ? [event.type, event.seq] : event.type),
    onConnection: ({ state }) => state === 'live' && live.resolve(),
  })
  onTestFinished(() => subscription.close())
  const { received } = await opened.promise
  const say = (...frames: object[]) => received(JSON.stringify(frames))
  say({ type: 'hello', seq: 4, roomId: 1, chatroom: 'Lobby', userName: 'danny' })
  await live.promise
  heard.length = 0
  asked.length = 0
  return { subscription, received, say, heard, asked, session, close: closed.resolve }
}

describe('a message that was sent as a frame', () => {
  const { type, ...message } = {
    ...entry(5),
    reactions: [{ reaction: '🎉', count: 1, mine: false }],
    chatroom: 'Lobby',
  }

  it.each([
    ['before its answer', [[entry(5)], [sent(5)]]],
    ['after its answer', [[sent(5)], [entry(5)]]],
    ['beside its answer', [[entry(5), sent(5)]]],
    ['beside its answer, behind it', [[sent(5), entry(5)]]],
    ['among others', [[entry(5, 'danny'), entry(6, 'erin')], [sent(5)]]],
  ])('is told once, also when it comes %s', async (_, messages) => {
    const { subscription, say, heard, asked } = await connected()
    const answer = subscription.sendMessage(frame)
    for (const frames of messages) say(...frames)
    expect(await answer).toEqual(message)
    expect(heard.filter((event) => `${event}` === 'message,5')).toHaveLength(1)
    expect(asked).toEqual([JSON.stringify(frame)])
  })

  it.each([
    ['the connection ends', ({ close }) => close({ code: 1006, reason: 'gone' })],
    [
      'the connection ends between the answer and the message',
      ({ say, close }) => {
        say(sent(5))
        close({ code: 1006, reason: 'gone' })
      },
    ],
    [
      'it was stored before and came over an earlier connection',
      ({ say }) => say(sent(3, { replayed: true })),
    ],
    ['missing entry', ({ say }) => say(sent(6), entry(6))],
    ['somebody else signs in', ({ session }) => session.identity.set({ userName: 'erin' })],
    [
      'the token is not valid any more',
      ({ say }) => say({ type: 'error', ref: 'key', problem: problem(401, '/problems/invalid-token') }),
    ],
    [
      'the user is gone',
      ({ say }) => say({ type: 'error', ref: 'key', problem: problem(404, '/problems/user-not-found') }),
    ],
  ] as [string, (connection: Awaited<ReturnType<typeof connected>>) => void][])(
    'is left to a request when %s',
    async (_, happens) => {
      const connection = await connected()
      const answer = connection.subscription.sendMessage(frame)
      happens(connection)
      expect(await answer).toBeUndefined()
    },
  )

  it('is left to a request when no answer comes', async () => {
    const { subscription, say } = await connected()
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const answer = subscription.sendMessage(frame)
    // Answers to others, and signs of life.
    say(entry(5, 'erin'), sent(5, { ref: 'another' }))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await answer).toBeUndefined()
  })

  it.each([
    ['has no name of its own', undefined],
    ['has another name', { userName: 'erin' }],
    ['has a token since', { userName: 'danny', token: 'token' }],
  ])('is not sent by a connection whose user is not the one who %s', async (_, identity) => {
    const { subscription, session, asked } = await connected()
    Object.defineProperty(session.identity, 'current', { value: identity })
    expect(await subscription.sendMessage(frame)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('is refused with the reason that a request would get', async () => {
    const { subscription, say } = await connected()
    const answer = subscription.sendMessage(frame)
    say({ type: 'error', ref: 'another', problem: problem(403, '/problems/banned') })
    say({ type: 'error', ref: 'key', problem: problem(429, '/problems/slow-mode'), retryAfterSeconds: 7 })
    await expect(answer).rejects.toMatchObject({
      name: 'ParlourError',
      status: 429,
      type: '/problems/slow-mode',
      message: 'No.',
      retryAfterSeconds: 7,
    })
  })
})

describe('a message of the server', () => {
  it('may hold one frame, as those of an older server do, or several', async () => {
    const { received, say, heard } = await connected()
    received(JSON.stringify(entry(5)))
    say(entry(6), { type: 'typing', userName: 'erin' }, entry(7))
    expect(heard).toEqual([['message', 5], ['message', 6], 'typing', ['message', 7]])
  })

  it('is heard up to a gap in it', async () => {
    const { say, heard } = await connected()
    say(entry(5), entry(7), { type: 'typing', userName: 'erin' }, entry(6))
    expect(heard).toEqual([['message', 5]])
  })

  it('is heard no further once the page has closed the subscription', async () => {
    const { subscription, say, heard } = await connected()
    const { push } = heard
    heard.push = (...events) => {
      subscription.close()
      return push.apply(heard, events)
    }
    say(entry(5), entry(6))
    expect([...heard]).toEqual([['message', 5]])
  })

  it.each([
    '',
    'nonsense',
    'null',
    '7',
    '[]',
    '[null,[[]]]',
    '{}',
    '{"type":"hello","seq":"x"}',
    '{"type":7}',
  ])('that is no frame changes nothing: %j', async (data) => {
    const { subscription, received, say, heard, session } = await connected()
    received(data)
    say(entry(5))
    expect(heard).toEqual([['message', 5]])
    expect([subscription.connection.state, session.identity.current?.userName]).toEqual(['live', 'danny'])
  })
})
