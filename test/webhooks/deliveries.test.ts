import { evictDurableObject } from 'cloudflare:test'
import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ok, say } from '../support/api'
import {
  bodyOf,
  hasFailed,
  idOf,
  isDue,
  isQuiet,
  newReceiver,
  newWebhook,
  openNetwork,
  ownedRoom,
  received,
  stateOf,
  tryNow,
  webhookOf,
} from '../support/webhooks'

beforeAll(openNetwork)

/** Fails, and asks for so long a wait that no try comes by itself during a test. */
const refuse = () => new Response(null, { status: 500, headers: { 'Retry-After': '3600' } })

describe('a webhook of a room', () => {
  it('is told of each entry of the log, in order, signed by Standard Webhooks', async () => {
    const { room, path, owner, member, name } = await ownedRoom()
    await say(room, member.name, 'before the webhook')
    const receiver = newReceiver()
    const events = ['message', 'edit', 'delete', 'reaction']
    const { secret } = await newWebhook(path, owner.token, { url: receiver.url, events })
    await say(room, member.name, 'hello!')
    await ok('PATCH', `${room}/message/2`, { body: { userName: member.name, message: 'hello?' } })
    await ok('PUT', `${room}/message/2/reaction/🎉`, { body: { userName: member.name } })
    await ok('DELETE', `${room}/message/1?userName=${member.name}`)

    const got = await received(receiver, 4)
    const told = got.map((delivered) => {
      const { headers, text } = delivered
      const verified = new Webhook(secret).verify(text, Object.fromEntries(headers))
      expect(verified).toEqual(bodyOf(delivered))
      return bodyOf(delivered)
    })
    expect(told.map(({ type, data }) => [type, data.seq, data.chatroom])).toEqual([
      ['message', 2, name],
      ['edit', 3, name],
      ['reaction', 4, name],
      ['delete', 5, name],
    ])
    expect(told[1]).toMatchObject({ data: { target: 2, userName: member.name, message: 'hello?' } })
    expect(told[0]?.timestamp).toBe(told[0]?.data.createdAt)
    expect(new Set(got.map(idOf)).size).toBe(4)
    expect(got[0]?.init).toMatchObject({ method: 'POST', redirect: 'manual' })
  })

  it('sends only the events that it is for', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    await newWebhook(path, owner.token, { url: receiver.url, events: ['edit'] })
    await say(room, member.name, 'x')
    await ok('PATCH', `${room}/message/1`, { body: { userName: member.name, message: 'y' } })
    const [edit] = await received(receiver, 1)
    expect(edit && bodyOf(edit).type).toBe('edit')
  })

  it('has no alarm while nothing is to be delivered', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await isQuiet(id)
    await say(room, member.name, 'x')
    await received(receiver, 1)
    await isQuiet(id)
  })
})

describe('a receiver that is down', () => {
  it('gets everything in order once it is up, with the same id at each try', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(refuse)
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    for (const text of ['one', 'two', 'three']) await say(room, member.name, text)
    await hasFailed(id, 1)
    await tryNow(id)
    const state = await stateOf(path, id, owner.token)
    expect(state).toMatchObject({ failures: 2, enabled: true, attempts: [{ status: 500 }, { status: 500 }] })
    expect(Date.parse(state.nextAttemptAt ?? '')).toBeGreaterThan(Date.now())
    receiver.answer = () => new Response('ok')
    await tryNow(id)
    const got = await received(receiver, 5)
    expect(got.map((delivered) => bodyOf(delivered).data.message)).toEqual([
      'one',
      'one',
      'one',
      'two',
      'three',
    ])
    expect(new Set(got.slice(0, 3).map(idOf)).size).toBe(1)
    expect(await stateOf(path, id, owner.token)).toMatchObject({ failures: 0, nextAttemptAt: null })
    await isQuiet(id)
  })

  it('gets everything also if the object is killed between the attempts', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(refuse)
    const { id } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'one')
    await hasFailed(id, 1)
    await evictDurableObject(webhookOf(id))
    await say(room, member.name, 'two')
    receiver.answer = () => new Response('ok')
    await tryNow(id)
    const got = await received(receiver, 3)
    expect(got.map((delivered) => bodyOf(delivered).data.message)).toEqual(['one', 'one', 'two'])
  })

  it('never gets a text that was deleted meanwhile', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(refuse)
    const { id } = await newWebhook(path, owner.token, { url: receiver.url, events: ['message', 'delete'] })
    await say(room, member.name, 'a secret by mistake')
    await hasFailed(id, 1)
    await ok('DELETE', `${room}/message/1?userName=${member.name}`)
    receiver.got.length = 0
    receiver.answer = () => new Response('ok')
    await tryNow(id)
    const [deletion] = await received(receiver, 1)
    expect(deletion && bodyOf(deletion)).toMatchObject({ type: 'delete', data: { target: 1 } })
  })

  it('never gets a text that was deleted while it took its time for the one before', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(refuse)
    const { id } = await newWebhook(path, owner.token, { url: receiver.url, events: ['message', 'delete'] })
    for (const text of ['one', 'a secret by mistake', 'three']) await say(room, member.name, text)
    await hasFailed(id, 1)
    await isDue(id)
    receiver.got.length = 0
    const now = Date.now()
    let clock: { mockRestore: () => void } | undefined
    receiver.answer = async () => {
      if (clock) return new Response('ok')
      clock = vi.spyOn(Date, 'now').mockReturnValue(now + 5000)
      await ok('DELETE', `${room}/message/2?userName=${member.name}`)
      return new Response('ok')
    }
    await tryNow(id)
    clock?.mockRestore()
    const got = await received(receiver, 3)
    expect(got.map((delivered) => bodyOf(delivered).data)).toMatchObject([
      { message: 'one' },
      { message: 'three' },
      { target: 2 },
    ])
  })
})
