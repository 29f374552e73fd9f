import { describe, expect, it } from 'vitest'
import type { HeldAnswer } from '../../src/contract'
import { call, fresh, ok } from '../support/api'
import { approving, hold, post, texts, waiting } from '../support/held'
import { listen } from '../support/live'

type Fixture = Awaited<ReturnType<typeof approving>>

const keys: [string, () => Record<string, string>][] = [
  ['a key', () => ({ 'Idempotency-Key': fresh('key') })],
  ['a key and what the sender has seen', () => ({ 'Idempotency-Key': fresh('key'), 'Parlour-After': '0' })],
]

/** Events between a message that was held and its repeat, after which its author waits no longer for approval. */
const events: [string, (fixture: Fixture) => Promise<unknown>][] = [
  [
    'the rule is turned off',
    ({ room, owner }) => ok('PATCH', room, { token: owner.token, body: { approval: 'none' } }),
  ],
  [
    'the author is trusted',
    async ({ room, newcomer, moderator }) => {
      const other = await hold(room, newcomer, 'another')
      await ok('PUT', `${room}/held/${other}`, { token: moderator.token })
    },
  ],
  [
    'the author becomes a moderator',
    ({ room, newcomer, owner }) =>
      ok('PATCH', `${room}/member/${newcomer.name}`, { token: owner.token, body: { role: 'moderator' } }),
  ],
]

const cases = keys.flatMap(([key, headersOf]) =>
  events.map(([event, cause]) => ({ key, headersOf, event, cause })),
)

/** Sends a message until the isolate knows the rules of the room. */
const learnRules = ({ room, owner }: Fixture) => post(room, owner, 'known')

describe('a message that was held is stored once', () => {
  it.each(cases)('with $key, if $event, it is repeated and then approved', async ({ headersOf, cause }) => {
    const fixture = await approving()
    const { room, newcomer, owner } = fixture
    await ok('PUT', room, { token: newcomer.token, body: {} })
    const headers = headersOf()
    const id = await hold(room, newcomer, 'once', headers)
    await cause(fixture)
    await learnRules(fixture)
    const again = await post(room, newcomer, 'once', headers)
    expect(again.status).toBe(202)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await again.json()).toEqual({ held: true, id })
    await ok('PUT', `${room}/held/${id}`, { token: owner.token })
    const stored = await post(room, newcomer, 'once', headers)
    expect([stored.status, stored.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect((await texts(room)).filter((text) => text === 'once')).toEqual(['once'])
  })

  it.each(cases)('with $key, if it is approved, $event and it is repeated', async ({ headersOf, cause }) => {
    const fixture = await approving()
    const { room, newcomer, owner } = fixture
    const headers = headersOf()
    const id = await hold(room, newcomer, 'once', headers)
    await ok('PUT', `${room}/held/${id}`, { token: owner.token })
    if (cause !== events[1]?.[1]) await cause(fixture)
    await learnRules(fixture)
    const again = await post(room, newcomer, 'once', headers)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect((await texts(room)).filter((text) => text === 'once')).toEqual(['once'])
  })

  it.each(cases)('with $key, and never if it is refused, $event and it is repeated', async (given) => {
    const fixture = await approving()
    const { room, newcomer, owner } = fixture
    await ok('PUT', room, { token: newcomer.token, body: {} })
    const headers = given.headersOf()
    const id = await hold(room, newcomer, 'once', headers)
    await ok('DELETE', `${room}/held/${id}`, { token: owner.token })
    await given.cause(fixture)
    await learnRules(fixture)
    const again = await post(room, newcomer, 'once', headers)
    expect([again.status, await again.json()]).toEqual([202, { held: true, id }])
    expect(await texts(room)).not.toContain('once')
    expect((await post(room, newcomer, 'another text', headers)).status).toBe(422)
  })

  it('also if an open name repeats it, with another number of what it has seen', async () => {
    const { room, owner, guest } = await approving()
    const send = (headers: Record<string, string>) =>
      call('POST', `${room}/message`, { headers, body: { userName: guest.name, message: 'once' } })
    await ok('PUT', room, { body: { userName: guest.name } })
    const key = { 'Idempotency-Key': fresh('key') }
    const { id } = await (await send({ ...key, 'Parlour-After': '0' })).json<HeldAnswer>()
    await ok('PATCH', room, { token: owner.token, body: { approval: 'none' } })
    expect((await send(key)).status).toBe(202)
    expect((await send({ ...key, 'Parlour-After': '7' })).status).toBe(202)
    await ok('PUT', `${room}/held/${id}`, { token: owner.token })
    expect(await texts(room)).toEqual(['once'])
  })

  it('also if it is repeated over a socket, together with others', async () => {
    const fixture = await approving()
    const { room, newcomer, owner } = fixture
    const listener = await listen(room, {
      protocols: ['parlour.v2'],
      headers: { Authorization: `Bearer ${newcomer.token}` },
    })
    const frame = { type: 'message', message: 'once', ref: 'a', idempotencyKey: 'k', after: 0 } as const
    listener.send(frame)
    const { id } = await listener.next('held')
    await ok('PATCH', room, { token: owner.token, body: { approval: 'none' } })
    await post(room, newcomer, 'joins')
    listener.send([
      { type: 'message', message: 'before', ref: 'b', idempotencyKey: 'b', after: 0 },
      frame,
      { type: 'message', message: 'behind', ref: 'c', idempotencyKey: 'c', after: 0 },
    ])
    await listener.entries(3)
    await ok('PUT', `${room}/held/${id}`, { token: owner.token })
    expect(await texts(room)).toEqual(['joins', 'before', 'behind', 'once'])
    expect(listener.frames.filter(({ type }) => type === 'held')).toMatchObject([
      { state: 'waiting', id },
      { state: 'waiting', id, ref: 'a', replayed: true },
      { state: 'approved', id, messageSeq: 4 },
    ])
  })
})

describe('an edit that waited', () => {
  it('does not replace a newer one that needed no approval', async () => {
    const { room, owner, newcomer } = await approving('none')
    await post(room, newcomer, 'first')
    const edit = (message: string) =>
      call('PATCH', `${room}/message/1`, { token: newcomer.token, body: { message } })
    for (const newest of ['newest', 'newest']) {
      await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
      const { id } = await (await edit('old')).json<HeldAnswer>()
      await ok('PATCH', room, { token: owner.token, body: { approval: 'none' } })
      expect((await edit(newest)).status).toBe(200)
      expect(await waiting(room, owner)).toEqual([])
      expect((await call('PUT', `${room}/held/${id}`, { token: owner.token })).status).toBe(404)
      expect(await texts(room)).toEqual([newest])
    }
  })
})
