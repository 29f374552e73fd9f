import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Message } from '../../src/contract'
import { fails, fresh, newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { bind, countOf, listen } from '../support/live'
import { costlySteps, planOf } from '../support/plans'
import { PAGE, PushService, subscribe } from '../support/push'
import { recording } from '../support/recording'

let service: PushService
beforeAll(() => {
  service = new PushService()
})
afterAll(() => service.restore())

/** Creates a room with two members, each with a browser. */
const fixture = async (settings: object = {}) => {
  const { room, owner, moderator, member: author } = await roomFixture(settings)
  const reader = await newUser()
  await ok('PUT', room, { token: reader.token, body: {} })
  const [endpoint, ownEndpoint] = [await subscribe(reader.token), await subscribe(author.token)]
  const say = (message: string, more: object = {}) =>
    ok<Message>('POST', `${room}/message`, { token: author.token, body: { message, ...more } })
  /** Waits until whatever was sent before has been pushed or not: the hub handles messages in their order. */
  const settled = async () => {
    const { seq } = await say(`@${reader.name} ${fresh('last')}`)
    const all = await service.to(endpoint)
    while (!service.pushed.some(({ endpoint: to, payload }) => to === endpoint && payload.seq === seq))
      await service.to(endpoint, all.length + 1)
    return service.pushed.filter(({ endpoint: to, payload }) => to === endpoint && payload.seq !== seq)
  }
  return { room, owner, moderator, author, reader, endpoint, ownEndpoint, say, settled }
}

const countOfBrowsers = (userId: number) =>
  env.DB.prepare('select count(*) count from push_subscriptions where user_id = ?')
    .bind(userId)
    .first('count')

const pushesTo = (endpoint: string) => service.pushed.filter((each) => each.endpoint === endpoint)

describe('a message is pushed', () => {
  it('to those whom it mentions, with what a browser needs to show it', async () => {
    const { room, author, reader, endpoint, say } = await fixture()
    const { seq } = await say(`hello @${reader.name}`)
    const [pushed] = await service.to(endpoint)
    expect(pushed?.payload).toEqual({
      chatroom: room.slice('/chatroom/'.length),
      seq,
      userName: author.name,
      message: `hello @${reader.name}`,
      url: `${PAGE}#message-${seq}`,
    })
    expect(pushed?.init).toMatchObject({ method: 'POST', redirect: 'manual' })
    expect(Object.fromEntries(pushed?.headers ?? [])).toMatchObject({
      authorization: expect.stringMatching(/^vapid t=\S+, k=\S+$/),
      'content-encoding': 'aes128gcm',
      ttl: '259200',
    })
  })

  it('to the author of the message that it replies to, once, though it mentions them too', async () => {
    const { room, reader, endpoint, say, settled } = await fixture()
    const { seq: replyTo } = await ok<Message>('POST', `${room}/message`, {
      token: reader.token,
      body: { message: 'question' },
    })
    await say('answer', { replyTo })
    await say(`@${reader.name} and again`, { replyTo })
    expect((await settled()).map(({ payload }) => payload.message)).toEqual([
      'answer',
      `@${reader.name} and again`,
    ])
    expect(pushesTo(endpoint)).toHaveLength(3)
  })

  it('that comes over a WebSocket, with others at once', async () => {
    const { room, author, reader, endpoint } = await fixture()
    const listener = await listen(room, { token: author.token })
    listener.send(
      [1, 2].map((number) => ({ type: 'message', message: `${number} @${reader.name}` })) as never,
    )
    expect((await service.to(endpoint, 2)).map(({ payload }) => payload.message).toSorted()).toEqual([
      `1 @${reader.name}`,
      `2 @${reader.name}`,
    ])
    listener.socket.close()
  })

  it('to each browser of a reader, by the fragment of its page', async () => {
    const { reader, endpoint, say } = await fixture()
    const other = await subscribe(reader.token, { page: 'https://site.example/#chat-message-' })
    const { seq } = await say(`@${reader.name}`)
    await service.to(endpoint)
    const [pushed] = await service.to(other)
    expect(pushed?.payload.url).toBe(`https://site.example/#chat-message-${seq}`)
  })

  it('with its text cut, so that the push service takes it', async () => {
    const { reader, endpoint, say } = await fixture()
    const long = `${'https://site.example/'.padEnd(1000, 'a')}`
    await subscribe(reader.token, { endpoint, page: long })
    await say(`@${reader.name} ${'\u0001🎉'.repeat(1500)}`)
    const [pushed] = await service.to(endpoint)
    expect(pushed?.bytes).toBeLessThanOrEqual(4096)
    expect(pushed?.payload.message).toMatch(/…$/)
  })

  it('when it is approved, and not before', async () => {
    const { room, owner, reader, endpoint } = await fixture()
    await ok('PATCH', room, { token: owner.token, body: { approval: 'newcomers' } })
    const newcomer = await newUser()
    const text = `@${reader.name} may I?`
    const { id } = await ok<{ id: string }>('POST', `${room}/message`, {
      token: newcomer.token,
      body: { message: text },
    })
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: `@${reader.name} first` } })
    await ok('PUT', `${room}/held/${id}`, { token: owner.token })
    expect((await service.to(endpoint, 2)).map(({ payload }) => payload.message)).toEqual([
      `@${reader.name} first`,
      text,
    ])
  })
})

