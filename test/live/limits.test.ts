import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { from, limiter } from '../support/limits'
import { bind, countOf, hubOf, later, listen } from '../support/live'

describe('what a socket sends', () => {
  it('counts against the budget of its address and name, with what comes by HTTP', async () => {
    const { room, userName } = await roomWithUser()
    const [ADDRESS_WRITES, NAME_WRITES] = [limiter(3), limiter(100)]
    const budget = { ADDRESS_WRITES, NAME_WRITES } as unknown as Partial<typeof env>
    const headers = from('192.0.2.1')
    const listener = await listen(room, { userName, headers })
    await bind(room, budget)
    await ok('POST', `${room}/message`, { body: { userName, message: 'by HTTP' }, headers, env: budget })
    listener.send({ type: 'message', message: 'by a socket', ref: '2' })
    expect(await listener.next('sent')).toMatchObject({ seq: 2 })
    listener.send({ type: 'message', message: '', ref: '3' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === '3'))
    listener.send({ type: 'message', message: 'too much', ref: '4' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === '4'))
    expect(listener.frames.at(-1)).toMatchObject({
      type: 'error',
      ref: '4',
      problem: { type: '/problems/rate-limited', status: 429 },
      retryAfterSeconds: 60,
    })
    expect([...ADDRESS_WRITES.counts.values()]).toEqual([4])
    expect([...NAME_WRITES.counts.values()]).toEqual([2])
    await runInDurableObject(hubOf(room), (_, state) => {
      const [socket] = state.getWebSockets()
      expect(socket?.deserializeAttachment()).toMatchObject({
        addressKey: expect.stringMatching(/^[\w-]{43}$/),
      })
    })
  })
})

describe('typing', () => {
  it.each([
    ['muted', 'muted'],
    ['in an archived room', 'archived'],
    ['no member of a room that members post in', 'members-only'],
  ] as const)('is not passed on for a user that is %s', async (_, type) => {
    const { room, owner, member, guest } = await roomFixture()
    const [watcher, typist] = [
      await listen(room),
      await listen(room, { userName: type === 'members-only' ? guest.name : member.name }),
    ]
    typist.send({ type: 'typing' })
    await watcher.next('typing')
    const { token } = owner
    if (type === 'muted')
      await ok('PATCH', `${room}/member/${member.name}`, { body: { mute: { reason: 'loud' } }, token })
    else
      await ok('PATCH', room, {
        body: type === 'archived' ? { archived: true } : { posters: 'members' },
        token,
      })
    await typist.next(type === 'muted' ? 'member' : 'room')
    await later(1500, async () => {
      typist.send({ type: 'typing' })
      expect((await typist.next('error')).problem.type).toBe(`/problems/${type}`)
    })
    expect(watcher.frames.filter((frame) => frame.type === 'typing')).toHaveLength(1)
    expect(typist.closed).toBeUndefined()
  })

  it('is not passed on for a user that was muted as the author of a message', async () => {
    const { room, owner, member } = await roomFixture()
    const { seq } = await say(room, member.name, 'loud')
    const [watcher, typist] = [await listen(room), await listen(room, { userName: member.name })]
    typist.send({ type: 'typing' })
    await watcher.next('typing')
    const body = { authorOf: seq, kind: 'mute', reason: null }
    // With bindings of its own, a request is over when its hub has been told.
    await ok('POST', `${room}/sanction`, { body, token: owner.token, env: { ...env } })
    await later(1500, async () => {
      typist.send({ type: 'typing' })
      expect((await typist.next('error')).problem.type).toBe('/problems/muted')
    })
    await ok('PATCH', `${room}/member/${member.name}`, { body: { mute: null }, token: owner.token })
    await typist.next('member')
    await later(3000, async () => {
      typist.send({ type: 'typing' })
      await watcher.until(({ frames }) => frames.filter(({ type }) => type === 'typing').length === 2)
    })
  })

  it('asks D1 once, and then not again until something changes', async () => {
    const { room, userName } = await roomWithUser()
    const typist = await listen(room, { userName })
    const watcher = await listen(room)
    const cost = await countOf(room)
    for (let i = 1; i <= 3; i++)
      await later(2000 * i, async () => {
        typist.send({ type: 'typing' })
        await watcher.until(({ frames }) => frames.filter(({ type }) => type === 'typing').length === i)
      })
    expect(cost.roundTrips).toBe(1)
  })

  it.each(['typing', 'read', 'presence'] as const)('counts as a request: so does %s', async (type) => {
    const { room, userName } = await roomWithUser()
    const listener = await listen(room, { userName, headers: from('192.0.2.7') })
    await bind(room, { ADDRESS_READS: limiter(1) })
    listener.send({ type })
    listener.send({ type })
    expect(await listener.next('error')).toMatchObject({ problem: { status: 429 }, retryAfterSeconds: 60 })
  })
})

describe('connections', () => {
  it('of one user are bounded in a room: the oldest is closed', async () => {
    const { room, userName } = await roomWithUser()
    const tabs = []
    for (let i = 0; i < 21; i++) tabs.push(await listen(room, { userName }))
    await tabs[0]?.until(({ closed }) => closed)
    expect(tabs.map(({ closed }) => closed?.code)).toEqual([4029, ...Array(20).fill(undefined)])
  })

  it('of a user with its token are not closed by those who use its open name', async () => {
    const { room } = await roomWithUser()
    const user = await newUser()
    const bearer = await listen(room, { token: user.token })
    for (let i = 0; i < 21; i++) await listen(room, { userName: user.name })
    bearer.send('ping')
    await bearer.until(({ pongs }) => pongs.length === 1)
    expect(bearer.closed).toBeUndefined()
  })

  it('of one address are bounded in a room, also those of anonymous readers', async () => {
    const { room } = await roomWithUser()
    const headers = from('192.0.2.9')
    const other = await listen(room, { headers: from('192.0.2.10') })
    const first = await listen(room, { headers })
    await Promise.all(Array.from({ length: 200 }, () => listen(room, { headers })))
    await first.until(({ closed }) => closed)
    expect([first.closed?.code, other.closed]).toEqual([4029, undefined])
  })
})
