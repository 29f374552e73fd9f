import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { Bindings } from '../../src/env'
import { call, roomWithUser, say } from './api'
import { type Cost, counting } from './database'

/** Sends a request that must succeed, and returns its cost. */
export const costOf = async (
  method: string,
  path: string,
  body?: unknown,
  headers = {},
  env: Partial<Bindings> = {},
): Promise<Cost> => {
  const { db, cost } = counting()
  const response = await call(method, path, { db, headers, env, ...(body !== undefined && { body }) })
  expect(response.ok || response.status === 304, await response.clone().text()).toBe(true)
  return cost
}

export type GrownRoom = { room: string; userName: string }

/** Adds users, each a member with one message of the time `createdAt`, until the room has `count` messages. */
export const grow = async ({ room }: { room: string }, count: number, createdAt = 0): Promise<void> => {
  const of = (sql: string) => env.DB.prepare(sql).bind(room.split('/').at(-1))
  const id = await of('select id from rooms where name = ?').first('id')
  const last = (table: string, key: string) =>
    env.DB.prepare(`select coalesce(max(${key}), 0) as last from ${table} where room_id = ?`)
      .bind(id)
      .first('last')
  const [seq, ordinal] = await Promise.all([last('messages', 'seq'), last('members', 'ordinal')])
  const first = ((await env.DB.prepare('select max(id) as id from users').first<number>('id')) ?? 0) + 1
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count} - ${seq})`
  await env.DB.batch([
    env.DB.prepare(`${numbers} insert into users (name, name_key, token_hash, created_at)
      select 'user ${first} ' || i, 'user ${first} ' || i, 'hash ${first} ' || i, 0 from n`),
    env.DB.prepare(`${numbers} insert into members (room_id, ordinal, user_id, joined_at)
      select ${id}, ${ordinal} + i, ${first} + i - 1, 0 from n`),
    env.DB.prepare(`${numbers} insert into messages (room_id, seq, author_id, text, created_at)
      select ${id}, ${seq} + i, ${first} + i - 1, 'message ' || i, ${createdAt} from n`),
  ])
}

/** Creates a room with `count` messages and members. One message and one member are the user's. */
export const grownRoom = async (count: number): Promise<GrownRoom> => {
  const fixture = await roomWithUser()
  await say(fixture.room, fixture.userName, 'the first message')
  await grow(fixture, count)
  return fixture
}
