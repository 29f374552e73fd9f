import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { call, fails, fresh, ok } from '../support/api'

describe('x-d1-bookmark', () => {
  it('is in every answer that used the database, and is accepted in the next request', async () => {
    const created = await call('POST', '/api/users', { body: { name: fresh('user') } })
    const bookmark = created.headers.get('x-d1-bookmark') ?? ''
    expect(bookmark).toMatch(/^[0-9a-f-]+$/)
    const headers = { 'x-d1-bookmark': bookmark }
    expect((await call('GET', created.headers.get('location') ?? '', { headers })).status).toBe(200)
    expect((await call('GET', '/api/users/4711', { headers })).headers.get('x-d1-bookmark')).toMatch(
      /^[0-9a-f-]+$/,
    )
  })

  it('starts the session; without it, reads start at any replica and writes at the primary', async () => {
    const constraints: unknown[] = []
    const withSession = (constraint: string) => {
      constraints.push(constraint)
      return env.DB.withSession(constraint)
    }
    const db = { withSession } as D1Database
    const sent = await call('POST', '/api/users', { db, body: { name: fresh('user') } })
    await call('GET', '/api/users', { db })
    await call('HEAD', '/api/users', { db })
    const bookmark = sent.headers.get('x-d1-bookmark') ?? ''
    const headers = { 'x-d1-bookmark': bookmark }
    await call('GET', '/api/users', { db, headers })
    await call('POST', '/api/users', { db, headers, body: { name: fresh('user') } })
    const unconstrained = 'first-unconstrained'
    expect(constraints).toEqual(['first-primary', unconstrained, unconstrained, bookmark, bookmark])
  })

  it('is ignored when it is empty', async () => {
    expect((await call('GET', '/api/users', { headers: { 'x-d1-bookmark': '' } })).status).toBe(200)
  })

  it('is ignored by routes that do not use the database', async () => {
    const headers = { 'x-d1-bookmark': 'first-primary; drop' }
    for (const path of ['/', '/openapi.json']) {
      const answer = await call('GET', path, { headers })
      expect([path, answer.status, answer.headers.get('x-d1-bookmark')]).toEqual([path, 200, null])
    }
  })

  const never = 'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff'
  it.each([never, '0', '-', 'abc-def'])('is ignored when D1 never gave it out: %s', async (bookmark) => {
    const headers = { 'x-d1-bookmark': bookmark }
    await ok('GET', '/api/users', { headers })
    await ok('POST', '/api/users', { headers, body: { name: fresh('user') } })
  })

  it.each([
    ['at the start', 'withSession', 'D1_SESSION_ERROR: invalid bookmark or constraint'],
    ['at the first batch', 'batch', 'D1_ERROR: Invalid bookmark'],
    ['in older words', 'batch', 'D1_ERROR: invalid commit token'],
  ])(
    'is ignored when D1 refuses it %s; the session starts at the primary instead',
    async (_, where, message) => {
      const constraints: string[] = []
      const withSession = (constraint: string) => {
        constraints.push(constraint)
        const fail = () => {
          throw new Error(message)
        }
        if (constraint !== never) return env.DB.withSession(constraint)
        if (where === 'withSession') return fail()
        const session = env.DB.withSession('first-primary')
        return {
          prepare: (sql: string) => session.prepare(sql),
          batch: async () => fail(),
          getBookmark: () => never,
        }
      }
      const options = { db: { withSession } as D1Database, headers: { 'x-d1-bookmark': never } }
      const read = await call('GET', '/api/users', options)
      expect([read.status, read.headers.get('x-d1-bookmark') === never]).toEqual([200, false])
      await ok('POST', '/api/users', { ...options, body: { name: fresh('user') } })
      expect(constraints).toEqual([never, 'first-primary', never, 'first-primary'])
    },
  )

  it('is refused when it is malformed', async () => {
    const headers = { 'x-d1-bookmark': 'first-primary; drop' }
    expect(await fails(400, 'GET', '/api/users', { headers })).toMatchObject({
      errors: [{ path: 'x-d1-bookmark' }],
    })
  })
})
