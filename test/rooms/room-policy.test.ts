import { describe, expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { fails, fresh, newUser, type Options, ok } from '../support/api'
import { logged } from '../support/log'
import { person, sign, withSecret } from '../support/login'

const adminToken = 'the-admin-of-this-test'
const admin = { token: adminToken, env: { ADMIN_TOKEN: adminToken } }

/** Returns senders with each kind of credential, and the name that would own their room. */
const senders = async (): Promise<[Options, string | null][]> => {
  const [user, moderator, claims] = [await newUser(), await newUser(), person()]
  await ok('PATCH', `/api/users/${moderator.id}`, { ...admin, body: { role: 'moderator' } })
  return [
    [{}, null],
    [{ token: user.token }, user.name],
    [{ token: moderator.token }, moderator.name],
    [{ token: await sign(claims), env: withSecret }, claims.name],
  ]
}

const make = (ROOMS: string, { env, ...sender }: Options, body: object = {}): Promise<Chatroom> =>
  ok('POST', '/api/chatroom', { ...sender, env: { ...env, ROOMS }, body: { name: fresh('room'), ...body } })

describe('with ROOMS = "anyone"', () => {
  it('a room belongs to its maker, or to the site if its maker says so', async () => {
    for (const [sender, owner] of await senders()) {
      expect(await make('anyone', sender)).toMatchObject({ owner })
      expect(await make('anyone', sender, { owner: null })).toMatchObject({ owner: null })
    }
  })
})

describe('with ROOMS = "site"', () => {
  it('anybody may make a room, which belongs to the site', async () => {
    for (const [sender] of await senders()) {
      expect(await make('site', sender)).toMatchObject({ owner: null })
    }
    expect(await make('site', admin)).toMatchObject({ owner: null })
    expect(await make('site', admin, { owner: null })).toMatchObject({ owner: null })
  })

  it('a visit without a token makes a room, also where each write needs a token', async () => {
    const env = { IDENTITY: 'protected' } as const
    expect(await make('site', { env })).toMatchObject({ owner: null })
    const body = { name: fresh('room') }
    await fails(401, 'POST', '/api/chatroom', { env: { ...env, ROOMS: 'anyone' }, body })
  })

  it('its maker rules nothing there, a moderator of the site does', async () => {
    const [, [maker] = [{}], [moderator] = [{}]] = await senders()
    const { name } = await make('site', maker)
    const body = { title: 'mine' }
    await fails(403, 'PATCH', `/chatroom/${name}`, { ...maker, body })
    await ok('PATCH', `/chatroom/${name}`, { ...moderator, body })
  })
})

describe('with ROOMS = "admin"', () => {
  const env = { ROOMS: 'admin' }

  it('only admins make rooms', async () => {
    for (const [sender] of await senders()) {
      const options = { ...sender, env: { ...sender.env, ...env }, body: { name: fresh('room') } }
      const problem = await fails('token' in sender ? 403 : 401, 'POST', '/api/chatroom', options)
      expect(problem.type).toBe('token' in sender ? '/problems/not-allowed' : '/problems/token-required')
      await fails(404, 'GET', `/chatroom/${options.body.name}`)
    }
    await fails(401, 'POST', '/api/chatroom', { token: 'nobody', env, body: { name: fresh('room') } })
    expect(await make('admin', admin)).toMatchObject({ owner: null })
  })

  it('a user who is an admin owns what it makes, unless it says otherwise', async () => {
    const { id, name, token } = await newUser()
    await ok('PATCH', `/api/users/${id}`, { ...admin, body: { role: 'admin' } })
    expect(await make('admin', { token })).toMatchObject({ owner: name })
    expect(await make('admin', { token }, { owner: null })).toMatchObject({ owner: null })
    await fails(409, 'POST', '/api/chatroom', {
      token,
      env,
      body: { name: (await make('admin', { token })).name },
    })
  })

  it('a login that claims to be an admin makes rooms', async () => {
    const login = { env: { ...withSecret, JWT_ROLE_CLAIM: 'role' } }
    const claims = person()
    expect(await make('admin', { ...login, token: await sign({ ...claims, role: 'admin' }) })).toMatchObject({
      owner: claims.name,
    })
    const token = await sign({ ...person(), role: 'moderator' })
    await fails(403, 'POST', '/api/chatroom', {
      token,
      env: { ...login.env, ...env },
      body: { name: fresh('x') },
    })
  })
})

it('another value of ROOMS makes no rooms', async () => {
  const log = logged()
  await fails(500, 'POST', '/api/chatroom', { env: { ROOMS: 'Site' }, body: { name: fresh('room') } })
  expect(JSON.stringify(log.lines())).toContain('ROOMS must be anyone, site, admin, not Site')
})
