import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { call, fails, fresh, newUser, type Options, ok } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { later } from '../support/live'
import {
  asAdminHere,
  ban,
  banOnSite,
  comingFrom,
  freshAddress,
  networkBans,
  newUserFrom,
  spammed,
} from '../support/networks'
import { costlySteps, planOf } from '../support/plans'
import { recording } from '../support/recording'

// With BAN_NETWORK_HOURS. Without it, the other tests of this folder hold.

/** Returns the cost of a request from an address that must succeed. */
const costFrom = async (address: string, method: string, path: string, options: Options) => {
  const { db, cost } = counting()
  await ok(method, path, comingFrom(address, { ...options, db }))
  return cost
}

it('a member sends in one round trip: the first message from a network notes it, the next one is one row', async () => {
  const { room, member } = await roomFixture()
  for (const by of [{ userName: member.name }, { token: member.token }]) {
    const { token, ...named } = { token: undefined, ...by }
    const options = { ...(token && { token }), body: { ...named, message: 'x' } }
    const send = (address: string) => costFrom(address, 'POST', `${room}/message`, options)
    const [home, away] = [freshAddress(), freshAddress()]
    // The message, and for the network its row and its place in the index.
    expect(await send(home)).toMatchObject({ roundTrips: 1, rowsWritten: 3 })
    const { rowsRead, ...next } = await send(home)
    expect(next).toEqual({ roundTrips: 1, rowsWritten: 1 })
    expect(rowsRead).toBeLessThanOrEqual(12)
    expect((await send(away)).rowsWritten).toBe(3)
    // It is noted again after a minute, which writes nothing while it is known for long enough.
    expect((await later(120_000, () => send(away))).rowsWritten).toBe(1)
  }
})

it('a new user who joins and sends has its network noted once', async () => {
  const { room } = await roomFixture()
  const address = freshAddress()
  const name = fresh('new')
  // Two rows more than without the setting.
  expect(await costFrom(address, 'POST', '/api/users', { body: { name } })).toMatchObject({
    roundTrips: 1,
    rowsWritten: 6,
  })
  expect(await costFrom(address, 'PUT', room, { body: { userName: name } })).toMatchObject({
    roundTrips: 1,
    rowsWritten: 2,
  })
  expect(await costFrom(address, 'PUT', room, { body: { userName: name } })).toMatchObject({
    roundTrips: 1,
    rowsWritten: 0,
  })
  const body = { userName: name, message: 'x' }
  expect(await costFrom(address, 'POST', `${room}/message`, { body })).toMatchObject({
    roundTrips: 1,
    rowsWritten: 1,
  })
})

it('a send under an open name stays below 2,000 characters, with the check of the network', async () => {
  const { room, owner } = await roomFixture()
  const { name } = await newUser()
  const address = freshAddress()
  await ok('PUT', room, comingFrom(address, { body: { userName: name } }))
  const rules = {
    slowModeSeconds: 1,
    newcomerLinkSeconds: 1,
    newcomerMentionSeconds: 1,
    blockedWords: ['casino'],
  }
  await ok('PATCH', room, { token: owner.token, body: { ...rules, readers: 'members', posters: 'members' } })
  for (const headers of [
    {},
    { 'Idempotency-Key': fresh('key') },
    { 'Idempotency-Key': fresh('key'), 'Parlour-After': '1' },
  ]) {
    await env.DB.exec('update messages set created_at = 0')
    await env.DB.exec('update members set joined_at = 0')
    const { db, sent } = recording()
    const options = { db, headers, body: { userName: name, message: '来吧 https://x.example' } }
    await ok('POST', `${room}/message`, comingFrom(address, options))
    expect(sent).toHaveLength(1)
    expect(sent[0]?.sql).toContain('sanctions_network')
    expect(sent[0]?.sql.length).toBeLessThanOrEqual(2000)
  }
})

it('a ban, a refusal and all that notes a network plan no scan', async () => {
  const scene = await spammed()
  const { room, address, moderator, spammer, guest } = scene
  const { db, sent } = recording()
  const here = (options: Options) => comingFrom(address, { ...options, db })
  const as = { userName: guest.name }
  await ok('POST', '/api/users', here({ body: { name: fresh('new') } }))
  await ok('POST', '/api/chatroom', here({ body: { name: fresh('new') } }))
  await ok('PUT', room, here({ body: as }))
  await ok('PUT', room, here({ body: as }))
  for (const message of ['one', 'two'])
    await ok('POST', `${room}/message`, here({ body: { ...as, message } }))
  await ok('PATCH', `${room}/message/2`, here({ body: { ...as, message: 'three' } }))
  await ok('PUT', `${room}/message/1/reaction/${encodeURIComponent('🎉')}`, here({ body: as }))
  await ok('POST', `${room}/message/1/report`, here({ body: { ...as, reason: 'x' } }))
  await ok('PATCH', `/api/users/${guest.id}`, here({ body: { name: fresh('guest') } }))
  const moderate = { db, env: networkBans, token: moderator.token }
  await ok('PATCH', `${room}/member/${spammer.name}`, { ...moderate, body: { ban: {} } })
  await ok('PATCH', `${room}/member/${spammer.name}`, { ...moderate, body: { ban: {} } })
  await ok('PUT', `/api/users/${spammer.id}/ban`, { ...asAdminHere, db, body: {} })
  const again = await newUser()
  for (const options of [
    { body: { userName: again.name, message: 'x' } },
    { token: again.token, body: { message: 'x' } },
  ])
    await fails(403, 'POST', `${room}/message`, here(options))
  await fails(403, 'PUT', room, here({ token: again.token, body: {} }))
  await fails(403, 'POST', '/api/users', here({ body: { name: fresh('new') } }))
  expect(sent.length).toBeGreaterThan(30)
  for (const statement of sent) expect(costlySteps(await planOf(statement)), statement.sql).toEqual([])
})

it('a refusal by a ban of a network writes nothing, and makes one more round trip at most', async () => {
  const scene = await spammed()
  await ban(scene)
  await banOnSite(scene)
  const again = await newUser()
  for (const options of [
    { token: again.token, body: { message: 'x' } },
    { body: { userName: again.name, message: 'x' } },
  ]) {
    const { db, cost } = counting()
    const { status } = await call(
      'POST',
      `${scene.room}/message`,
      comingFrom(scene.address, { ...options, db }),
    )
    expect([status, cost.rowsWritten]).toEqual([403, 0])
    expect(cost.roundTrips).toBeLessThanOrEqual(2)
  }
  await expect(newUserFrom(scene.address)).rejects.toThrow('403')
})
