import { env as worker } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Chatroom, NewUser, User } from '../../src/contract'
import { operations } from '../../src/operations'
import { call, fails, fresh, newRoom, newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { login, person, sign, withSecret } from '../support/login'
import { roleBodies } from './role-bodies'

const env = withSecret
const me = (token: string): Promise<User> => ok('GET', '/api/users/me', { token, env })
const users = async (listed: User[] = []) => {
  let next: string | null = '/api/users?limit=100'
  while (next) {
    const page: { users: User[]; next: string | null } = await ok('GET', next)
    listed.push(...page.users)
    next = page.next
  }
  return listed
}
const named = async (name: string) => (await users()).filter((user) => user.name === name)

describe('the first use of a login', () => {
  /** The requests of a new login on each route that needs a user. */
  const uses: Record<
    string,
    (room: string, other: User) => [path: string, body?: unknown, headers?: Record<string, string>]
  > = {
    'GET /api/users/me': () => ['/api/users/me'],
    'GET /api/users/me/chatroom': () => ['/api/users/me/chatroom'],
    'GET /api/users/me/mention': () => ['/api/users/me/mention'],
    'GET /api/users/me/report': () => ['/api/users/me/report'],
    'POST /api/chatroom': () => ['/api/chatroom', { name: fresh('room') }],
    'PUT /chatroom/:name': (room) => [room, {}],
    'DELETE /chatroom/:name/member/:userName': (room, { name }) => [`${room}/member/${name}`],
    'GET /chatroom/:name/live': (room) => [`${room}/live`],
    'POST /chatroom/:name/ticket': (room) => [`${room}/ticket`, {}],
    'POST /chatroom/:name/message': (room) => [`${room}/message`, { message: 'x' }],
    'POST /chatroom/:name/file': (room) => [`${room}/file?name=x`, 'x', { 'Content-Length': '1' }],
    'PATCH /chatroom/:name/message/:seq': (room) => [`${room}/message/1`, { message: 'x' }],
    'DELETE /chatroom/:name/message/:seq': (room) => [`${room}/message/1`],
    'POST /chatroom/:name/message/:seq/report': (room) => [`${room}/message/1/report`, { reason: 'x' }],
    'PUT /chatroom/:name/message/:seq/reaction/:emoji': (room) => [`${room}/message/1/reaction/🎉`, {}],
    'DELETE /chatroom/:name/message/:seq/reaction/:emoji': (room) => [`${room}/message/1/reaction/🎉`],
  }
  /** The other statuses for a reader without a role, who may ask for own held messages and has none. */
  const answers: Record<string, number> = {
    'GET /chatroom/:name/held': 200,
    'DELETE /chatroom/:name/held': 200,
    'GET /chatroom/:name/held/:id': 404,
    'DELETE /chatroom/:name/held/:id': 404,
  }
  // A user addressed by id exists already. An import without its query is refused before, and reading a file asks no database. For Web Push: test/push/subscriptions.test.ts
  const isOther = /^\w+ \/(api\/(users\/:id|users\/me\/push|import)|file\/)/
  const acting = Object.entries(operations)
    .filter(([key, operation]) => 'bearer' in operation && !isOther.test(key))
    .map(([key]) => key)

  it.each(acting.filter((key) => !(key in uses)))('makes nobody of a reader: %s', async (key) => {
    const [{ name: room }, other] = await Promise.all([newRoom(), newUser()])
    await ok('POST', `/chatroom/${room}/message`, { body: { userName: other.name, message: 'mine' } })
    const [method = '', route = ''] = key.split(' ')
    const path = route
      .replace(':name', room)
      .replace(':userName', other.name)
      .replace(/:(seq|id|hash)/, (_, part) => (part === 'hash' ? 'A'.repeat(43) : '1'))
    const span = `?author=${other.name}&from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z`
    const { name, ...claims } = person()
    const { db, cost } = counting()
    const body = roleBodies[key]
    const options = { token: await sign({ ...claims, name }), env, db, ...(body && { body }) }
    const response = await call(method, /^DELETE|held$/.test(key) ? path + span : path, options)
    const isPublic = /^GET \/chatroom.*\/(:name$|message|member|pin|archive)/.test(key)
    expect(response.status).toBe(answers[key] ?? (isPublic ? 200 : 403))
    expect(cost).toMatchObject({ roundTrips: key === 'GET /chatroom/:name/archive' ? 2 : 1, rowsWritten: 0 })
    expect(await named(name)).toEqual([])
  })

  it.each(Object.keys(uses))(
    'makes the user, in one round trip, or two for a message or a file: %s',
    async (key) => {
      const [{ name: room }, other] = await Promise.all([newRoom(), newUser()])
      await ok('POST', `/chatroom/${room}/message`, { body: { userName: other.name, message: 'mine' } })
      const [path, body, headers = {}] = uses[key]?.(`/chatroom/${room}`, other) ?? []
      if (!path) throw new Error(key)
      const { name, ...claims } = person()
      const { db, cost } = counting()
      const token = await sign({ ...claims, name })
      const options = { token, env, db, headers, ...(body !== undefined && { body }) }
      const response = await call(key.split(' ')[0] ?? '', path, options)
      expect([200, 201, 403]).toContain(response.status)
      await response.body?.cancel()
      // The rows of its hub are not counted here.
      const isTwo = ['POST /chatroom/:name/message', 'POST /chatroom/:name/file'].includes(key)
      expect(cost.roundTrips).toBe(key.endsWith('/live') ? 0 : isTwo ? 2 : 1)
      expect(await named(name)).toMatchObject([{ name, protected: true }])
    },
  )

  it('makes one user, though twenty requests make it at once', async () => {
    const { name: room } = await newRoom()
    const token = await login()
    const body = { message: 'x' }
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => ok('POST', `/chatroom/${room}/message`, { token, env, body })),
    )
    expect(sent).toHaveLength(20)
    expect(await named((await me(token)).name)).toHaveLength(1)
    expect(await ok('GET', `/chatroom/${room}`)).toMatchObject({ memberCount: 1 })
  })

  it('never takes over a user: with an open name, a protected one, or a look-alike', async () => {
    const open = await newUser()
    const body = { name: fresh('protected'), protected: true }
    const shut = await ok<NewUser>('POST', '/api/users', { body })
    const { name: room } = await newRoom()
    const taken = [open.name, shut.name, open.name.toUpperCase(), open.name.replace('s', 'ѕ')]
    const given = ['2', '2', '3', '4']
    for (const [index, name] of taken.entries()) {
      const token = await login(name)
      expect(await me(token)).toMatchObject({ name: `${name} ${given[index]}`, protected: true })
      await ok('PUT', `/chatroom/${room}`, { token, env, body: {} })
      const made = await ok('POST', '/api/chatroom', { token, env, body: { name: fresh('room') } })
      expect(made).toMatchObject({ owner: `${name} ${given[index]}` })
    }
    expect(await ok('GET', `/api/users/${open.id}`)).toMatchObject({ name: open.name, protected: false })
    expect(await ok('GET', `/chatroom/${room}`)).toMatchObject({ memberCount: 4 })
  })

  it('gives people of one name different ones, though they come at once, and keeps them', async () => {
    const name = fresh('Maria Garcia')
    const tokens = await Promise.all(
      Array.from({ length: 30 }, (_, index) => sign(person(name, `${name}, number ${index}`))),
    )
    const all = await Promise.all(tokens.map(me))
    const numbered = /^(?:| [2-9]| [1-9][0-9]{1,5})$/
    expect(all.filter((user) => !numbered.test(user.name.slice(name.length)))).toEqual([])
    expect(new Set(all.map((user) => user.name)).size).toBe(30)
    const first = Array.from({ length: 9 }, (_, index) => (index === 0 ? name : `${name} ${index + 1}`))
    expect(all.map((user) => user.name)).toEqual(expect.arrayContaining(first))
    await ok('DELETE', `/api/users/${all[0]?.id}`, { token: tokens[0] ?? '', env })
    expect(await Promise.all(tokens.slice(1).map(me))).toEqual(all.slice(1))
  })

  it('cuts a long name, so that its number has room', async () => {
    const name = fresh('long').padEnd(70, '1')
    const names = [await login(name), await sign(person(name, 'another')), await sign(person(name, 'third'))]
    const [one, two, three] = await Promise.all(names.map(me))
    expect([one, two, three].map((user) => user?.name).toSorted()).toEqual(
      [name.slice(0, 64), `${name.slice(0, 57)} 2`, `${name.slice(0, 57)} 3`].toSorted(),
    )
  })

  it('knows a person by a number as by its digits, but by no number that JavaScript rounds', async () => {
    const sub = Number(fresh('').replace(/\D/g, '')) + 1_000_000
    const claims = { ...person(), sub: sub as unknown as string }
    const user = await me(await sign(claims))
    expect(await me(await sign({ ...claims, sub: String(sub) }))).toEqual(user)
    for (const odd of [2 ** 53, 0.5, 1e300]) {
      const token = await sign({ ...claims, sub: odd as unknown as string })
      await fails(401, 'GET', '/api/users/me', { token, env })
    }
  })

  it('is its own for each issuer, and for subjects that only look alike once stored', async () => {
    const sub = fresh('sub')
    const of = async (iss: string) => {
      const token = await sign({ ...person(undefined, sub), iss })
      return ok<User>('GET', '/api/users/me', { token, env: { ...env, JWT_ISSUER: iss } })
    }
    const halves = ['\ud800', '\udbff', '\ufffd'].map((half) => sign(person(undefined, sub + half)))
    const all = [await me(await sign(person(undefined, sub))), await of('https://a.example'), await of('b')]
    for (const token of halves) all.push(await me(await token))
    expect(new Set(all.map(({ id }) => id)).size).toBe(6)
  })
})

