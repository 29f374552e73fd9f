import { describe, expect, it } from 'vitest'
import { call, fails, fresh, newUser, ok } from '../support/api'

describe('a user who asks about itself', () => {
  const paths = ['/api/users/me', '/api/users/me/chatroom', '/api/users/me/mention']

  it.each(paths)('%s takes a token, or an open name', async (path) => {
    const user = await newUser()
    const byToken = await ok<object>('GET', path, { token: user.token })
    expect(await ok('GET', `${path}?userName=${user.name}`)).toEqual(byToken)
    expect(await ok('GET', `${path}?userName=${user.name}`, { token: user.token })).toEqual(byToken)
    await fails(401, 'GET', path)
    await fails(401, 'GET', path, { token: 'x'.repeat(43) })
    await fails(404, 'GET', `${path}?userName=${fresh('nobody')}`)
    await fails(403, 'GET', `${path}?userName=${(await newUser()).name}`, { token: user.token })
    await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { protected: true } })
    expect(await fails(401, 'GET', `${path}?userName=${user.name}`)).toMatchObject({
      title: 'Token required',
    })
    await ok('GET', path, { token: user.token })
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('does not %s /api/users/me', async (method) => {
    const { token } = await newUser()
    for (const path of ['/api/users/me', '/api/user/me']) {
      const body = method === 'DELETE' ? {} : { body: { name: fresh('me') } }
      const refused = await call(method, path, { token, ...body })
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
    }
  })

  it('is a user: the admin is one only by name', async () => {
    const admin = { token: 'an-admin-token', env: { ADMIN_TOKEN: 'an-admin-token' } }
    const user = await newUser()
    await fails(401, 'GET', '/api/users/me', admin)
    expect(await ok('GET', `/api/users/me?userName=${user.name}`, admin)).toMatchObject({ id: user.id })
  })
})
