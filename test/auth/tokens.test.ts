import { describe, expect, it, vi } from 'vitest'
import type { Chatroom, Message, NewHook, NewUser, ReportList, User } from '../../src/contract'
import { operations } from '../../src/operations'
import { call, fails, fresh, newRoom, newUser, ok, roomWithUser, say } from '../support/api'
import { addWebhook } from '../support/rows'
import { fileAttempts, importAttempt, webhookAttempts } from './more-attempts'

const protectedUser = (): Promise<NewUser> =>
  ok('POST', '/api/users', { body: { name: fresh('protected'), protected: true } })

/** Creates a protected user with a message in its own room, and an attacker with a token. */
const victimFixture = async () => {
  const [victim, attacker] = await Promise.all([protectedUser(), newUser()])
  const made = { token: victim.token, body: { name: fresh('room') } }
  const room = `/chatroom/${(await ok<Chatroom>('POST', '/api/chatroom', made)).name}`
  await ok('POST', `${room}/message`, { token: victim.token, body: { message: 'mine' } })
  await ok('POST', `${room}/message/1/report`, { token: victim.token, body: { reason: 'mine too' } })
  await say(room, attacker.name, 'theirs')
  const options = { token: victim.token, body: { name: fresh('bot') } }
  const { id: hook } = await ok<NewHook>('POST', `${room}/hook`, options)
  return { room, victim, attacker, hook, webhook: await addWebhook(room) }
}

/** The requests that try to change something of the victim, by route. */
type Attempts = Record<string, [path: string, body?: unknown, headers?: Record<string, string>]>
type Fixture = Awaited<ReturnType<typeof victimFixture>>
const attempts = ({ room, victim, attacker, hook, webhook }: Fixture): Attempts => ({
  'PUT /api/users/:id': [`/api/users/${victim.id}`, { name: fresh('stolen') }],
  'PATCH /api/users/:id': [`/api/users/${victim.id}`, { protected: false }],
  'DELETE /api/users/:id': [`/api/users/${victim.id}`],
  'POST /api/users/:id/token': [`/api/users/${victim.id}/token`],
  'DELETE /api/users/:id/token': [`/api/users/${victim.id}/token`],
  'PATCH /chatroom/:name': [room, { title: 'taken over' }],
  'DELETE /chatroom/:name': [room],
  'PATCH /chatroom/:name/member/:userName': [`${room}/member/${attacker.name}`, { role: 'moderator' }],
  'PUT /chatroom/:name': [room, { userName: victim.name }],
  'DELETE /chatroom/:name/member/:userName': [`${room}/member/${victim.name}`],
  'POST /chatroom/:name/message': [`${room}/message`, { userName: victim.name, message: 'not mine' }],
  'PATCH /chatroom/:name/message/:seq': [`${room}/message/1`, { userName: victim.name, message: 'not mine' }],
  'DELETE /chatroom/:name/message/:seq': [`${room}/message/1?userName=${victim.name}`],
  'DELETE /chatroom/:name/message': [
    `${room}/message?author=${victim.name}&from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z`,
  ],
  'POST /chatroom/:name/message/:seq/report': [
    `${room}/message/1/report`,
    { userName: victim.name, reason: 'not mine' },
  ],
  'PUT /chatroom/:name/member/:userName/read': [`${room}/member/${victim.name}/read`, { seq: 1 }],
  'PUT /chatroom/:name/message/:seq/reaction/:emoji': [
    `${room}/message/1/reaction/🎉`,
    { userName: victim.name },
  ],
  'DELETE /chatroom/:name/message/:seq/reaction/:emoji': [
    `${room}/message/1/reaction/🎉?userName=${victim.name}`,
  ],
  'PUT /chatroom/:name/pin/:seq': [`${room}/pin/1`],
  'DELETE /chatroom/:name/pin/:seq': [`${room}/pin/1`],
  'POST /chatroom/:name/ticket': [`${room}/ticket`, { userName: victim.name }],
  'POST /chatroom/:name/sanction': [`${room}/sanction`, { authorOf: 2, kind: 'mute' }],
  'PATCH /chatroom/:name/report/:id': [`${room}/report/1`, { resolved: true }],
  'PUT /chatroom/:name/held': [`${room}/held?author=${attacker.name}`],
  'PUT /chatroom/:name/held/:id': [`${room}/held/${'0'.repeat(32)}`],
  'POST /chatroom/:name/hook': [`${room}/hook`, { name: fresh('bot') }],
  'POST /chatroom/:name/hook/:id/secret': [`${room}/hook/${hook}/secret`],
  'DELETE /chatroom/:name/hook/:id': [`${room}/hook/${hook}`],
  ...fileAttempts(room, victim.name),
  ...webhookAttempts(room, webhook),
  ...importAttempt,
  'PATCH /api/admin': ['/api/admin', { slowModeSeconds: 60 }],
  'PUT /api/users/:id/ban': [`/api/users/${victim.id}/ban`, {}],
  'DELETE /api/users/:id/ban': [`/api/users/${victim.id}/ban`],
})

