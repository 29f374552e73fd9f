import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type {
  AuditList,
  Chatroom,
  MemberState,
  Message,
  NewUser,
  SanctionList,
  SiteBan,
} from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, type Options, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import {
  asAdminHere,
  ban,
  banOnSite,
  comingFrom,
  freshAddress,
  nameOnly,
  newUserFrom,
  type Spammed,
  sendStatus,
  spammed,
} from '../support/networks'
import { asAdmin } from '../support/site'

describe('the network of a ban is that from which the user', () => {
  const address = () => freshAddress()
  const acts: [string, (scene: { room: string; user: NewUser; here: Options }) => Promise<unknown>][] = [
    [
      'wrote last',
      ({ room, user, here }) =>
        ok('POST', `${room}/message`, { ...here, body: { userName: user.name, message: 'x' } }),
    ],
    ['joined', ({ room, user, here }) => ok('PUT', room, { ...here, body: { userName: user.name } })],
    [
      'reacted',
      ({ room, user, here }) =>
        ok('PUT', `${room}/message/1/reaction/${encodeURIComponent('🎉')}`, {
          ...here,
          body: { userName: user.name },
        }),
    ],
    [
      'reported',
      ({ room, user, here }) =>
        ok('POST', `${room}/message/1/report`, { ...here, body: { userName: user.name, reason: 'x' } }),
    ],
    [
      'edited',
      async ({ room, user, here }) => {
        const { seq } = await say(room, user.name, 'x')
        await ok<Message>('PATCH', `${room}/message/${seq}`, {
          ...here,
          body: { userName: user.name, message: 'y' },
        })
      },
    ],
  ]
  it.each(acts)('%s', async (_, act) => {
    const { room, moderator, member } = await roomFixture()
    await say(room, member.name, 'hello')
    const [before, now] = [address(), address()]
    const user = await newUserFrom(before)
    await act({ room, user, here: comingFrom(now) })
    await ban({ room, moderator, spammer: user } as Spammed)
    const again = await newUserFrom(now)
    expect(await sendStatus(room, now, again)).toBe(403)
    expect(await sendStatus(room, before, again)).toBe(201)
  })

  it('was made, if it has done nothing since', async () => {
    const fixture = await roomFixture()
    const here = address()
    const user = await newUserFrom(here)
    await ban({ ...fixture, spammer: user, address: here })
    expect(await sendStatus(fixture.room, here, await newUserFrom(here))).toBe(403)
  })

  it('used, and not that of somebody who was refused under the name', async () => {
    const scene = await spammed()
    const { id, token } = scene.spammer
    await ok('PATCH', `/api/users/${id}`, { token, body: { protected: true } })
    const other = freshAddress()
    expect(await sendStatus(scene.room, other, nameOnly(scene.spammer))).toBe(401)
    await ban(scene)
    expect(await sendStatus(scene.room, other, await newUserFrom(other))).toBe(201)
  })
})

describe('a ban from the whole site holds for the network too', () => {
  it('in all rooms, for new names, new rooms and changes of open names', async () => {
    const scene = await spammed()
    const { address, guest } = scene
    const { networkUntil } = await banOnSite(scene)
    const [{ name }, again] = [await newRoom(), await newUser()]
    for (const room of [scene.room, `/chatroom/${name}`])
      for (const by of [again, nameOnly(again)]) expect(await sendStatus(room, address, by)).toBe(403)
    for (const [method, path, options] of [
      ['POST', '/api/users', { body: { name: fresh('again') } }],
      ['POST', '/api/chatroom', { body: { name: fresh('again') } }],
      ['POST', '/api/chatroom', { body: { name: fresh('again') }, token: again.token }],
      ['PATCH', `/api/users/${guest.id}`, { body: { name: fresh('rude') } }],
      ['PUT', `/api/users/${again.id}`, { body: { name: fresh('rude') }, token: again.token }],
    ] as const)
      expect(await fails(403, method, path, comingFrom(address, options))).toMatchObject({
        type: '/problems/banned',
        detail: expect.stringContaining(`until ${networkUntil}`),
      })
    const { bans } = await ok<{ bans: SiteBan[] }>('GET', '/api/admin/ban?limit=100', asAdminHere)
    expect(bans.find(({ userId }) => userId === scene.spammer.id)).toMatchObject({ networkUntil })
    // Tokens that are older are not stopped.
    for (const user of [guest, scene.member]) {
      expect(await sendStatus(scene.room, address, user)).toBe(201)
      await ok<Chatroom>(
        'POST',
        '/api/chatroom',
        comingFrom(address, { token: user.token, body: { name: fresh('own') } }),
      )
      await ok(
        'PATCH',
        `/api/users/${user.id}`,
        comingFrom(address, { token: user.token, body: { name: fresh('me') } }),
      )
    }
    await ok('DELETE', `/api/users/${scene.spammer.id}/ban`, asAdmin)
    expect(await sendStatus(scene.room, address, again)).toBe(201)
  })
})

