import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { MemberState, SanctionList } from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { later } from '../support/live'
import { person, sign, withSecret } from '../support/login'
import {
  ban,
  banOnSite,
  comingFrom,
  freshAddress,
  lift,
  nameOnly,
  networkBans,
  newUserFrom,
  sendStatus,
  spammed,
} from '../support/networks'
import { asAdmin } from '../support/site'

const HOUR = 3_600_000

describe('a ban in a room holds for the network too', () => {
  it('for new people and for open names in every way to write, and says until when', async () => {
    const scene = await spammed()
    const { room, address, guest } = scene
    const { ban: imposed } = await ban(scene, { reason: 'spam' })
    const until = imposed?.networkUntil ?? ''
    expect(Date.parse(until) - Date.now()).toBeGreaterThan(24 * HOUR - 60_000)
    expect(Date.parse(until) - Date.now()).toBeLessThanOrEqual(24 * HOUR)
    const again = await newUserFrom(address)
    for (const by of [{ token: again.token }, { userName: again.name }, { userName: guest.name }]) {
      const { token, ...named } = { token: undefined, ...by }
      const options = { ...(token && { token }) }
      for (const [method, path, body] of [
        ['PUT', '', {}],
        ['POST', '/message', { message: 'me again' }],
        ['PATCH', '/message/1', { message: 'me again' }],
        ['PUT', `/message/1/reaction/${encodeURIComponent('🎉')}`, {}],
        ['POST', '/message/1/report', { reason: 'revenge' }],
        ['POST', '/ticket', {}],
      ] as const)
        expect(
          await fails(
            403,
            method,
            room + path,
            comingFrom(address, { ...options, body: { ...named, ...body } }),
          ),
          `${method} ${path}`,
        ).toMatchObject({ type: '/problems/banned', detail: expect.stringContaining(`until ${until}`) })
    }
    expect(await ok('GET', room)).toMatchObject({ memberCount: 2 })
    // Everybody there may read.
    await ok('GET', `${room}/message`, comingFrom(address, { token: again.token }))
    await ok('GET', `${room}/message?userName=${again.name}`, comingFrom(address))
  })

  it('for no other network and no other room', async () => {
    const scene = await spammed()
    await ban(scene)
    const again = await newUserFrom(scene.address)
    expect(await sendStatus(scene.room, freshAddress(), again)).toBe(201)
    const { name } = await newRoom()
    expect(await sendStatus(`/chatroom/${name}`, scene.address, again)).toBe(201)
    expect(await sendStatus(`/chatroom/${name}`, scene.address, nameOnly(again))).toBe(201)
  })

  it('not for members with a token, also if their user is newer, nor for anybody whose token is older', async () => {
    const scene = await spammed()
    const { room, address, moderator, owner, member, guest } = scene
    const pupil = await newUserFrom(address)
    await ban(scene)
    const invited = await newUserFrom(address)
    await ok('PATCH', `${room}/member/${invited.name}`, { token: moderator.token, body: { role: 'member' } })
    for (const user of [moderator, owner, member, guest, pupil, invited]) {
      expect(await sendStatus(room, address, user), user.name).toBe(201)
      expect(await sendStatus(room, address, user), user.name).toBe(201)
    }
    expect(await sendStatus(room, address, nameOnly(member))).toBe(403)
  })

  it('not for those with a role that is newer: a moderator, site staff, ADMIN_TOKEN', async () => {
    const scene = await spammed()
    const { room, address, owner } = scene
    await ban(scene)
    await banOnSite(scene)
    const [moderator, helper] = [await newUser(), await newUser()]
    await ok('PATCH', `${room}/member/${moderator.name}`, { token: owner.token, body: { role: 'moderator' } })
    await ok('PATCH', `/api/users/${helper.id}`, { ...asAdmin, body: { role: 'moderator' } })
    for (const user of [moderator, helper]) expect(await sendStatus(room, address, user)).toBe(201)
    const withAdmin = comingFrom(address, asAdmin)
    await ok('POST', `${room}/message`, { ...withAdmin, body: { userName: scene.guest.name, message: 'x' } })
    await ok('POST', '/api/users', { ...withAdmin, body: { name: fresh('made-by-admin') } })
    const create = { body: { name: fresh('made-by-helper') }, token: helper.token }
    await ok('POST', '/api/users', comingFrom(address, create))
  })

  it('for an IPv6 /64 as one network', async () => {
    const scene = await spammed('2001:db8:7:1::1')
    await ban(scene)
    const again = await newUserFrom('2001:db8:7:1:ffff::2')
    expect(await sendStatus(scene.room, '2001:db8:7:1::3', again)).toBe(403)
    expect(await sendStatus(scene.room, '2001:db8:7:2::3', again)).toBe(201)
  })

  it('until it ends, however long the ban is, and no longer than the ban', async () => {
    const [long, short] = [await spammed(), await spammed()]
    await ban(long)
    const { ban: hour } = await ban(short, { seconds: 3600 })
    expect(hour?.networkUntil).toBe(hour?.until)
    for (const [scene, end] of [
      [long, 24 * HOUR],
      [short, HOUR],
    ] as const) {
      const again = await newUserFrom(scene.address)
      expect(await later(end - 60_000, () => sendStatus(scene.room, scene.address, again))).toBe(403)
      expect(await later(end + 1000, () => sendStatus(scene.room, scene.address, again))).toBe(201)
    }
    await later(25 * HOUR, async () => {
      const { sanctions } = await ok<SanctionList>('GET', `${long.room}/sanction`, {
        env: networkBans,
        token: long.moderator.token,
      })
      expect(sanctions).toHaveLength(1)
      expect(sanctions[0]).not.toHaveProperty('networkUntil')
    })
  })

  it('until it is lifted, with the ban or alone', async () => {
    const scene = await spammed()
    await ban(scene)
    const again = await newUserFrom(scene.address)
    expect(await sendStatus(scene.room, scene.address, again)).toBe(403)
    const { ban: without } = await ban(scene, { network: false })
    expect(without).toEqual({ until: null, reason: null })
    expect(await sendStatus(scene.room, scene.address, again)).toBe(201)
    await ban(scene)
    const third = await newUserFrom(scene.address)
    expect(await sendStatus(scene.room, scene.address, third)).toBe(403)
    await lift(scene)
    expect(await sendStatus(scene.room, scene.address, third)).toBe(201)
  })

  it('from its beginning, if it is given again', async () => {
    const scene = await spammed()
    await ban(scene, { seconds: 3600 })
    const between = await newUserFrom(scene.address)
    await ban(scene)
    await env.DB.prepare('delete from user_networks where user_id = ?').bind(scene.spammer.id).run()
    const { ban: third } = await ban(scene, { seconds: 7200 })
    expect(third?.networkUntil).toBe(third?.until)
    expect(await sendStatus(scene.room, scene.address, between)).toBe(403)
  })

  it('of the author of a message, who may be deleted', async () => {
    const scene = await spammed()
    const { room, address, spammer, moderator } = scene
    await ok('DELETE', `/api/users/${spammer.id}`, { token: spammer.token })
    const answer = await ok('POST', `${room}/sanction`, {
      env: networkBans,
      token: moderator.token,
      body: { authorOf: 1, kind: 'ban' },
    })
    expect(answer).toMatchObject({ networkUntil: expect.any(String) })
    expect(await sendStatus(room, address, await newUserFrom(address))).toBe(403)
  })

  it('of a login, and a new login of the network is refused', async () => {
    const { room, moderator } = await roomFixture()
    const address = freshAddress()
    const by = async (claims: Parameters<typeof sign>[0]) =>
      comingFrom(address, { token: await sign(claims), env: withSecret })
    const [spammer, member] = [person(), person()]
    for (const claims of [spammer, member])
      await ok('POST', `${room}/message`, { ...(await by(claims)), body: { message: 'x' } })
    await ok('POST', `${room}/sanction`, {
      env: networkBans,
      token: moderator.token,
      body: { authorOf: 1, kind: 'ban' },
    })
    expect(
      await call('POST', `${room}/message`, { ...(await by(person())), body: { message: 'x' } }),
    ).toMatchObject({
      status: 403,
    })
    await ok('POST', `${room}/message`, { ...(await by(member)), body: { message: 'x' } })
  })

  it('but a mute does not', async () => {
    const { room, address, spammer, moderator } = await spammed()
    const options = { env: networkBans, token: moderator.token }
    const muted = await ok<MemberState>('PATCH', `${room}/member/${spammer.name}`, {
      ...options,
      body: { mute: {} },
    })
    expect(muted.mute).toEqual({ until: null, reason: null })
    await ok('POST', `${room}/sanction`, { ...options, body: { authorOf: 1, kind: 'mute' } })
    expect(await sendStatus(room, address, await newUserFrom(address))).toBe(201)
  })
})