describe('the user of a login', () => {
  it('acts with it alone, and need not be named', async () => {
    const { name: room } = await newRoom()
    const token = await login()
    const { name, id } = await me(token)
    const path = `/chatroom/${room}/message`
    expect(await ok('POST', path, { token, env, body: { message: 'x' } })).toMatchObject({ userName: name })
    await ok('POST', path, { token, env, body: { userName: name.toUpperCase(), message: 'x' } })
    const other = await newUser()
    const body = { userName: other.name, message: 'x' }
    expect(await fails(403, 'POST', path, { token, env, body })).toMatchObject({ type: '/problems/not-you' })
    await fails(403, 'PATCH', `/api/users/${other.id}`, { token, env, body: { name: fresh('x') } })
    await fails(403, 'POST', `/api/users/${other.id}/token`, { token, env })
    await fails(401, 'POST', path, { env, body: { userName: name, message: 'x' } })
    await fails(401, 'DELETE', `/api/users/${id}`)
    await fails(403, 'POST', path, { token: other.token, body: { userName: name, message: 'x' } })
    const made = await ok<Chatroom>('POST', '/api/chatroom', { token, env, body: { name: fresh('room') } })
    expect(made).toMatchObject({ owner: name })
  })

  it('is always protected', async () => {
    const token = await login()
    const { id } = await me(token)
    const admin = { ADMIN_TOKEN: 'the-admin-of-this-test' }
    const body = { protected: false }
    for (const by of [
      { token, env },
      { token: admin.ADMIN_TOKEN, env: admin },
    ]) {
      for (const [method, more] of [
        ['PATCH', {}],
        ['PUT', { name: fresh('user') }],
      ] as const) {
        expect(
          await fails(403, method, `/api/users/${id}`, { ...by, body: { ...body, ...more } }),
        ).toMatchObject({ type: '/problems/always-protected' })
      }
    }
    const before = await me(token)
    await ok('PATCH', `/api/users/${id}`, { token, env, body: { protected: true } })
    expect(await me(token)).toEqual(before)
  })

  it('may have an opaque token too, and give it up', async () => {
    const token = await login()
    const user = await me(token)
    const path = `/api/users/${user.id}/token`
    const { token: opaque } = await ok<NewUser>('POST', path, { token, env })
    expect(await ok('GET', '/api/users/me', { token: opaque })).toEqual(user)
    await ok('DELETE', path, { token, env })
    await fails(401, 'GET', '/api/users/me', { token: opaque })
    expect(await me(token)).toEqual(user)
  })

  it('follows a new name in the login, with a number while another user has it', async () => {
    const { name, ...claims } = person()
    const user = await me(await sign({ ...claims, name }))
    const occupant = await newUser()
    const token = await sign({ ...claims, name: occupant.name })
    const { db, cost } = counting()
    const renamed = await ok('GET', '/api/users/me', { token, env, db })
    expect(renamed).toEqual({ ...user, name: `${occupant.name} 2` })
    expect(cost.roundTrips).toBe(1)
    expect(await newUser(name), 'the old name is free').toMatchObject({ name })
    await ok('DELETE', `/api/users/${occupant.id}`)
    expect(await me(token), 'the number stays').toEqual(renamed)
    const next = fresh('login')
    expect(await me(await sign({ ...claims, name: next }))).toEqual({ ...user, name: next })
    expect(await me(await sign({ ...claims, name: next.toUpperCase() }))).toEqual({
      ...user,
      name: next.toUpperCase(),
    })
  })

  it('keeps the name that it took here until the login has another', async () => {
    const { name, ...claims } = person()
    const token = await sign({ ...claims, name })
    const { id } = await me(token)
    const taken = fresh('user')
    for (const method of ['PATCH', 'PUT']) {
      const body = { name: `${taken} ${method}` }
      expect(await ok('PATCH', `/api/users/${id}`, { token, env, body })).toMatchObject(body)
      expect(await me(token)).toMatchObject({ id, ...body })
    }
    const next = fresh('login')
    expect(await me(await sign({ ...claims, name: next }))).toMatchObject({ id, name: next })
  })

  it('comes back as another user once it is deleted', async () => {
    const token = await login()
    const { id, name } = await me(token)
    expect(await ok('DELETE', `/api/users/${id}`, { token, env })).toEqual({ id, deleted: true })
    await fails(404, 'DELETE', `/api/users/${id}`, { token, env })
    expect(await named(name), 'a deletion sent twice makes nobody').toEqual([])
    const again = await me(token)
    expect([again.name, again.id > id]).toEqual([name, true])
  })
})

describe('the cost of a login', () => {
  it('is one round trip and no row written more than by a token, however many users there are', async () => {
    await worker.DB.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
      insert into users (name, name_key, token_hash, created_at, subject, login_name)
      select 'many' || i, 'many' || i, 'many' || i, 0, 'many' || i, 'many' || i from n`.replaceAll('\n', ' '),
    )
    const { name: room } = await newRoom()
    const path = `/chatroom/${room}/message`
    const token = await login()
    const body = { message: 'x' }
    const send = async () => {
      const { db, cost } = counting()
      await ok('POST', path, { token, env, db, body })
      return cost
    }
    expect(await send()).toMatchObject({ roundTrips: 2, rowsWritten: 3 + 5 })
    const { rowsRead, ...cost } = await send()
    expect(cost).toEqual({ roundTrips: 1, rowsWritten: 1 })
    // The rows of a token, of the user and its name, and of AUTOINCREMENT.
    expect(rowsRead).toBeLessThanOrEqual(28)
  })
})
