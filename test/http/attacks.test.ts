import { describe, expect, it } from 'vitest'
import type { Member, Message, NewUser } from '../../src/contract'
import type { Operation } from '../../src/openapi/operation'
import { operations } from '../../src/operations'
import { call, fails, fresh, newRoom, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

// Attacks beside those that test/auth/tokens.test.ts tries on every route: docs/security.md.

const env = { ADMIN_TOKEN: 'the-admin-of-this-test' }
const admin = { env, token: env.ADMIN_TOKEN }

/** Returns each route of the document, with an existing room, user and message in its path. */
const routes = Object.entries<Operation>(operations).map(([key, operation]) => {
  const [method = '', path = ''] = key.split(' ')
  return { key, method, path, operation }
})

describe('mass assignment', () => {
  it('that the caller may not set does nothing', async () => {
    const { room, owner, guest } = await roomFixture()
    const more = {
      id: 1,
      role: 'owner',
      seq: 99,
      ordinal: 0,
      createdAt: '1970-01-01T00:00:00.000Z',
      ownerId: guest.id,
    }
    const body = {
      ...more,
      userName: guest.name,
      message: 'hello',
      authorId: owner.id,
      avatar: 'https://example.org/x.png',
      deletedAt: null,
      editedAt: 0,
      mentions: [owner.name],
      reactions: [{ reaction: '🎉', count: 9, mine: true }],
    }
    expect(await ok<Member>('PUT', room, { body })).toMatchObject({ role: 'member' })
    const said = await ok<Message>('POST', `${room}/message`, { body })
    expect(said).toEqual({
      seq: 1,
      chatroom: room.slice(10),
      userId: guest.id,
      userName: guest.name,
      avatar: null,
      message: 'hello',
      createdAt: said.createdAt,
      replyTo: null,
      mentions: [],
      reactions: [],
      files: [],
    })
    expect(said.createdAt > '2026').toBe(true)

    const name = fresh('user')
    const secrets = { name, token: 'mine', tokenHash: 'mine', nameKey: owner.name, subject: 'x', ...more }
    const made = await ok<NewUser>('POST', '/api/users', { body: secrets })
    expect(made.id).toBeGreaterThan(guest.id)
    await fails(401, 'GET', '/api/users/me', { token: 'mine' })
    const patched = await ok('PATCH', `/api/users/${made.id}`, {
      // Only an admin may send a role: test/auth/site-roles.test.ts
      body: { ...secrets, role: undefined, name: fresh('renamed') },
    })
    expect(patched).toMatchObject({ id: made.id, createdAt: made.createdAt })

    const fields = { owner: guest.name, archived: true, readers: 'members', memberCount: 99, ...more }
    expect(await ok('POST', '/api/chatroom', { body: { name: fresh('room'), ...fields } })).toMatchObject({
      owner: null,
      archived: false,
      readers: 'anyone',
      memberCount: 0,
    })
  })
})

describe('a caller without the right to read', () => {
  it('gets the same answer for existing and missing things', async () => {
    const { room, member, guest } = await roomFixture({ readers: 'members' })
    await say(room, member.name, 'among us')
    await ok('POST', `${room}/message/1/report`, { token: member.token, body: { reason: 'x' } })
    const hidden = [
      ['GET', '/message/1', '/message/2'],
      ['GET', `/member/${member.name}`, `/member/${guest.name}`],
      ['GET', '/report/1', '/report/2'],
      ['POST', '/message/1/report', '/message/2/report'],
      ['PATCH', '/report/1', '/report/2'],
      ['PATCH', `/member/${member.name}`, '/member/nobody'],
    ] as const
    for (const [method, there, nowhere] of hidden) {
      const body = method === 'GET' ? {} : { body: { reason: 'x', resolved: true, role: 'member' } }
      for (const who of [{ token: guest.token }, ...(method === 'GET' ? [{}] : [])]) {
        const answers = await Promise.all(
          [there, nowhere].map(async (path) => {
            const answer = await call(method, room + path, { ...body, ...who })
            const { instance, ...problem } = await answer.json<Record<string, unknown>>()
            return problem
          }),
        )
        expect(answers[0]).toEqual(answers[1])
        expect(answers[0]).toMatchObject({ status: expect.toBeOneOf([401, 403]) })
      }
    }
  })

  it('finds the tokens of others in no answer, and cannot look a user up by one', async () => {
    const { room, owner, member } = await roomFixture()
    await say(room, owner.name, 'hello')
    const paths = ['/api/users', `/api/users/${owner.id}`, room, `${room}/member`, `${room}/message`]
    for (const path of paths) {
      const text = await (await call('GET', path, { token: member.token })).text()
      for (const { token } of [owner, member]) expect(text).not.toContain(token)
      expect(text).not.toMatch(/hash|subject/i)
    }
  })
})

describe('the name of an owner', () => {
  it('is not to be had by a look-alike, whether new or by renaming', async () => {
    const { name } = await ok<NewUser>('POST', '/api/users', {
      body: { name: fresh('Gabriel'), protected: true },
    })
    const alikes = [
      name.replace('l', '1'),
      name.replace('a', 'а'),
      name.toUpperCase(),
      name.replace('G', 'Ｇ'),
      `${name}\u200b`,
    ]
    const { id } = await newUser()
    for (const alike of alikes) {
      for (const [method, path] of [
        ['POST', '/api/users'],
        ['PATCH', `/api/users/${id}`],
      ] as const) {
        expect([400, 409]).toContain((await call(method, path, { body: { name: alike } })).status)
      }
    }
  })
})

describe('SQL', () => {
  const evil = [
    "x'); drop table users; --",
    `x" or "1"="1`,
    'x` or 1=1',
    "x' union select token_hash from users --",
    '%',
    '?1',
  ]
  const strings = (schema: Operation['body']): string[] => Object.keys(schema?.shape ?? {})

  it.each(routes)('in every field of $key is only text', async ({ method, path, operation }) => {
    const { name: room } = await newRoom()
    const [witness, { id, name }] = await Promise.all([newUser(), newUser()])
    await say(`/chatroom/${room}`, name, 'still here')
    for (const text of evil) {
      const real = path
        .replace(':name', room)
        .replace(':userName', name)
        .replace(/:(id|seq)/, String(id))
      const spoilt = path.replace(/:\w+/g, encodeURIComponent(text))
      const fill = (fields: string[]) => Object.fromEntries(fields.map((field) => [field, text]))
      const body = operation.body && { body: fill(strings(operation.body)) }
      for (const target of [real, spoilt]) {
        for (const [field] of Object.entries(operation.query?.shape ?? { none: 0 })) {
          const query = new URLSearchParams({ [field]: text })
          const answer = await call(method, `${target}?${query}`, { ...admin, ...body })
          expect(answer.status).toBeLessThan(500)
        }
      }
    }
    expect(await ok('GET', '/api/users/me', { token: witness.token })).toMatchObject({ name: witness.name })
  })
})

describe('header injection', () => {
  const breaks = ['\r\nSet-Cookie: a=b', '\nx: y', '\u2028x: y', '\0']

  it('by a name is refused', async () => {
    for (const text of breaks) {
      await fails(400, 'POST', '/api/users', { body: { name: `x${text}` } })
      await fails(400, 'POST', '/api/chatroom', { body: { name: `x${text}` } })
      await fails(400, 'GET', `/chatroom/${encodeURIComponent(`x${text}`)}`)
    }
  })

  it('by a name with everything that is allowed in it comes to nothing: it is percent-encoded', async () => {
    const userName = fresh('a"b<>;, rel="next" é%0d%0aSet-Cookie: c=d')
    await ok('POST', '/api/users', { body: { name: userName } })
    const { room } = await roomFixture({ readers: 'members' })
    const { name } = await newRoom(fresh('комната'))
    for (let i = 0; i < 2; i++) await say(`/chatroom/${name}`, userName, 'x')
    const query = new URLSearchParams({ limit: '1', userName })
    const answer = await call('GET', `/chatroom/${encodeURIComponent(name)}/message?${query}`)
    const { next } = await answer.json<{ next: string }>()
    expect(answer.headers.get('link')).toBe(`<${next}>; rel="next"`)
    expect(next).toMatch(/^[!-;=?-~]+$/)
    expect([...answer.headers.keys()]).not.toContain('set-cookie')
    expect(
      (await call('GET', `${room}/member/${encodeURIComponent(userName)}`)).headers.has('set-cookie'),
    ).toBe(false)
  })
})