describe('a message is not pushed', () => {
  it('to its author, who mentions and answers themselves', async () => {
    const { author, ownEndpoint, say, settled } = await fixture()
    const { seq } = await say(`@${author.name}`)
    await say('me again', { replyTo: seq })
    await settled()
    expect(pushesTo(ownEndpoint)).toEqual([])
  })

  it('to others in the room, nor when it is edited', async () => {
    const { room, author, reader, endpoint, say, settled } = await fixture()
    const { seq } = await say('hello all')
    const body = { message: `hello @${reader.name}` }
    await ok('PATCH', `${room}/message/${seq}`, { token: author.token, body })
    expect(await settled()).toEqual([])
    expect(pushesTo(endpoint)).toHaveLength(1)
  })

  it('twice, when it is sent again under its idempotency key', async () => {
    const { room, author, reader, settled } = await fixture()
    const headers = { 'Idempotency-Key': fresh('key') }
    const send = () =>
      ok('POST', `${room}/message`, {
        token: author.token,
        body: { message: `@${reader.name} once` },
        headers,
      })
    await send()
    await send()
    expect(await settled()).toHaveLength(1)
  })

  it.each([
    [
      'banned from the room',
      (room: string, name: string) => [`${room}/member/${name}`, 'PATCH', { ban: {} }],
    ],
    ['no member any more', (room: string, name: string) => [`${room}/member/${name}`, 'DELETE', undefined]],
  ])('to somebody who is %s', async (_, act) => {
    const { room, moderator, author, settled } = await fixture()
    const gone = await newUser()
    const { seq: replyTo } = await ok<Message>('POST', `${room}/message`, {
      token: gone.token,
      body: { message: 'bye' },
    })
    const endpoint = await subscribe(gone.token)
    const [path, method, body] = act(room, gone.name) as [string, string, object | undefined]
    await ok(method, path, { token: moderator.token, ...(body && { body }) })
    const text = { message: `@${gone.name}`, replyTo }
    await ok('POST', `${room}/message`, { token: author.token, body: text })
    await settled()
    expect(pushesTo(endpoint)).toEqual([])
  })

  it('to somebody who is banned from the site', async () => {
    const { reader, endpoint, say } = await fixture()
    const other = await fixture()
    await ok('PUT', `/api/users/${reader.id}/ban`, {
      token: 'admin',
      env: { ADMIN_TOKEN: 'admin' },
      body: {},
    })
    await say(`@${reader.name}`)
    await other.settled()
    expect(pushesTo(endpoint)).toEqual([])
  })

  it('where Web Push is off, and the hub asks D1 nothing then', async () => {
    const { room, reader, endpoint, say } = await fixture()
    const { db, cost } = counting()
    await bind(room, { DB: db, VAPID_SUBJECT: '' })
    await say(`@${reader.name}`)
    // The hub handles it after the message.
    const listener = await listen(room, { token: reader.token, after: 0 })
    await listener.entries(1)
    expect(cost.roundTrips).toBe(1)
    expect(pushesTo(endpoint)).toEqual([])
    listener.socket.close()
  })
})

