import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { NewWebhook, WebhookList } from '../../src/contract'
import { fails, ok, say } from '../support/api'
import { hubOf, roomIdOf } from '../support/live'
import { asAdmin } from '../support/site'
import { runSweep, sweepAll } from '../support/sweep'
import {
  bodyOf,
  hasFailed,
  isAnnounced,
  isQuiet,
  newReceiver,
  newWebhook,
  openNetwork,
  ownedRoom,
  received,
  stateOf,
  storedBy,
  tryNow,
  webhookOf,
} from '../support/webhooks'

beforeAll(openNetwork)

const refuse = () => new Response(null, { status: 500, headers: { 'Retry-After': '3600' } })

describe('a webhook that is switched off by hand', () => {
  it('misses what happens until it is on again', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    const { token } = owner
    await ok('PATCH', `${path}/${id}`, { token, body: { enabled: false } })
    await isAnnounced(id)
    expect(await stateOf(path, id, token)).toMatchObject({ enabled: false, stopped: { reason: 'byHand' } })
    await say(room, member.name, 'missed')
    await isQuiet(id)
    await ok('PATCH', `${path}/${id}`, { token, body: { enabled: true } })
    await isAnnounced(id)
    expect(await stateOf(path, id, token)).toMatchObject({ enabled: true, stopped: null })
    await say(room, member.name, 'told')
    const [told] = await received(receiver, 1)
    expect(told && bodyOf(told).data.message).toBe('told')
  })

  it('ends the tries of a delivery that failed', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(refuse)
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'x')
    await hasFailed(id, 1)
    await ok('PATCH', `${path}/${id}`, { token: owner.token, body: { enabled: false } })
    await isQuiet(id)
    await ok('PATCH', `${path}/${id}`, { token: owner.token, body: { enabled: true } })
    await isAnnounced(id)
    await isQuiet(id)
    expect(receiver.got).toHaveLength(1)
  })
})

describe('a webhook that is deleted', () => {
  it('is told of one message more at most', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'one')
    await received(receiver, 1)
    await isQuiet(id)
    const known = () =>
      runInDurableObject(
        hubOf(room),
        (_, { storage }) => storage.kv.get<{ ids: number[] }>('webhooks')?.ids ?? [],
      )
    expect(await known()).toContain(id)
    await ok('DELETE', `${path}/${id}`, { token: owner.token })
    await say(room, member.name, 'two')
    await expect.poll(known, { timeout: 20_000 }).not.toContain(id)
    expect(await storedBy(id)).toEqual([])
    expect(receiver.got).toHaveLength(1)
  })
})