/** Operations that create something new, or concern nobody but the caller, so there is no victim. */
const creates = [
  'POST /api/users',
  'POST /api/chatroom',
  'PUT /api/users/me/push',
  'DELETE /api/users/me/push',
]

/** Its secret says who posts: see test/hooks. */
const bySecret = 'POST /hook/:secret'

/** Authors may take back their own held messages, and nobody learns of those of others: see test/held/approval.test.ts. */
const takesBack = ['DELETE /chatroom/:name/held', 'DELETE /chatroom/:name/held/:id']

/** Operations for which a user's own token is not enough, or that need a message that waits. */
const needsMore =
  /^PATCH \/api\/admin$|\/blocked-file|\/api\/admin\/webhook|\/import(\/file\/:id)?$|\/ban$|\/held/

describe('a protected name', () => {
  // Takes the operations from the OpenAPI document, so that a new route is included.
  const changing = Object.keys(operations).filter(
    (key) => !key.startsWith('GET ') && !creates.includes(key) && key !== bySecret,
  )

  it.each(changing.filter((key) => !takesBack.includes(key)))(
    'is safe from everybody else: %s',
    async (key) => {
      const fixture = await victimFixture()
      const [path, body, headers = {}] = attempts(fixture)[key] ?? []
      if (!path) throw new Error(`write down how an attacker would call ${key}`)
      const method = key.split(' ')[0] ?? ''
      const options = { headers, ...(body !== undefined && { body }) }
      const before = await ok('GET', `/api/users/${fixture.victim.id}`)

      expect(await fails(401, method, path, options)).toMatchObject({ type: '/problems/token-required' })
      await fails(403, method, path, { ...options, token: fixture.attacker.token })
      const guessed = await call(method, path, { ...options, token: 'x'.repeat(43) })
      expect([guessed.status, guessed.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="parlour", error="invalid_token"',
      ])
      expect(await ok('GET', `/api/users/${fixture.victim.id}`)).toEqual(before)
      expect(await ok('GET', `${fixture.room}/message`)).toMatchObject({
        messages: [{ message: 'mine' }, { message: 'theirs' }],
      })
      expect(await ok('GET', fixture.room)).toMatchObject({ memberCount: 2 })
      const { reports } = await ok<ReportList>('GET', `${fixture.room}/report`, {
        token: fixture.victim.token,
      })
      expect(reports).toMatchObject([{ reason: 'mine too', resolvedAt: null }])
      expect(await ok('GET', '/api/users/me', { token: fixture.victim.token })).toEqual(before)
    },
  )

  it.each(changing.filter((key) => !needsMore.test(key)))('acts with its own token: %s', async (key) => {
    const fixture = await victimFixture()
    const [path = '', body, headers = {}] = attempts(fixture)[key] ?? []
    const method = key.split(' ')[0] ?? ''
    const options = { token: fixture.victim.token, headers }
    await ok(method, path, { ...options, ...(body !== undefined && { body }) })
  })

  it('needs not be named beside its token', async () => {
    const { room, victim } = await victimFixture()
    const { token, name } = victim
    expect(await ok('PUT', room, { token, body: {} })).toMatchObject({ userName: name })
    expect(await ok('POST', `${room}/message`, { token, body: { message: 'me' } })).toMatchObject({
      userName: name,
    })
    expect(await ok('PATCH', `${room}/message/1`, { token, body: { message: 'me!' } })).toMatchObject({
      message: 'me!',
    })
    expect(await ok('DELETE', `${room}/message/1`, { token })).toMatchObject({ message: null })
  })
})

