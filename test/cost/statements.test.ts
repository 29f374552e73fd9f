import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { call, fresh, newUser, type Options, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { person, sign, withSecret } from '../support/login'
import { credentials, operationFixture } from '../support/operation-fixture'
import { requestOf, requestsOf } from '../support/operation-requests'
import { recording } from '../support/recording'

// The length and the number of the statements cost more than what they do: docs/decisions/0026.

const MAX_STATEMENTS = 2
const MAX_CHARACTERS = 2000

/** Sends a request that must succeed, and returns its statements as D1 gets them. */
const statementsOf = async (method: string, path: string, options: Options): Promise<string[]> => {
  const { db, sent } = recording()
  const response = await call(method, path, { ...options, db })
  expect(response.ok || response.status === 304, `${method} ${path}: ${await response.text()}`).toBe(true)
  return sent.map(({ sql }) => sql)
}

const expectShort = (statements: string[], request: string): void => {
  expect(statements.length, request).toBeLessThanOrEqual(MAX_STATEMENTS)
  for (const statement of statements)
    expect(statement.length, `${request}: ${statement}`).toBeLessThanOrEqual(MAX_CHARACTERS)
}

type Sender = { name: string; options: Options }

/** Creates people with each kind of credential, under an open name and a protected one. */
const senders = async (): Promise<Record<string, Sender>> => {
  const [open, holder, shut] = await Promise.all([newUser(), newUser(), newUser()])
  await ok('PATCH', `/api/users/${shut.id}`, { token: shut.token, body: { protected: true } })
  const claims = person()
  const admin = fresh('the-admin-of-this-test')
  return {
    'an open name': { name: open.name, options: {} },
    'a token': { name: holder.name, options: { token: holder.token } },
    'the token of a protected name': { name: shut.name, options: { token: shut.token } },
    'a login': { name: claims.name, options: { token: await sign(claims), env: withSecret } },
    'the admin': { name: open.name, options: { token: admin, env: { ADMIN_TOKEN: admin } } },
  }
}

const rules = {
  readers: 'members',
  posters: 'members',
  slowModeSeconds: 1,
  newcomerLinkSeconds: 1,
  newcomerMentionSeconds: 1,
  blockedWords: ['casino', 'buy now', '赌博'],
}
const rooms = { 'in a room without rules': {}, 'in a room with all of them': rules }
const texts = {
  'a text': 'x',
  'a link': 'https://x.example',
  'a text without spaces, with a link': '来吧 https://x.example',
}
const keys = ['no key', 'a key', 'a key and what the sender has seen'] as const

const headersOf = (key: (typeof keys)[number]): Record<string, string> => ({
  ...(key !== 'no key' && { 'Idempotency-Key': fresh('key') }),
  ...(key === 'a key and what the sender has seen' && { 'Parlour-After': '1' }),
})

const keysOf = <Key extends string>(given: Record<Key, unknown>) => Object.keys(given) as Key[]
const cases = keysOf(rooms).flatMap((room) => keysOf(texts).map((text) => [room, text] as const))

/** Lets the sender of the last message speak again at once, and every member post links. */
const passTime = (): Promise<unknown> =>
  env.DB.batch(
    ['update messages set created_at = 0', 'update members set joined_at = 0'].map((sql) =>
      env.DB.prepare(sql),
    ),
  )

describe('a send by a member is one statement of 2,000 characters at most', () => {
  it.each(cases)('%s, of %s', async (settings, text) => {
    const { room, owner } = await roomFixture()
    const people = Object.entries(await senders())
    for (const [, { name, options }] of people)
      await ok('PUT', room, { ...options, body: { userName: name } })
    await ok('PATCH', room, { token: owner.token, body: { ...rooms[settings], topic: 'x' } })
    for (const [kind, { name, options }] of people) {
      for (const key of keys) {
        await passTime()
        const body = { userName: name, message: texts[text] }
        const statements = await statementsOf('POST', `${room}/message`, {
          ...options,
          headers: headersOf(key),
          body,
        })
        expect(statements).toHaveLength(1)
        expectShort(statements, `${kind}, ${key}`)
      }
    }
  })
})

describe('in a room where messages of newcomers wait', () => {
  const waiting = { ...rules, approval: 'newcomers' }

  it.each(keys)(
    'a send by a member who does not wait is one statement of 2,000 characters at most, with %s',
    async (key) => {
      const { room, owner } = await roomFixture()
      const { 'an open name': _, ...people } = await senders()
      for (const { name, options } of Object.values(people))
        await ok('PUT', room, { ...options, body: { userName: name } })
      await ok('PATCH', room, { token: owner.token, body: waiting })
      for (const [kind, { name, options }] of Object.entries(people)) {
        // Has a message approved, and learns the rules.
        await env.DB.prepare('update users set approved_at = 1, protected = true where name = ?')
          .bind(name)
          .run()
        await passTime()
        await ok('POST', `${room}/message`, { ...options, body: { userName: name, message: 'known' } })
        await passTime()
        const statements = await statementsOf('POST', `${room}/message`, {
          ...options,
          headers: headersOf(key),
          body: { userName: name, message: 'see https://x.example' },
        })
        expect(statements, kind).toHaveLength(1)
        expectShort(statements, `${kind}, ${key}`)
      }
    },
  )
})

const reads = [
  'PUT /chatroom/:name',
  'GET /chatroom/:name',
  'GET /chatroom/:name/message',
  'GET /chatroom/:name/message/:seq',
  'GET /chatroom/:name/message/:seq/reaction',
  'GET /chatroom/:name/pin',
  'GET /chatroom/:name/member',
  'GET /chatroom/:name/member/:userName',
  'GET /chatroom/:name/report',
  'GET /chatroom/:name/sanction',
  'GET /chatroom/:name/audit',
  'GET /chatroom/:name/blocked-word',
  'GET /api/admin/report',
  'GET /api/admin/held',
  'GET /api/chatroom',
  'GET /api/users',
  'GET /api/users/:id',
  'GET /api/users/me',
  'GET /api/users/me/chatroom',
  'GET /api/users/me/mention',
  'GET /api/users/me/report',
  'GET /api/users/me/push',
] as const
/** An open name never has a role, and ADMIN_TOKEN is no user. */
const closedTo: Partial<Record<(typeof credentials)[number], RegExp>> = {
  none: /\/api\/admin|\/(push|report|sanction|audit|blocked-word)$/,
  admin: /\/me\/(push|report)$/,
}

describe.each(credentials)('two short statements at most, with the credential "%s":', (credential) => {
  it.each(reads.filter((key) => !closedTo[credential]?.test(key)))('%s', async (key) => {
    const fixture = await operationFixture(credential)
    for (const variant of requestsOf[key](fixture)) {
      const [method, path, options] = requestOf(key, fixture, variant)
      expectShort(await statementsOf(method, path, options), `${method} ${path}`)
    }
  })

  it('a page that the reader has already', async () => {
    const { room, actor, named } = await operationFixture(credential)
    const path = `${room}/message?${new URLSearchParams(named)}`
    const etag = (await call('GET', path, actor.options)).headers.get('etag') ?? ''
    const headers = { 'If-None-Match': etag }
    expect((await call('GET', path, { ...actor.options, headers })).status).toBe(304)
    expectShort(await statementsOf('GET', path, { ...actor.options, headers }), path)
  })
})

describe('a login whose user exists sends no statement that creates or renames one:', () => {
  const acts = keysOf(requestsOf).filter((key) => !/\/live$|^DELETE \/api\/users\/:id|\/token$/.test(key))
  it.each(acts)('%s', async (key) => {
    const fixture = await operationFixture('login')
    await ok('GET', '/api/users/me', fixture.actor.options)
    for (const variant of requestsOf[key](fixture)) {
      const { db, sent } = recording()
      const [method, path, options] = requestOf(key, fixture, variant)
      await call(method, path, { ...options, db })
      for (const { sql } of sent) expect(sql, `${method} ${path}`).not.toContain('attempt')
    }
  })
})
