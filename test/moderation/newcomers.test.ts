import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { call, fails, ok, say } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { approving, hold } from '../support/held'
import { listen } from '../support/live'
import { changeSite, resetSite } from '../support/site'

afterEach(resetSite)

const HOUR = 3600

const age = ({ id }: { id: number }, seconds: number) =>
  env.DB.prepare('update members set joined_at = joined_at - ? where user_id = ?')
    .bind(1000 * seconds, id)
    .run()

const joinedAt = ({ id }: { id: number }) =>
  env.DB.prepare('select joined_at from members where user_id = ?').bind(id).first<number>('joined_at')

const send = (room: string, { name }: { name: string }, message: string, headers = {}) =>
  call('POST', `${room}/message`, { headers, body: { userName: name, message } })

const react = (method: string, room: string, { name }: { name: string }, emoji = '🎉') =>
  call(method, `${room}/message/1/reaction/${encodeURIComponent(emoji)}?userName=${name}`)

const typeOf = async (response: Response) => (await response.json<{ type: string }>()).type

/** The rule as a room has it, and as the site has it. */
const places = [
  ['a room', (setting: object) => roomFixture(setting)],
  [
    'the site',
    async (setting: object) => {
      const fixture = await roomFixture()
      await changeSite(setting)
      return fixture
    },
  ],
] as const

describe.each(places)('mentions by newcomers, by a rule of %s,', (_, fixtureWith) => {
  it('are refused until a time that the answer says, with a key and without, and by frames', async () => {
    const { room, owner, moderator, member, guest } = await fixtureWith({ newcomerMentionSeconds: HOUR })
    const text = `hello @${owner.name} and @${member.name}`
    const until = new Date(((await joinedAt(member)) ?? 0) + 1000 * HOUR).toISOString()
    expect(
      await fails(403, 'POST', `${room}/message`, { body: { userName: member.name, message: text } }),
    ).toMatchObject({
      type: '/problems/mention-too-soon',
      detail: expect.stringContaining(until),
    })
    for (const key of ['a', 'b'])
      expect(
        await typeOf(await send(room, member, text, { 'Idempotency-Key': key, 'Parlour-After': '0' })),
      ).toBe('/problems/mention-too-soon')
    expect(
      await fails(403, 'POST', `${room}/message`, { body: { userName: guest.name, message: text } }),
    ).toMatchObject({ detail: expect.stringContaining(`PUT ${room}`) })
    const listener = await listen(room, { userName: member.name })
    listener.send({ type: 'message', message: text, ref: 'a' })
    expect((await listener.next('error')).problem).toMatchObject({ type: '/problems/mention-too-soon' })
    for (const { token } of [owner, moderator])
      await ok('POST', `${room}/message`, { token, body: { message: text } })
    await age(member, HOUR + 1)
    expect((await send(room, member, text)).status).toBe(201)
  })

  it('are refused in an edit', async () => {
    const { room, moderator, member } = await fixtureWith({ newcomerMentionSeconds: HOUR })
    await say(room, member.name, 'hello')
    const edit = (message: string) =>
      call('PATCH', `${room}/message/1`, { body: { userName: member.name, message } })
    expect(await typeOf(await edit(`hello @${moderator.name}`))).toBe('/problems/mention-too-soon')
    expect((await edit('hello you')).status).toBe(200)
    await age(member, HOUR + 1)
    expect((await edit(`hello @${moderator.name}`)).status).toBe(200)
  })

  it('are only those of members of the room, outside of code', async () => {
    const { room, member } = await fixtureWith({ newcomerMentionSeconds: HOUR })
    for (const text of ['mail me at me@example.org', `\`@${member.name}\``, '@nobody-of-this-name'])
      expect((await send(room, member, text)).status).toBe(201)
  })
})