describe('an open name', () => {
  it('may be used by anybody, protected only with its token, and keeps its messages', async () => {
    const [{ name: room }, user] = await Promise.all([newRoom(), newUser()])
    const said = await say(`/chatroom/${room}`, user.name, 'before')
    const lock = { body: { protected: true } }
    await fails(401, 'PATCH', `/api/users/${user.id}`, lock)
    const other = await newUser()
    await fails(403, 'PATCH', `/api/users/${user.id}`, { ...lock, token: other.token })
    expect(await ok<User>('PATCH', `/api/users/${user.id}`, { ...lock, token: user.token })).toMatchObject({
      name: user.name,
      protected: true,
    })
    expect(await ok<Message>('GET', `/chatroom/${room}/message/1`)).toEqual(said)
    await fails(401, 'POST', `/chatroom/${room}/message`, {
      body: { userName: user.name, message: 'not me' },
    })
    expect(
      await ok('PATCH', `/api/users/${user.id}`, { body: { protected: false }, token: user.token }),
    ).toMatchObject({ protected: false })
    await say(`/chatroom/${room}`, user.name, 'anybody')
  })

  it('is not acted under with the token of another', async () => {
    const [{ name: room }, open, other] = await Promise.all([newRoom(), newUser(), newUser()])
    const body = { userName: open.name, message: 'x' }
    expect(await fails(403, 'POST', `/chatroom/${room}/message`, { body, token: other.token })).toMatchObject(
      {
        title: 'Not you',
      },
    )
  })
})

