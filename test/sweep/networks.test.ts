import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { SiteUsage } from '../../src/contract'
import { ok } from '../support/api'
import { later } from '../support/live'
import {
  asAdminHere,
  ban,
  banOnSite,
  comingFrom,
  newUserFrom,
  sendStatus,
  spammed,
} from '../support/networks'
import { asAdmin } from '../support/site'
import { sweepAll } from '../support/sweep'

const HOUR = 3_600_000
const networkOf = (id: number) =>
  env.DB.prepare('select network from user_networks where user_id = ?').bind(id).first<string>('network')
const bansOf = async (id: number) =>
  (
    await env.DB.prepare(
      'select until, network, network_until, network_since from sanctions where user_id = ? order by room_id',
    )
      .bind(id)
      .all()
  ).results

it('the sweep removes the networks of users and of bans when their time is over, and leaves the bans', async () => {
  const scene = await spammed()
  const { id } = scene.spammer
  await ban(scene)
  await banOnSite(scene)
  await later(23 * HOUR, () => sweepAll())
  expect(await networkOf(id)).not.toBeNull()
  expect((await bansOf(id)).every(({ network }) => typeof network === 'string')).toBe(true)
  const left = async () => (await ok<SiteUsage>('GET', '/api/admin/usage', asAdmin)).sweep.left.expiredRows
  await later(25 * HOUR, async () => {
    expect(await left()).toBeGreaterThanOrEqual(3)
    await sweepAll()
    expect(await left()).toBe(0)
  })
  expect(await networkOf(id)).toBeNull()
  const ended = { until: null, network: null, network_until: null, network_since: null }
  expect(await bansOf(id)).toEqual([ended, ended])
})

it('an erasure removes the network of the user at once, a deletion does not', async () => {
  const [erased, deleted] = [await spammed(), await spammed()]
  await ban(erased)
  await ok('DELETE', `/api/users/${erased.spammer.id}?messages=delete`, asAdminHere)
  expect(await networkOf(erased.spammer.id)).toBeNull()
  expect(await bansOf(erased.spammer.id)).toEqual([])
  expect(await sendStatus(erased.room, erased.address, await newUserFrom(erased.address))).toBe(201)
  const { id, token } = deleted.spammer
  await ok('DELETE', `/api/users/${id}`, comingFrom(deleted.address, { token }))
  expect(await networkOf(id)).not.toBeNull()
  await ok('DELETE', `/api/users/${id}?messages=delete`, asAdminHere)
  expect(await networkOf(id)).toBeNull()
})
