import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message, User } from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, ok, roomWithUser, say } from '../support/api'
import { costOf } from '../support/cost'

type Users = { users: User[]; next: string | null }

describe('users', () => {
  it('are created with a token that is shown once and stored as its SHA-256', async () => {
    const { id, name, token } = await newUser()
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(await ok<User>('GET', `/api/users/${id}`)).not.toHaveProperty('token')
    const row = await env.DB.prepare('select * from users where name = ?').bind(name).first()
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
    expect(row?.token_hash).toBe(new Uint8Array(hash).toBase64({ alphabet: 'base64url', omitPadding: true }))
    expect(JSON.stringify(row)).not.toContain(token)
  })

  it('are found where their Location says, under both paths', async () => {
    const created = await call('POST', '/api/user', { body: { name: fresh('user') } })
    const { token: _, ...user } = await created.json<User & { token: string }>()
    const location = created.headers.get('location') ?? ''
    expect(location).toBe(`/api/users/${user.id}`)
    expect(await ok('GET', location)).toEqual(user)
    expect(await ok('GET', `/api/user/${user.id}`)).toEqual(user)
    expect(user.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('are listed page by page in the order of their ids, each once', async () => {
    const made: number[] = []
    for (let i = 0; i < 7; i++) made.push((await newUser()).id)
    const listed: number[] = []
    let next: string | null = '/api/user?limit=3'
    while (next) {
      const response = await call('GET', next)
      const page: Users = await response.json()
      expect(page.users.length).toBeLessThanOrEqual(3)
      expect(response.headers.get('link')).toBe(page.next && `<${page.next}>; rel="next"`)
      listed.push(...page.users.map(({ id }) => id))
      next = page.next
    }
    expect(listed).toEqual([...new Set(listed)].sort((a, b) => a - b))
    expect(listed).toEqual(expect.arrayContaining(made))
  })

  it.each(['PUT', 'PATCH'])('are renamed by %s; history shows the new name', async (method) => {
    const { room } = await roomWithUser()
    const user = await newUser()
    await say(room, user.name, 'who am I?')
    const name = fresh('renamed')
    expect(await ok('PATCH', `/api/users/${user.id}`, { body: { name } })).toMatchObject({
      id: user.id,
      name,
    })
    expect(await ok<Message>(`GET`, `${room}/message/1`)).toMatchObject({ userName: name })
    const spelling = name.toUpperCase()
    expect(await ok<User>(method, `/api/users/${user.id}`, { body: { name: spelling } })).toMatchObject({
      name: spelling,
    })
    expect(
      await fails(404, 'POST', `${room}/message`, { body: { userName: user.name, message: 'x' } }),
    ).toMatchObject({
      title: 'User not found',
    })
  })

  it('may not take a name that is taken, when created or renamed', async () => {
    const [one, two] = await Promise.all([newUser(), newUser()])
    const taken = { body: { name: one.name.toUpperCase() } }
    expect(await fails(409, 'POST', '/api/users', taken)).toMatchObject({ type: '/problems/name-taken' })
    expect(await fails(409, 'PUT', `/api/users/${two.id}`, taken)).toMatchObject({
      type: '/problems/name-taken',
    })
    expect(await ok('GET', `/api/users/${two.id}`)).toMatchObject({ name: two.name })
  })

  it('leave their messages without a name when they are deleted; the name is free, the id is not', async () => {
    const { room, userName: other } = await roomWithUser()
    const user = await newUser()
    await say(room, other, 'hello?')
    await say(room, user.name, 'goodbye')
    expect(await ok('DELETE', `/api/users/${user.id}`)).toEqual({ id: user.id, deleted: true })
    expect(await ok('GET', `${room}/message/2`)).toMatchObject({ userName: null, message: 'goodbye' })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 1 })
    await fails(404, 'GET', `/api/users/${user.id}`)
    await fails(404, 'DELETE', `/api/users/${user.id}`)
    const again = await newUser(user.name)
    expect(again.id).toBeGreaterThan(user.id)
    const edit = { body: { userName: again.name, message: 'mine now?' } }
    expect(await fails(403, 'PATCH', `${room}/message/2`, edit)).toMatchObject({
      type: '/problems/not-the-author',
    })
  })

  it('are taken out of the rooms they are in, and out of no other, when they are deleted', async () => {
    const user = await newUser()
    const other = await newUser()
    const [both, theirs, left] = [await newRoom(), await newRoom(), await newRoom()]
    const join = (room: { name: string }, userName: string) =>
      ok('PUT', `/chatroom/${room.name}`, { body: { userName } })
    for (const room of [both, left]) await join(room, user.name)
    for (const room of [both, theirs, left]) await join(room, other.name)
    await ok('DELETE', `/chatroom/${left.name}/member/${user.name}`)
    await ok('DELETE', `/api/users/${user.id}`)
    for (const { name } of [both, theirs, left]) {
      expect(await ok('GET', `/chatroom/${name}`)).toMatchObject({ memberCount: 1 })
      const { members } = await ok<{ members: unknown[] }>('GET', `/chatroom/${name}/member`)
      expect(members).toMatchObject([{ userName: other.name }])
    }
  })

  it('are not found under an unknown id, whatever is asked of it', async () => {
    for (const method of ['PUT', 'PATCH']) {
      expect(await fails(404, method, '/api/users/4711', { body: { name: fresh('user') } })).toMatchObject({
        title: 'User not found',
      })
    }
  })

  it.each(['0', '-1', '1.5', '01', '1e3', '9007199254740993', '%20', 'null'])(
    'have no id like %s',
    async (id) => {
      expect(await fails(400, 'GET', `/api/users/${id}`)).toMatchObject({
        errors: [{ path: 'id', message: 'id must be a positive integer' }],
      })
    },
  )

  it('are found by a name, in whatever spelling', async () => {
    const { id, name } = await newUser()
    const { rowsRead, ...cost } = await costOf('GET', `/api/users?name=${name.toUpperCase()}`)
    expect(cost).toEqual({ roundTrips: 1, rowsWritten: 0 })
    expect(rowsRead).toBeLessThanOrEqual(1)
    const found = await ok<{ users: User[] }>('GET', `/api/users?name=${name.toUpperCase()}`)
    expect(found).toMatchObject({ users: [{ id, name }], next: null })
    expect(await ok('GET', `/api/users?name=${fresh('user')}`)).toEqual({ users: [], next: null })
  })

  it.each([
    ['limit=0', 'limit must be a whole number from 1 to 100'],
    ['limit=101', 'limit must be a whole number from 1 to 100'],
    ['limit=ten', 'limit must be a whole number from 1 to 100'],
    ['limit=1&limit=2', 'limit must be given once'],
    ['cursor=-1', 'cursor must be a positive integer'],
    ['name=%20', 'name must be 1 to 64 characters'],
    ['cursor=', 'cursor must be a positive integer'],
  ])('are not listed by ?%s', async (query, detail) => {
    expect(await fails(400, 'GET', `/api/users?${query}`)).toMatchObject({ detail })
  })
})
