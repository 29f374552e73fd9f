import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { nameKey } from '../../src/lib/name-key'
import { digest } from '../../src/lib/token'
import { operations } from '../../src/operations'
import { call, fresh, type Options } from '../support/api'
import { person, sign, withSecret } from '../support/login'
import { newSubscription } from '../support/push'
import { asAdmin } from '../support/site'
import { rolesTable } from './roles-table'

// Every role against every operation of the OpenAPI document, in three rooms. `roles-table.ts` says what each answers.

const columns = [
  'nobody',
  'name',
  'guest',
  'member',
  'banned',
  'siteBanned',
  'moderator',
  'owner',
  'siteModerator',
  'claimedModerator',
  'siteAdmin',
  'ADMIN_TOKEN',
] as const
type Column = (typeof columns)[number]

/** A public room with an owner, a room for members with an owner, and a public room of the site. */
const rooms = ['owned', 'members', 'ofSite'] as const
type Room = (typeof rooms)[number]

/** The files that everybody may load. They are served without the Worker's code in a deployment. */
const files = ['GET /', 'GET /docs', 'GET /admin', 'GET /problems', 'GET /problems/:type']

const letters: Record<number, string> = {
  200: '+',
  201: '+',
  400: 'x',
  401: '?',
  403: '-',
  404: '0',
  409: 'c',
}

const rows = rolesTable
  .trim()
  .split('\n')
  .map((line) => {
    const [request = '', cells = ''] = line.split('|')
    const [method = '', path = '', ...body] = request.trim().split(' ')
    return { request: request.trim(), method, path, body: body.join(' '), cells: cells.trim().split(/\s+/) }
  })

// Far apart, because the users and rooms that requests create get the next ids.
let lastId = 1_000_000

/**
 * Puts people, a room and what is in it into the database. `self` acts, in the role of the column. It wrote message 2, and `other`
 * wrote message 1, which the moderator has reported. A message of each of them waits for approval.
 */
const arrange = async (column: Column, kind: Room) => {
  const token = fresh('token-of-the-actor')
  const names = ['self', 'other', 'owner', 'moderator', 'outsider'].map((name) => fresh(name))
  lastId += 100
  const [self, other, owner, moderator, outsider] = names.map((name) => ({ id: ++lastId, name })) as [
    Person,
    Person,
    Person,
    Person,
    Person,
  ]
  const room = { id: ++lastId, name: fresh('room') }
  const subject = fresh('sub')
  const claims = { ...person(self.name, subject), role: 'moderator' }
  const siteRole = column === 'siteModerator' ? 'siteModerator' : column === 'siteAdmin' ? 'admin' : null
  const ownerId = kind === 'ofSite' ? null : column === 'owner' ? self.id : owner.id
  const role = column === 'moderator' ? 'moderator' : 'member'
  const isIn = ['member', 'moderator', 'banned', 'siteBanned'].includes(column)
  const { DB } = env
  const insert = (sql: string, ...values: (string | number | null)[]) => DB.prepare(sql).bind(...values)
  const user = async ({ id, name }: Person, secret: string, isProtected: boolean) =>
    insert(
      `insert into users (id, name, name_key, token_hash, created_at, protected, site_role, subject, banned_until)
       values (?, ?, ?, ?, 1, ?, ?, ?, ?)`,
      id,
      name,
      nameKey(name),
      await digest(secret),
      Number(isProtected),
      id === self.id ? siteRole : null,
      id === self.id && column === 'claimedModerator' ? JSON.stringify([subject]) : null,
      id === self.id && column === 'siteBanned' ? 1e15 : 0,
    )
  const isMember = ({ id }: Person, ordinal: number, given: string) =>
    insert(
      'insert into members (room_id, ordinal, user_id, joined_at, role) values (?, ?, ?, 1, ?)',
      room.id,
      ordinal,
      id,
      given,
    )
  const message = (seq: number, { id }: Person) =>
    insert(
      "insert into messages (room_id, seq, author_id, text, created_at) values (?, ?, ?, 'x', ?)",
      room.id,
      seq,
      id,
      seq,
    )
  const held = ({ id }: Person, heldId: string) =>
    insert(
      `insert into held (created_at, id, room_id, author_id, text)
       values ((select max(${Date.now()}, 1 + ifnull(max(created_at), 0)) from held), ?, ?, ?, 'x')`,
      heldId,
      room.id,
      id,
    )
  const [heldOfSelf, heldOfOther] = [fresh('held'), fresh('held')]
  const secret = fresh('secret')
  const isForMembers = kind === 'members' ? 'members' : 'anyone'
  await DB.batch([
    await user(self, token, column !== 'name' && column !== 'nobody'),
    ...(await Promise.all([other, owner, moderator, outsider].map((each) => user(each, each.name, false)))),
    insert(
      'insert into rooms (id, name, name_key, created_at, owner_id, readers, posters) values (?, ?, ?, 1, ?, ?, ?)',
      room.id,
      room.name,
      nameKey(room.name),
      ownerId,
      isForMembers,
      isForMembers,
    ),
    isMember(moderator, 1, 'moderator'),
    isMember(other, 2, 'member'),
    ...(isIn ? [isMember(self, 3, role)] : []),
    message(1, other),
    message(2, self),
    insert(
      "insert into hooks (id, room_id, name, secret_hash, created_at) values (?, ?, 'CI', ?, 1)",
      room.id,
      room.id,
      await digest(secret),
    ),
    insert(
      `insert into webhooks (id, room_id, url, events, format, secret, since, created_at)
        values (?, ?, 'https://example.org/', '["message"]', 'standard', 'whsec_AAAA', '{}', 1)`,
      room.id,
      room.id,
    ),
    held(self, heldOfSelf),
    held(other, heldOfOther),
    insert(
      "insert into reports (room_id, number, target, reporter_id, reason, created_at) values (?, 1, 1, ?, 'x', 1)",
      room.id,
      moderator.id,
    ),
    ...(column === 'banned'
      ? [
          insert(
            "insert into sanctions (room_id, user_id, kind, name_key, created_at) values (?, ?, 'ban', ?, 1)",
            room.id,
            self.id,
            nameKey(self.name),
          ),
        ]
      : []),
  ])
  const options: Options =
    column === 'ADMIN_TOKEN'
      ? asAdmin
      : column === 'claimedModerator'
        ? { token: await sign(claims), env: { ...withSecret, JWT_ROLE_CLAIM: 'role' } }
        : column === 'nobody' || column === 'name'
          ? {}
          : { token }
  const values: Record<string, string | number> = {
    room: `/chatroom/${room.name}`,
    self: self.id,
    other: other.id,
    selfName: self.name,
    otherName: other.name,
    ownerName: column === 'owner' ? self.name : owner.name,
    moderatorName: column === 'moderator' ? self.name : moderator.name,
    outsiderName: outsider.name,
    heldOfSelf,
    heldOfOther,
    hook: room.id,
    webhook: room.id,
    secret,
    push: JSON.stringify(newSubscription()),
  }
  return { options, values, named: column === 'name' || column === 'ADMIN_TOKEN' ? self.name : undefined }
}
type Person = { id: number; name: string }

