import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Chatroom, NewWebhook } from '../../src/contract'
import { fails, newUser, ok, say } from '../support/api'
import { later } from '../support/live'
import { asAdmin } from '../support/site'
import {
  bodyOf,
  isAnnounced,
  newReceiver,
  newWebhook,
  openNetwork,
  ownedRoom,
  received,
  stateOf,
} from '../support/webhooks'

beforeAll(openNetwork)

describe('a webhook', () => {
  it('is told of reports, bans, and messages that wait', async () => {
    const { room, path, owner, member } = await ownedRoom()
    await say(room, member.name, 'spam')
    const receiver = newReceiver()
    await newWebhook(path, owner.token, { url: receiver.url, events: ['report', 'held', 'ban'] })
    await ok('POST', `${room}/message/1/report`, { body: { userName: member.name, reason: 'rude' } })
    await received(receiver, 1)
    await ok<Chatroom>('PATCH', room, { token: owner.token, body: { approval: 'all' } })
    await ok('POST', `${room}/message`, { body: { userName: member.name, message: 'may I?' } })
    await received(receiver, 2)
    await ok('PATCH', `${room}/member/${member.name}`, {
      token: owner.token,
      body: { ban: { reason: 'enough' } },
    })
    const got = (await received(receiver, 3)).map(bodyOf)
    expect(got).toMatchObject([
      { type: 'report', data: { seq: 1, userName: member.name, reason: 'rude', message: 'spam' } },
      { type: 'held', data: { message: 'may I?' } },
      { type: 'ban', data: { userName: member.name, by: owner.name, reason: 'enough' } },
    ])
  })

  it('of the site is told of all rooms, and of bans from the site', async () => {
    const receiver = newReceiver()
    const made = await ok<NewWebhook>('POST', '/api/admin/webhook', {
      ...asAdmin,
      body: { url: receiver.url, events: ['message', 'ban'] },
    })
    await isAnnounced(made.id)
    const { room, member, name } = await ownedRoom()
    await say(room, member.name, 'hello')
    await received(receiver, 1)
    const troll = await newUser()
    await ok('PUT', `/api/users/${troll.id}/ban`, { ...asAdmin, body: {} })
    const got = (await received(receiver, 2)).map(bodyOf)
    expect(got).toMatchObject([
      { type: 'message', data: { chatroom: name } },
      { type: 'ban', data: { chatroom: null, userName: troll.name } },
    ])
    await ok('DELETE', `/api/admin/webhook/${made.id}`, asAdmin)
  })

  it('is switched off by 410, and goes on where it stopped', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver(() => new Response(null, { status: 410 }))
    const { id, secret } = await newWebhook(path, owner.token, { url: receiver.url })
    await say(room, member.name, 'one')
    await received(receiver, 1)
    await expect
      .poll(() => stateOf(path, id, owner.token), { timeout: 20_000 })
      .toMatchObject({ enabled: false, stopped: { reason: 'gone' } })
    const { entries } = await ok<{ entries: object[] }>('GET', `${room}/audit`, { token: owner.token })
    expect(entries[0]).toMatchObject({ action: 'stopWebhook', webhook: id })
    receiver.answer = () => new Response('ok')
    const renewed = await ok<NewWebhook>('POST', `${path}/${id}/secret`, { token: owner.token })
    await ok('POST', `${path}/${id}/resend`, { token: owner.token })
    const [, again] = await received(receiver, 2)
    if (!again) throw new Error('nothing came')
    for (const key of [secret, renewed.secret])
      expect(new Webhook(key).verify(again.text, Object.fromEntries(again.headers))).toEqual(bodyOf(again))
  })

  it('is signed by the secret that its receiver knows, also if a new one was asked for again and again', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const receiver = newReceiver()
    const { id, secret } = await newWebhook(path, owner.token, { url: receiver.url })
    const secrets: string[] = []
    for (let n = 0; n < 9; n++) {
      const renewed = await ok<NewWebhook>('POST', `${path}/${id}/secret`, { token: owner.token })
      secrets.push(renewed.secret)
    }
    await say(room, member.name, 'x')
    const [told] = await received(receiver, 1)
    if (!told) throw new Error('nothing came')
    expect(told.headers.get('webhook-signature')?.split(' ').length).toBeLessThan(8)
    const verify = (key: string) => new Webhook(key).verify(told.text, Object.fromEntries(told.headers))
    for (const key of [secret, ...secrets.slice(0, 2), ...secrets.slice(-1)])
      expect(verify(key)).toEqual(bodyOf(told))
    // A later one drops them.
    const next = () => ok<NewWebhook>('POST', `${path}/${id}/secret`, { token: owner.token })
    await later(3_600_000, next)
    await say(room, member.name, 'y')
    const again = (await received(receiver, 2))[1]
    expect(again?.headers.get('webhook-signature')?.split(' ')).toHaveLength(2)
  })

  it('sends texts to Slack and Discord that ping nobody', async () => {
    const { room, path, owner, member } = await ownedRoom()
    const [slack, discord] = [newReceiver(), newReceiver()]
    await newWebhook(path, owner.token, { url: slack.url, format: 'slack' })
    await newWebhook(path, owner.token, { url: discord.url, format: 'discord' })
    await say(room, member.name, '<!channel> **bold** @everyone https://a.example/b_c')
    const [toSlack] = await received(slack, 1)
    expect(JSON.parse(toSlack?.text ?? '').text).toContain('&lt;!channel&gt;')
    const [toDiscord] = await received(discord, 1)
    const { content, allowed_mentions } = JSON.parse(toDiscord?.text ?? '')
    expect(allowed_mentions).toEqual({ parse: [] })
    expect(content).toContain(String.raw`\*\*bold\*\* \@everyone https://a.example/b_c`)
  })

  it.each([
    'http://example.org',
    'https://127.1',
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://100.64.0.1',
    'https://[::1]',
    'https://[fd00::1]',
    'https://[::ffff:10.0.0.1]',
    'https://localhost',
    'https://printer.local',
    'https://receiver.invalid',
    'https://parlour.test',
    'https://user:password@example.org',
    'nonsense',
  ])('may not have the URL %s', async (url) => {
    const { path, owner } = await ownedRoom()
    const { errors } = await fails(400, 'POST', path, { token: owner.token, body: { url } })
    expect(errors?.map(({ path }) => path)).toEqual(['url'])
  })
})
