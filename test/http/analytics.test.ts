import { afterEach, describe, expect, it, vi } from 'vitest'
import { call, fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { approving } from '../support/held'
import { bind, connect, listen, stream } from '../support/live'

afterEach(() => vi.restoreAllMocks())

type Point = { indexes: string[]; blobs: string[]; doubles: number[] }

/** Returns a dataset with the one method that Cloudflare's has, and its points. It refuses what Cloudflare would refuse. */
const dataset = () => {
  const points: Point[] = []
  const writeDataPoint = (point?: AnalyticsEngineDataPoint) => {
    const { indexes = [], blobs = [], doubles = [] } = (point ?? {}) as Point
    if (indexes.length !== 1 || blobs.length > 20 || doubles.length > 20) throw new TypeError('too much')
    if (!doubles.every(Number.isFinite)) throw new TypeError('no number')
    points.push({ indexes, blobs, doubles })
  }
  const env = { ANALYTICS: { writeDataPoint } as AnalyticsEngineDataset }
  return { points, env, events: () => points.map(({ indexes: [event] }) => event) }
}

const D1_MILLISECONDS = 1

describe('with a dataset, there is a data point', () => {
  it('for each request: what it was, its status, and what D1 did for it', async () => {
    const { room, member } = await approving('none')
    const { points, env } = dataset()
    const body = { userName: member.name, message: 'secret words' }
    const headers = { 'Idempotency-Key': fresh('key') }
    await ok('POST', `${room}/message`, { env, body, headers })
    await ok('POST', `${room}/message`, { env, body, headers })
    await ok('GET', `${room}/message`, { env })
    await ok('POST', `${room}/message/1/report`, { env, body: { userName: member.name, reason: 'spam' } })
    await fails(404, 'POST', '/chatroom/nowhere/message', { env, body })
    await fails(400, 'POST', `${room}/message`, { env, body: {} })
    expect(points.map(({ indexes: [index], blobs, doubles: [status] }) => [index, ...blobs, status])).toEqual(
      [
        ['send', 'send', '/chatroom/:name/message', 'POST', '', 201],
        ['request', 'request', '/chatroom/:name/message', 'POST', '', 201],
        ['request', 'request', '/chatroom/:name/message', 'GET', '', 200],
        ['reported', 'reported', '/chatroom/:name/message/:seq/report', 'POST', '', 201],
        ['refusal', 'refusal', '/chatroom/:name/message', 'POST', 'chatroom-not-found', 404],
        ['refusal', 'refusal', '/chatroom/:name/message', 'POST', 'invalid-request', 400],
      ],
    )
    const [first, , page, , , invalid] = points
    expect(first?.doubles.slice(2)).toEqual([1, expect.any(Number), expect.any(Number)])
    expect(page?.doubles[D1_MILLISECONDS]).toBeGreaterThanOrEqual(0)
    expect(invalid?.doubles.slice(1)).toEqual([0, 0, 0, 0])
    const written = JSON.stringify(points)
    for (const personal of [member.name, 'secret', room.split('/').at(-1)])
      expect(written).not.toContain(personal)
  })

  it('for a message or an edit that is held, once', async () => {
    const { room, member, owner } = await approving('none')
    await say(room, member.name, 'x')
    await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
    const { events, env } = dataset()
    const body = { userName: member.name, message: 'y' }
    const headers = { 'Idempotency-Key': fresh('key') }
    for (const _ of [1, 2]) await ok('POST', `${room}/message`, { env, headers, body })
    await ok('PATCH', `${room}/message/1`, { env, body })
    expect(events()).toEqual(['held', 'request', 'held'])
  })

  it('for a connection of each kind, and for one that is refused', async () => {
    const { room, owner } = await roomFixture()
    const { points, env } = dataset()
    await listen(room, { env })
    await (await stream(room, { env })).cancel()
    await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
    expect((await connect(room, { env, userName: (await newUser()).name })).status).toBe(403)
    expect(
      points.map(({ blobs: [event, , , detail], doubles: [status] }) => [event, detail, status]),
    ).toEqual([
      ['connect', 'websocket', 101],
      ['connect', 'event-stream', 200],
      ['refusal', 'members-only', 403],
    ])
  })

  it('for what comes by frames, each round trip of theirs, and each close by its code', async () => {
    const { room, owner, member } = await roomFixture()
    const { points, env } = dataset()
    await bind(room, env)
    const listener = await listen(room, { userName: member.name })
    listener.send({ type: 'message', message: 'hello', ref: 'a' })
    await listener.next('sent')
    await ok('PATCH', room, { token: owner.token, body: { blockedWords: ['casino'] } })
    listener.send({ type: 'message', message: 'casino', ref: 'b' })
    await listener.next('error')
    await ok('PATCH', `${room}/member/${member.name}`, { token: owner.token, body: { ban: {} } })
    const { closed } = await listener.until(({ closed }) => closed)
    const of = (event: string) => points.filter(({ indexes: [index] }) => index === event)
    expect(of('send')).toHaveLength(1)
    expect(of('refusal')).toMatchObject([
      { blobs: ['refusal', '/chatroom/:name/live', 'frame', 'blocked-word'] },
    ])
    expect(of('close')).toMatchObject([{ doubles: [closed?.code, 0, 0, 0, 0] }])
    // The first message, and the second one twice: together with others, and by itself.
    expect(of('frames').map(({ doubles }) => doubles[2])).toEqual([1, 1, 1])
  })
})

describe('without a dataset, or with one that fails,', () => {
  it('everything is answered as ever', async () => {
    const { room, member } = await roomFixture()
    await say(room, member.name, 'x')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const ANALYTICS = {
      writeDataPoint: () => {
        throw new Error('away')
      },
    }
    const body = { userName: member.name, message: 'y' }
    expect((await call('POST', `${room}/message`, { env: { ANALYTICS }, body })).status).toBe(201)
    expect(warn).toHaveBeenCalledOnce()
  })
})