type Arranged = Awaited<ReturnType<typeof arrange>>

/** The people and the room of each column and kind, until a request changes them. They are renewed as well because a name may write only so often. */
const arranged = new Map<string, { setting: Arranged; uses: number }>()

/** Sends the request of a row in a role, and returns the letter of the answer. */
const letterOf = async (row: (typeof rows)[number], column: Column, kind: Room): Promise<string> => {
  if (column === 'owner' && kind === 'ofSite') return '.'
  const key = `${column} ${kind}`
  const { setting, uses } = arranged.get(key) ?? { setting: await arrange(column, kind), uses: 0 }
  const { options, values, named } = setting
  const fill = (text: string) =>
    text.replace(/\$(\w+)/g, (_, name) => String(name === 'new' ? fresh('new') : values[name]))
  const body = row.body ? JSON.parse(fill(row.body)) : undefined
  const url = new URL(fill(row.path), 'http://parlour.test')
  const isUpload = /\/file(\?|\/.*\?)/.test(row.path)
  if (named && (!body || isUpload)) url.searchParams.set('userName', named)
  const isImport = row.path === '/api/import'
  const sent = body && named && !isImport && !isUpload ? { userName: named, ...body } : body
  const path = url.href.replace(url.origin, '')
  const headers = {
    ...(isImport && { 'Content-Type': 'application/x-ndjson' }),
    ...(isUpload && { 'Content-Length': String(JSON.stringify(body).length) }),
  }
  const response = await call(row.method, path, { ...options, headers, ...(sent && { body: sent }) })
  await response.body?.cancel()
  const isChanged = response.ok && row.method !== 'GET'
  if (isChanged || uses === 10) arranged.delete(key)
  else arranged.set(key, { setting, uses: uses + 1 })
  return letters[response.status] ?? String(response.status)
}

const patternOf = (operation: string) => {
  const [method, path = ''] = operation.split(' ')
  return new RegExp(`^${method} ${path.replace(/:\w+/g, '[^/ ]+')}$`)
}

describe('the table of roles', () => {
  it('names every operation, and every role', () => {
    const named = rows.map(({ method, path }) =>
      `${method} ${path.split('?')[0]}`.replace('$room', '/chatroom/x'),
    )
    const missing = Object.keys(operations)
      .filter((operation) => !files.includes(operation))
      .filter((operation) => !named.some((row) => patternOf(operation).test(row)))
    expect(missing).toEqual([])
    for (const { request, cells } of rows) expect(cells.length, request).toBe(columns.length)
  })

  it.each(rows)('$request', async (row) => {
    const kinds = row.path.startsWith('$room') ? rooms : rooms.slice(0, 1)
    const answers: string[] = []
    for (const column of columns) {
      let cell = ''
      for (const kind of kinds) cell += await letterOf(row, column, kind)
      answers.push(cell)
    }
    expect(Object.fromEntries(columns.map((column, at) => [column, answers[at]]))).toEqual(
      Object.fromEntries(columns.map((column, at) => [column, row.cells[at]])),
    )
  })
})
