import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { MemberState } from '../../src/contract'
import { fails, newUser, ok } from '../support/api'
import { approving, hold, post, texts, waiting } from '../support/held'
import { listen } from '../support/live'
import { asAdmin } from '../support/site'

const day = { deleteMessagesSeconds: 86_400 }

describe('a ban that deletes messages refuses those that wait', () => {
  it('in its room, and tells those who moderate', async () => {
    const { room, moderator, newcomer } = await approving()
    const other = await approving()
    const key = { 'Idempotency-Key': 'spam' }
    const ids = [await hold(room, newcomer, 'spam', key), await hold(room, newcomer, 'more spam')]
    const elsewhere = await hold(other.room, newcomer, 'not here')
    const listener = await listen(room, { headers: { Authorization: `Bearer ${moderator.token}` } })
    const path = `${room}/member/${newcomer.name}`
    const ban = await ok<MemberState>('PATCH', path, { token: moderator.token, body: { ban: day } })
    expect(ban.deletedMessages).toEqual({ count: 0, left: 0 })
    expect(await waiting(room, moderator)).toEqual([])
    const told = () => listener.frames.filter(({ type }) => type === 'held')
    await listener.until(() => told().length >= 2)
    expect(told()).toEqual(ids.map((id) => ({ type: 'held', state: 'refused', id })))
    expect(await waiting(other.room, other.moderator)).toMatchObject([{ id: elsewhere }])
    await ok('PATCH', path, { token: moderator.token, body: { ban: null } })
    expect(await hold(room, newcomer, 'spam', key)).toBe(ids[0])
    expect(await waiting(room, moderator)).toEqual([])
  })

  it('on the whole site, also in rooms of which the author is no member', async () => {
    const fixtures = [await approving(), await approving()]
    const { newcomer } = await approving()
    for (const { room } of fixtures) await hold(room, newcomer, 'spam')
    const honest = await hold(fixtures[0]?.room ?? '', fixtures[0]?.newcomer ?? newcomer, 'hello')
    await ok('PUT', `/api/users/${newcomer.id}/ban`, { ...asAdmin, body: day })
    const left = await Promise.all(fixtures.map(({ room, moderator }) => waiting(room, moderator)))
    expect(left.flat()).toMatchObject([{ id: honest }])
  })

  it('but not those that are older, nor any without a deletion', async () => {
    const { room, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    await env.DB.prepare('update held set created_at = created_at - 100000 where id = ?').bind(id).run()
    const path = `${room}/member/${newcomer.name}`
    for (const ban of [{ deleteMessagesSeconds: 60 }, {}]) {
      await ok('PATCH', path, { token: moderator.token, body: { ban } })
      expect(await waiting(room, moderator)).toMatchObject([{ id }])
    }
  })
})

it('a message of an author that was banned from the site is not approved', async () => {
  const { room, moderator, newcomer } = await approving()
  const id = await hold(room, newcomer)
  await ok('PUT', `/api/users/${newcomer.id}/ban`, { ...asAdmin, body: {} })
  expect(await fails(409, 'PUT', `${room}/held/${id}`, { token: moderator.token })).toMatchObject({
    detail: `"${newcomer.name}" is banned from this site. Lift that first, or refuse the message.`,
  })
  expect(await texts(room)).toEqual([])
  await ok('DELETE', `/api/users/${newcomer.id}/ban`, asAdmin)
  await ok('PUT', `${room}/held/${id}`, { token: moderator.token })
})

it('the messages of deleted authors keep nobody from sending', async () => {
  const { room, moderator, newcomer } = await approving()
  await hold(room, newcomer)
  const spammers = await Promise.all(Array.from({ length: 25 }, () => newUser()))
  const { room_id, created_at } =
    (await env.DB.prepare('select room_id, max(created_at) as created_at from held').first<{
      room_id: number
      created_at: number
    }>()) ?? {}
  await env.DB.batch(
    Array.from({ length: 500 }, (_, index) =>
      env.DB.prepare(
        'insert into held (created_at, id, room_id, author_id, text) values (?, ?, ?, ?, ?)',
      ).bind((created_at ?? 0) - 60_000 - index, `spam ${index}`, room_id, spammers[index % 25]?.id, 'spam'),
    ),
  )
  expect((await post(room, newcomer, 'me too')).status).toBe(403)
  for (const { id } of spammers) await ok('DELETE', `/api/users/${id}`)
  await hold(room, newcomer, 'me too')
  expect(await waiting(room, moderator)).toHaveLength(2)
})