describe('without the setting', () => {
  it('nothing is remembered, nobody is stopped, and no answer says more', async () => {
    const off = (address: string, options: Options = {}): Options => ({
      ...comingFrom(address, options),
      env: { ...options.env, BAN_NETWORK_HOURS: 0 },
    })
    const { room, moderator } = await roomFixture()
    const address = freshAddress()
    const { id, name } = await ok<NewUser>(
      'POST',
      '/api/users',
      off(address, { body: { name: fresh('off') } }),
    )
    await ok('POST', `${room}/message`, off(address, { body: { userName: name, message: 'x' } }))
    expect(await env.DB.prepare('select 1 from user_networks where user_id = ?').bind(id).first()).toBeNull()
    const { ban: imposed } = await ok<MemberState>('PATCH', `${room}/member/${name}`, {
      token: moderator.token,
      body: { ban: {} },
    })
    expect(imposed).toEqual({ until: null, reason: null })
    const again = await ok<NewUser>('POST', '/api/users', off(address, { body: { name: fresh('off') } }))
    await ok('POST', `${room}/message`, off(address, { body: { userName: again.name, message: 'x' } }))
  })

  it('a ban of a network from before holds no longer, and is not shown', async () => {
    const scene = await spammed()
    await ban(scene)
    const again = await newUserFrom(scene.address)
    const { headers } = comingFrom(scene.address)
    await ok('POST', `${scene.room}/message`, {
      headers: headers ?? {},
      body: { userName: again.name, message: 'x' },
    })
    const { sanctions } = await ok<SanctionList>('GET', `${scene.room}/sanction`, {
      token: scene.moderator.token,
    })
    expect(sanctions[0]).not.toHaveProperty('networkUntil')
  })

  it.each([-1, 1.5, 721, 'a day'])('or with %j, which is a 500', async (BAN_NETWORK_HOURS) => {
    const { room, member } = await roomFixture()
    const options = comingFrom(freshAddress(), { body: { userName: member.name, message: 'x' } })
    await fails(500, 'POST', `${room}/message`, { ...options, env: { BAN_NETWORK_HOURS } })
  })
})

it('no answer and no log names the network: neither its address nor its hash', async () => {
  const scene = await spammed()
  const { room, address, spammer, moderator } = scene
  const texts = [JSON.stringify(await ban(scene)), JSON.stringify(await banOnSite(scene))]
  const hash = await env.DB.prepare('select network from user_networks where user_id = ?')
    .bind(spammer.id)
    .first<string>('network')
  expect(hash).toMatch(/^[\w-]{43}$/)
  for (const path of [
    `${room}/sanction`,
    `${room}/audit`,
    '/api/admin/ban',
    '/api/admin/audit',
    '/api/admin/user',
  ])
    texts.push(await (await call('GET', path, asAdminHere)).text())
  texts.push(
    await (
      await call(
        'POST',
        `${room}/message`,
        comingFrom(address, { body: { userName: moderator.name, message: 'x' } }),
      )
    ).text(),
  )
  for (const text of texts) {
    expect(text).not.toContain(address)
    expect(text).not.toContain(hash ?? '')
  }
  const { entries } = await ok<AuditList>('GET', `${room}/audit`, { ...asAdminHere })
  expect(entries[0]).toMatchObject({ action: 'ban', to: spammer.name, networkUntil: expect.any(String) })
})
