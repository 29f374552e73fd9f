import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/contract'
import { call, newUser, ok } from '../support/api'
import { type Cost, counting } from '../support/database'

const adminToken = 'the-admin-of-this-test'
const admin = { token: adminToken, env: { ADMIN_TOKEN: adminToken } }
const SIZE = 5000

let moderator: { id: number; token: string }
let member: User
let silent: User
beforeAll(async () => {
  moderator = await newUser()
  member = await newUser()
  silent = await newUser()
  await ok('PATCH', `/api/users/${moderator.id}`, { ...admin, body: { role: 'moderator' } })
  // In each of many rooms, somebody reported a message of somebody else. One user is a member of all of them, and said one word in each.
  const insert = (into: string) =>
    env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${SIZE}) insert into ${into} from n`,
    )
  await env.DB.batch([
    insert("rooms (id, name, name_key, created_at) select 1000 + i, 'room' || i, 'room' || i, 0"),
    insert(
      "users (id, name, name_key, token_hash, created_at) select 1000 + i, 'user' || i, 'user' || i, 'user' || i, 0",
    ),
    insert("messages (room_id, seq, author_id, text, created_at) select 1000 + i, 1, 1000 + i, 'x', 0"),
    insert(`messages (room_id, seq, author_id, text, created_at) select 1000 + i, 2, ${member.id}, 'x', 0`),
    insert(`members (room_id, ordinal, user_id, joined_at) select 1000 + i, 1, ${member.id}, 0`),
    insert(`members (room_id, ordinal, user_id, joined_at) select 1000 + i, 2, ${silent.id}, 0`),
    insert(
      "reports (room_id, number, target, reporter_id, reason, created_at, resolved_at) select 1000 + i, 1, 1, 1001 + i, 'x', i, iif(i % 2, i, null)",
    ),
  ])
})

const costOf = async (path: string): Promise<Cost & { items: number }> => {
  const { db, cost } = counting()
  const response = await call('GET', path, { db, token: moderator.token })
  expect(response.status).toBe(200)
  const { next: _, ...lists } = await response.json<{ next: string }>()
  return { ...cost, items: Object.values<unknown[]>(lists)[0]?.length ?? 0 }
}

describe('a page of a list for admins and moderators of the site costs one round trip, and', () => {
  it.each([
    // A report, its message, and the names of the room, the author and the reporter: five rows each.
    ['/api/admin/report?limit=50', 260],
    ['/api/admin/report?limit=50&resolved=true', 260],
    ['/api/admin/user?limit=50', 60],
    ['/api/admin/user?limit=50&q=user', 60],
    ['/api/admin/chatroom?limit=50', 110],
    ['/api/admin/chatroom?limit=50&q=oo', 110],
    // In each room, the user wrote one of two messages.
    ['/api/admin/user/:id/message?limit=50', 570],
  ])('%s reads at most %d rows', async (path, rows) => {
    const { rowsRead, ...rest } = await costOf(path.replace(':id', `${member.id}`))
    expect(rest).toEqual({ roundTrips: 1, rowsWritten: 0, items: 50 })
    expect(rowsRead).toBeLessThanOrEqual(rows)
  })

  it.each([
    ['/api/admin/user?q=nobody', 2010],
    ['/api/admin/chatroom?q=nothing', 2010],
    ['/api/admin/user/:id/message', 4010],
  ])('%s reads at most %d rows where it finds nothing', async (path, rows) => {
    const { rowsRead, ...rest } = await costOf(path.replace(':id', `${silent.id}`))
    expect(rest).toEqual({ roundTrips: 1, rowsWritten: 0, items: 0 })
    expect(rowsRead).toBeLessThanOrEqual(rows)
  })
})