it('a message that mentions nobody and replies to nothing asks D1 nothing more', async () => {
  const { room, say, reader, endpoint } = await fixture()
  const cost = await countOf(room)
  await say('hello')
  await say(`@${fresh('nobody')}`)
  expect(cost.roundTrips).toBe(0)
  await say(`@${reader.name}`)
  await service.to(endpoint)
  expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
})

describe('a push service', () => {
  it.each([404, 410])('that answers %i ends the subscription', async (status) => {
    const { reader, endpoint, say } = await fixture()
    const other = await subscribe(reader.token)
    service.answers.set(endpoint, [{ status }])
    await say(`@${reader.name} one`)
    await vi.waitFor(async () => expect(await countOfBrowsers(reader.id)).toBe(1))
    await say(`@${reader.name} two`)
    await service.to(other, 2)
    expect(pushesTo(endpoint)).toHaveLength(1)
  })

  it.each([
    [[{ status: 429, headers: { 'Retry-After': '0' } }], 2],
    [[500, 503].map((status) => ({ status, headers: { 'Retry-After': '0' } })), 2],
    [[{ status: 429, headers: { 'Retry-After': '3600' } }], 1],
    [[{ status: 400 }], 1],
    [[{ status: 302, headers: { Location: 'https://10.0.0.1/' } }], 1],
    [[new TypeError('https://push.example/secret')], 1],
  ])('that fails is asked again at most once, and keeps the subscription: %#', async (answers, tries) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { reader, endpoint, say } = await fixture()
    const other = await subscribe(reader.token)
    service.answers.set(endpoint, [...answers])
    await say(`@${reader.name} one`)
    await service.to(other)
    await service.to(endpoint, tries)
    await say(`@${reader.name} two`)
    const all = await service.to(endpoint, tries + 1)
    expect(all).toHaveLength(tries + 1)
    expect(String(warn.mock.calls)).not.toMatch(/browser-|secret/)
    warn.mockRestore()
  })
})

it('the subscriptions of before a change of the key end with the next message', async () => {
  const { room, reader, endpoint, say } = await fixture()
  await bind(room, { VAPID_PRIVATE_KEY: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94' })
  await say(`@${reader.name}`)
  await vi.waitFor(async () => expect(await countOfBrowsers(reader.id)).toBe(0))
  expect(pushesTo(endpoint)).toEqual([])
})

it('those who are to be notified are found without a scan or a sort', async () => {
  const { room, reader, endpoint, say } = await fixture()
  const { db, sent } = recording()
  await bind(room, { DB: db })
  await say(`@${reader.name}`)
  await service.to(endpoint)
  expect(sent).toHaveLength(1)
  for (const statement of sent) expect(costlySteps(await planOf(statement))).toEqual([])
})

it('a room for members pushes to members only', async () => {
  const { room, owner, say, settled } = await fixture()
  const guest = await newUser()
  const endpoint = await subscribe(guest.token)
  const { seq } = await ok<Message>('POST', `${room}/message`, {
    token: guest.token,
    body: { message: 'x' },
  })
  await ok('DELETE', `${room}/member/${guest.name}`, { token: guest.token })
  await ok('PATCH', room, { token: owner.token, body: { readers: 'members', posters: 'members' } })
  await fails(403, 'GET', `${room}/message`, { token: guest.token })
  await say(`secret @${guest.name}`, { replyTo: seq })
  await settled()
  expect(pushesTo(endpoint)).toEqual([])
})