describe('the webhook of a room that is deleted', () => {
  it('delivers nothing more', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(refuse)
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'x')
    await hasFailed(id, 1)
    await ok('DELETE', room, { token: owner.token })
    receiver.answer = () => new Response('ok')
    await tryNow(id)
    expect(await storedBy(id)).toEqual([])
    await isQuiet(id)
    expect(receiver.got).toHaveLength(1)
  })

  it('is not listed, shown or changed before the sweep', async () => {
    const { room, path, owner } = await ownedRoom()
    const url = newReceiver().url
    const { id } = await newWebhook(path, owner.token, { url })
    const ofSite = await ok<NewWebhook>('POST', '/api/admin/webhook', { ...asAdmin, body: { url } })
    const listed = async () => {
      const { webhooks } = await ok<WebhookList>('GET', '/api/admin/webhook', asAdmin)
      return webhooks.map((webhook) => webhook.id)
    }
    expect(await listed()).toEqual(expect.arrayContaining([id, ofSite.id]))
    await ok('DELETE', room, { token: owner.token })
    expect(await listed()).not.toContain(id)
    expect(await listed()).toContain(ofSite.id)
    const its = `/api/admin/webhook/${id}`
    await fails(404, 'GET', its, asAdmin)
    await fails(404, 'PATCH', its, { ...asAdmin, body: { enabled: false } })
    await fails(404, 'POST', `${its}/secret`, asAdmin)
    await fails(404, 'DELETE', its, asAdmin)
    const row = await env.DB.prepare('select stopped, deleted_at from webhooks where id = ?').bind(id).first()
    expect(row).toEqual({ stopped: null, deleted_at: null })
    await ok('DELETE', `/api/admin/webhook/${ofSite.id}`, asAdmin)
  })

  it('leaves no rows after the sweep', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'one')
    await received(receiver, 1)
    await isQuiet(id)
    receiver.answer = refuse
    await say(room, member.name, 'two')
    await hasFailed(id, 1)
    const count = (from: string) =>
      env.DB.prepare(`select count(*) as count from ${from}`).bind(id).first<number>('count')
    expect(await count('webhook_cursors where webhook_id = ?')).toBe(1)
    // The row with the largest id would stay.
    const other = await ownedRoom()
    await newWebhook(other.path, other.owner.token, { url: receiver.url })
    await ok('DELETE', room, { token: owner.token })
    await sweepAll()
    expect(await count('webhook_cursors where webhook_id = ?')).toBe(0)
    expect(await count('webhooks where id = ?')).toBe(0)
    expect(await storedBy(id)).toEqual([])
  })
})

describe('a room', () => {
  it('has ten webhooks at most', async () => {
    const { path, owner } = await ownedRoom()
    const asked = { token: owner.token, body: { url: 'https://example.org', events: ['ban'] } }
    const made: NewWebhook[] = []
    for (let n = 1; n <= 10; n++) made.push(await ok('POST', path, asked))
    const problem = await fails(403, 'POST', path, asked)
    expect(problem.detail).toContain('There are 10 webhooks already')
    await ok('DELETE', `${path}/${made[0]?.id}`, { token: owner.token })
    await ok('POST', path, asked)
    await fails(403, 'POST', path, asked)
  })
})

describe('the sweep', () => {
  it('wakes a webhook that was not told of a message', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    const roomId = await roomIdOf(room)
    // The hub believes that there are no webhooks, as if it had died before it told them.
    await runInDurableObject(hubOf(room), (_, { storage }) => storage.kv.put('webhooks', { roomId, ids: [] }))
    await evictDurableObject(hubOf(room))
    await say(room, member.name, 'x')
    await isQuiet(id)
    expect(receiver.got).toEqual([])
    await runSweep()
    const [told] = await received(receiver, 1)
    expect(told && bodyOf(told).data.message).toBe('x')
    await isQuiet(id)
    await runSweep()
    await isQuiet(id)
    expect(receiver.got).toHaveLength(1)
  })

  it('wakes a webhook that does not know that it is on again', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await ok('PATCH', `${path}/${id}`, { token: owner.token, body: { enabled: false } })
    await isAnnounced(id)
    await ok('PATCH', `${path}/${id}`, { token: owner.token, body: { enabled: true } })
    await isAnnounced(id)
    await runInDurableObject(webhookOf(id), (_, { storage }) => storage.kv.put('off', true))
    await say(room, member.name, 'one')
    await runSweep()
    await received(receiver, 1)
    await isQuiet(id)
    // From now on, the hub tells it again.
    await say(room, member.name, 'two')
    await received(receiver, 2)
  })

  it('wakes a webhook whose object never learned of it', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await runInDurableObject(webhookOf(id), (_, { storage }) => storage.deleteAll())
    const roomId = await roomIdOf(room)
    await runInDurableObject(hubOf(room), (_, { storage }) => storage.kv.put('webhooks', { roomId, ids: [] }))
    await evictDurableObject(hubOf(room))
    await say(room, member.name, 'one')
    await runSweep()
    await received(receiver, 1)
    await isQuiet(id)
    await say(room, member.name, 'two')
    await received(receiver, 2)
  })
})
