import { describe, expect, it } from 'vitest'
import { call, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

const cacheControl = async (path: string, options = {}) => {
  const answer = await call('GET', path, options)
  return [path, answer.headers.get('cache-control')]
}

describe('no cache keeps', () => {
  it('members, reports, audit log, sanctions, and the caller', async () => {
    const { room, owner, member } = await roomFixture()
    const { token } = owner
    await say(room, member.name, 'hello')
    await ok('POST', `${room}/message/1/report`, { token, body: { reason: 'spam' } })
    const paths = [
      '/member',
      `/member/${member.name}`,
      '/report',
      '/report/1',
      '/audit',
      '/sanction',
      '/blocked-word',
      '/export',
    ]
    for (const path of [...paths.map((path) => room + path), '/api/users/me'])
      expect(await cacheControl(path, { token })).toEqual([path, 'private, no-store'])
    const admin = { token: 'the-admin', env: { ADMIN_TOKEN: 'the-admin' } }
    for (const path of ['/report', '/user', '/chatroom', `/user/${owner.id}/message`])
      expect(await cacheControl(`/api/admin${path}`, admin)).toEqual([
        `/api/admin${path}`,
        'private, no-store',
      ])
  })

  it('anything of a room for members', async () => {
    const { room, owner, member } = await roomFixture({ readers: 'members' })
    await say(room, member.name, 'hello')
    for (const path of [`${room}/message`, `${room}/message/1`, `${room}/member`]) {
      for (const [query, options] of [
        [`?userName=${member.name}`, {}],
        ['', { token: owner.token }],
        ['', { token: owner.token, headers: { 'If-None-Match': '*' } }],
      ] as const)
        expect(await cacheControl(path + query, options)).toEqual([path + query, 'private, no-store'])
    }
  })

  it('a refusal', async () => {
    const { room } = await roomFixture({ readers: 'members' })
    const { token } = await newUser()
    expect(await cacheControl(`${room}/message`, { token })).toEqual([`${room}/message`, 'private, no-store'])
  })
})

it('a cache may store public answers, and must revalidate them', async () => {
  const { room, member } = await roomFixture()
  await say(room, member.name, 'hello')
  for (const path of [room, `${room}/message`, `${room}/message/1`])
    expect(await cacheControl(path)).toEqual([path, 'no-cache'])
})

it('only the reader’s browser may store answers read with a token or a name', async () => {
  const { room, member } = await roomFixture()
  await say(room, member.name, 'hello')
  for (const path of [`${room}/message`, `${room}/message/1`]) {
    expect(await cacheControl(path, { token: member.token })).toEqual([path, 'private, no-cache'])
    const named = `${path}?userName=${member.name}`
    expect(await cacheControl(named)).toEqual([named, 'private, no-cache'])
  }
})