describe('a token', () => {
  it('is exchanged for another, and then void', async () => {
    const { id, token, name } = await newUser()
    const renewed = await call('POST', `/api/users/${id}/token`, { token })
    expect([renewed.status, renewed.headers.get('location')]).toEqual([201, `/api/users/${id}`])
    const next = await renewed.json<{ id: number; token: string }>()
    expect(next).toEqual({ id, token: expect.stringMatching(/^[\w-]{43}$/) })
    expect(await fails(401, 'GET', '/api/users/me', { token })).toMatchObject({
      type: '/problems/invalid-token',
    })
    expect(await ok('GET', '/api/users/me', { token: next.token })).toMatchObject({ id, name })
  })

  it('is revoked, and then only the admin gives another', async () => {
    const { id, token } = await protectedUser()
    expect(await ok('DELETE', `/api/users/${id}/token`, { token })).toEqual({ id, revoked: true })
    await fails(401, 'POST', `/api/users/${id}/token`, { token })
    const env = { ADMIN_TOKEN: 'the admin of this test'.replaceAll(' ', '-') }
    const renewed = await ok<{ token: string }>('POST', `/api/users/${id}/token`, {
      token: env.ADMIN_TOKEN,
      env,
    })
    expect(await ok('GET', '/api/users/me', { token: renewed.token })).toMatchObject({ id })
  })

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer é', 'token'])('is not %j', async (Authorization) => {
    const response = await call('GET', '/api/users/me', { headers: { Authorization } })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm="parlour"/)
  })

  it.each([
    'Basic',
    'Basic ',
    'Basic ZGFubnk6eA==',
    'Digest username="danny", realm="x"',
    'Negotiate abc=',
    'Token abc',
  ])('is not looked for in another scheme, as a staging site uses it: %s', async (Authorization) => {
    const { room, userName } = await roomWithUser()
    const headers = { Authorization }
    expect(await say(room, userName, 'hello', headers)).toMatchObject({ userName })
    await ok('GET', `${room}/message`, { headers })
    expect(await fails(401, 'GET', '/api/users/me', { headers })).toMatchObject({
      type: '/problems/token-required',
    })
    expect(await fails(400, 'POST', `${room}/message`, { headers, body: { message: 'x' } })).toMatchObject({
      detail: expect.stringContaining('missing userName'),
    })
  })

  it('is in answers that no cache may keep', async () => {
    const created = await call('POST', '/api/users', { body: { name: fresh('user') } })
    const { id, token } = await created.clone().json<NewUser>()
    const renewed = await call('POST', `/api/users/${id}/token`, { token })
    for (const answer of [created, renewed]) {
      expect(await answer.json()).toHaveProperty('token')
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  it('is required by routes about the caller', async () => {
    expect(await fails(401, 'GET', '/api/users/me')).toMatchObject({
      type: '/problems/token-required',
      detail: 'This needs a token. Send the token as `Authorization: Bearer <token>`.',
    })
  })

  it('makes its user the owner of the rooms that it creates', async () => {
    const { name: owner, token } = await newUser()
    const room = await ok<Chatroom>('POST', '/api/chatroom', { body: { name: fresh('owned') }, token })
    expect(room).toMatchObject({ owner })
    expect(await ok('GET', `/chatroom/${room.name}`)).toEqual(room)
    const body = { name: fresh('not-made') }
    await fails(401, 'POST', '/api/chatroom', { body, token: 'nobody' })
    await fails(404, 'GET', `/chatroom/${body.name}`)
  })

  it('is in no log and no answer but the one that gives it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { token, id } = await newUser()
    const broken = { DB: {} as D1Database }
    await fails(500, 'GET', '/api/users/me', { token, env: broken })
    expect(JSON.stringify(log.mock.calls)).toContain('internal-error')
    expect(JSON.stringify(log.mock.calls)).not.toContain(token)
    log.mockRestore()
    expect(JSON.stringify(await ok('GET', `/api/users/${id}`))).not.toContain(token)
  })
})

describe('the admin', () => {
  const env = { ADMIN_TOKEN: 'a-secret-of-the-worker' }
  const admin = { token: env.ADMIN_TOKEN, env }

  it('may do anything, in the name that is given', async () => {
    const { room, victim } = await victimFixture()
    const body = { userName: victim.name, message: 'as asked' }
    expect(await ok('PATCH', `${room}/message/1`, { ...admin, body })).toMatchObject({ message: 'as asked' })
    const opened = await ok<User>('PATCH', `/api/users/${victim.id}`, {
      ...admin,
      body: { protected: false },
    })
    expect(opened.protected).toBe(false)
    const { detail } = await fails(400, 'POST', `${room}/message`, { ...admin, body: { message: 'x' } })
    expect(detail).toMatch(/^missing userName\. ADMIN_TOKEN belongs to no user/)
    await ok('DELETE', `/api/users/${victim.id}`, admin)
  })

  it('is not accepted without ADMIN_TOKEN, or with another one', async () => {
    const { victim } = await victimFixture()
    for (const token of [env.ADMIN_TOKEN, 'undefined', '']) {
      await fails(401, 'DELETE', `/api/users/${victim.id}`, { token })
    }
    await fails(401, 'DELETE', `/api/users/${victim.id}`, { token: 'a-secret-of-the-workeR', env })
    expect(await fails(401, 'GET', '/api/users/me', admin)).toMatchObject({ type: '/problems/invalid-token' })
  })
})