describe('reactions of newcomers', () => {
  it.each(['a room', 'the site'])(
    'are refused by a rule of %s until a time that the answer says; taking one back never is',
    async (place) => {
      const { room, owner, moderator, member, guest } = await roomFixture()
      await say(room, member.name, 'hello')
      expect((await react('PUT', room, member, '👍')).status).toBe(200)
      const setting = { newcomerReactionSeconds: HOUR }
      if (place === 'the site') await changeSite(setting)
      else await ok('PATCH', room, { token: owner.token, body: setting })
      const until = new Date(((await joinedAt(member)) ?? 0) + 1000 * HOUR).toISOString()
      const refused = await react('PUT', room, member)
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({
        type: '/problems/reaction-too-soon',
        detail: expect.stringContaining(until),
      })
      expect(await typeOf(await react('PUT', room, guest))).toBe('/problems/reaction-too-soon')
      // A repeat changes nothing.
      expect((await react('PUT', room, member, '👍')).status).toBe(200)
      expect((await react('DELETE', room, member, '👍')).status).toBe(200)
      for (const { token } of [owner, moderator])
        await ok('PUT', `${room}/message/1/reaction/${encodeURIComponent('🎉')}`, { token, body: {} })
      await age(member, HOUR + 1)
      expect((await react('PUT', room, member)).status).toBe(200)
    },
  )
})

describe('the limits of newcomers', () => {
  it('are settings of the room, which it tells and which its audit log names', async () => {
    const { room, owner } = await roomFixture()
    const listener = await listen(room)
    await changeSite({ newcomerMentionSeconds: 7, newcomerReactionSeconds: 8 })
    expect(await ok('GET', room)).toMatchObject({
      newcomerMentionSeconds: 7,
      newcomerReactionSeconds: 8,
      ownSettings: [],
    })
    const body = { newcomerMentionSeconds: 0, newcomerReactionSeconds: 60 }
    const ownSettings = ['newcomerMentionSeconds', 'newcomerReactionSeconds']
    expect(await ok('PATCH', room, { token: owner.token, body })).toMatchObject({ ...body, ownSettings })
    expect(await ok('GET', room)).toMatchObject({ ...body, ownSettings })
    expect(await listener.next('room')).toMatchObject({ chatroom: body })
    expect(await ok('GET', `${room}/audit`, { token: owner.token })).toMatchObject({
      entries: [{ action: 'changeSettings', settings: ownSettings }, {}],
    })
    const back = { newcomerMentionSeconds: null, newcomerReactionSeconds: null }
    expect(await ok('PATCH', room, { token: owner.token, body: back })).toMatchObject({
      newcomerMentionSeconds: 7,
      ownSettings: [],
    })
    await fails(400, 'PATCH', room, { token: owner.token, body: { newcomerMentionSeconds: -1 } })
  })

  it('of the room go before those of the site', async () => {
    const { room, owner, member } = await roomFixture({ newcomerMentionSeconds: 0 })
    await changeSite({ newcomerMentionSeconds: HOUR, newcomerReactionSeconds: HOUR })
    expect((await send(room, member, `@${member.name}`)).status).toBe(201)
    expect((await react('PUT', room, member)).status).toBe(403)
    await ok('PATCH', room, { token: owner.token, body: { newcomerReactionSeconds: 0 } })
    expect((await react('PUT', room, member)).status).toBe(200)
  })

  it('are looked at before a message is held', async () => {
    const { room, owner, moderator, newcomer } = await approving()
    await ok('PATCH', room, { token: owner.token, body: { newcomerMentionSeconds: HOUR } })
    const refused = await call('POST', `${room}/message`, {
      token: newcomer.token,
      body: { message: `@${moderator.name}` },
    })
    expect(await typeOf(refused)).toBe('/problems/mention-too-soon')
    await hold(room, newcomer)
  })

  it('cost a member who may mention others no second round trip', async () => {
    const { room, member } = await roomFixture({ newcomerMentionSeconds: HOUR, newcomerLinkSeconds: 60 })
    await age(member, HOUR + 1)
    await say(room, member.name, 'known')
    const { db, cost } = counting()
    await ok('POST', `${room}/message`, {
      db,
      body: { userName: member.name, message: `@${member.name} https://x.example` },
    })
    expect(cost.roundTrips).toBe(1)
  })
})
