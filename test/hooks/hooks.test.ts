import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { AuditList, HookList, NewHook } from '../../src/contract'
import { digest } from '../../src/lib/token'
import { call, fails, fresh, ok, origin } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { newest, post, roomWithHook } from '../support/hooks'
import { asAdmin } from '../support/site'

describe('an incoming webhook', () => {
  it('is made by the owner or the admin, its URL shown once, and listed without it', async () => {
    const { room, owner } = await roomFixture()
    const name = fresh('CI ✅')
    const response = await call('POST', `${room}/hook`, { token: owner.token, body: { name } })
    const made = await response.clone().json<NewHook>()
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe(`${room}/hook/${made.id}`)
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(made).toEqual({
      id: expect.any(Number),
      name,
      createdAt: expect.any(String),
      lastUsedAt: null,
      url: expect.stringMatching(new RegExp(`^${origin}/hook/[\\w-]{43}$`)),
    })
    const other = await ok<NewHook>('POST', `${room}/hook`, { ...asAdmin, body: { name } })
    const { url: _, ...shown } = made
    const { url: __, ...otherShown } = other
    expect(await ok('GET', `${room}/hook`, { token: owner.token })).toEqual({ hooks: [shown, otherShown] })
    const secret = made.url.split('/').at(-1) ?? ''
    const stored = await env.DB.prepare('select * from hooks where id = ?').bind(made.id).first()
    expect(stored).toMatchObject({ secret_hash: await digest(secret) })
    expect(JSON.stringify(stored)).not.toContain(secret)
  })

  it('is for those who may change the room: no moderator, member or stranger', async () => {
    const { room, moderator, member, guest, hook } = await roomWithHook()
    for (const { token } of [moderator, member, guest])
      for (const [method, path] of [
        ['GET', `${room}/hook`],
        ['POST', `${room}/hook`],
        ['POST', `${room}/hook/${hook.id}/secret`],
        ['DELETE', `${room}/hook/${hook.id}`],
      ] as const)
        await fails(403, method, path, {
          token,
          ...(path.endsWith('/hook') && method === 'POST' && { body: { name: 'x' } }),
        })
  })

  it('posts a message of nobody, under its name, with a mark', async () => {
    const { room, hook } = await roomWithHook()
    expect(await post(hook, { text: 'passed' })).toEqual([200, 'ok'])
    const message = await newest(room)
    expect(message).toEqual({
      seq: 1,
      chatroom: room.split('/').at(-1),
      userId: null,
      userName: hook.name,
      bot: true,
      avatar: null,
      message: 'passed',
      createdAt: expect.any(String),
      replyTo: null,
      mentions: [],
      reactions: [],
      files: [],
    })
    expect(await ok('GET', `${room}/message/1`)).toEqual(message)
    const people = await ok<{ users: unknown[] }>('GET', `/api/users?name=${hook.name}`)
    expect(people.users).toEqual([])
    expect(await ok('GET', room)).toMatchObject({ memberCount: 2 })
  })

  it('is stamped with the day of its last use', async () => {
    const { room, owner, hook } = await roomWithHook()
    const used = async () =>
      (await ok<HookList>('GET', `${room}/hook`, { token: owner.token })).hooks[0]?.lastUsedAt
    await post(hook, { text: 'one' })
    const first = await used()
    expect(first).toBe((await newest(room))?.createdAt)
    await post(hook, { text: 'two' })
    expect(await used()).toBe(first)
    await env.DB.prepare('update hooks set last_used_at = last_used_at - 86400000').run()
    await post(hook, { text: 'three' })
    expect(await used()).toBe((await newest(room))?.createdAt)
  })

  it('gets another URL, and the old one ends', async () => {
    const { room, owner, hook } = await roomWithHook()
    const renewed = await ok<NewHook>('POST', `${room}/hook/${hook.id}/secret`, { token: owner.token })
    expect(renewed).toMatchObject({ id: hook.id, name: hook.name })
    expect(await post(hook, { text: 'x' })).toEqual([404, 'no_service'])
    expect(await post(renewed, { text: 'x' })).toEqual([200, 'ok'])
  })

  it('is deleted, and its messages stay with its name', async () => {
    const { room, owner, hook } = await roomWithHook()
    await post(hook, { text: 'stays' })
    const path = `${room}/hook/${hook.id}`
    expect(await ok('DELETE', path, { token: owner.token })).toEqual({ id: hook.id, deleted: true })
    expect(await fails(404, 'DELETE', path, { token: owner.token })).toMatchObject({
      type: '/problems/hook-not-found',
    })
    expect(await post(hook, { text: 'x' })).toEqual([404, 'no_service'])
    expect(await newest(room)).toMatchObject({ bot: true, userName: hook.name, message: 'stays' })
  })

  it('of another room is not found', async () => {
    const [one, other] = [await roomWithHook(), await roomWithHook()]
    const path = `${one.room}/hook/${other.hook.id}`
    await fails(404, 'DELETE', path, { token: one.owner.token })
    await fails(404, 'POST', `${path}/secret`, { token: one.owner.token })
    expect(await post(other.hook, { text: 'x' })).toEqual([200, 'ok'])
  })

  it('has no name of a user, and no room has more than 20', async () => {
    const { room, owner, member } = await roomFixture()
    const named = (name: string) => ({ token: owner.token, body: { name } })
    expect(await fails(409, 'POST', `${room}/hook`, named(member.name.toUpperCase()))).toMatchObject({
      type: '/problems/name-taken',
    })
    for (let count = 0; count < 20; count++) await ok('POST', `${room}/hook`, named('the same bot'))
    expect(await fails(403, 'POST', `${room}/hook`, named('the same bot'))).toMatchObject({
      type: '/problems/too-many-hooks',
    })
  })

  it('is in the audit log when it is made, changed and deleted', async () => {
    const { room, owner, hook } = await roomWithHook()
    await ok('POST', `${room}/hook/${hook.id}/secret`, { token: owner.token })
    await ok('DELETE', `${room}/hook/${hook.id}`, { token: owner.token })
    await fails(404, 'DELETE', `${room}/hook/${hook.id}`, { token: owner.token })
    const { entries } = await ok<AuditList>('GET', `${room}/audit`, { token: owner.token })
    expect(entries.slice(0, 3)).toMatchObject([
      { action: 'deleteHook', by: owner.name, to: null, hook: hook.name },
      { action: 'replaceHookSecret', by: owner.name, hook: hook.name },
      { action: 'createHook', by: owner.name, hook: hook.name },
    ])
  })
})
