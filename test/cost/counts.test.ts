import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { ListedChatroom } from '../../src/contract'
import { nameKey } from '../../src/lib/name-key'
import { call, fresh } from '../support/api'
import { counting } from '../support/database'

/** Makes 100 rooms, each with as many messages, half of which were deleted. Returns their names. */
const makeRooms = async (first: number, messages: number): Promise<string[]> => {
  const names = Array.from({ length: 100 }, () => fresh('room'))
  const rows = names.map((name, i) => [first + i, name, nameKey(name)])
  const numbers = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${messages})`
  const rooms = '(select value ->> 0 as id, value ->> 1 as name, value ->> 2 as key from json_each(?)) as r'
  const statements = [
    `insert into rooms (id, name, name_key, created_at) select id, name, key, 0 from ${rooms}`,
    `${numbers} insert into messages (room_id, seq, author_id, text, created_at) select id, i, 1, iif(i % 2, 'x', null), i from ${rooms}, n`,
    `insert into changes (room_id, seq, type, target, actor_id, created_at, empty_numbers)
      select id, ${messages} + 1, 'delete', 2, 1, 0, ${messages / 2} + 1 from ${rooms}`,
  ]
  await env.DB.batch(statements.map((statement) => env.DB.prepare(statement).bind(JSON.stringify(rows))))
  return names
}

it.each([
  [1000, 10],
  [2000, 1000],
])(
  '100 rooms (ids from %i) with %i messages each are counted in one round trip, with at most 9 rows a room',
  async (first, messages) => {
    const names = await makeRooms(first, messages)
    const { db, cost } = counting()
    const query = new URLSearchParams(names.map((name) => ['name', name]))
    const response = await call('GET', `/api/chatroom?${query}`, { db })
    const { chatrooms } = await response.json<{ chatrooms: ListedChatroom[] }>()
    expect(chatrooms.map(({ name }) => name)).toEqual(names)
    expect(new Set(chatrooms.map(({ messageCount }) => messageCount))).toEqual(new Set([messages / 2]))
    const { rowsRead, ...rest } = cost
    expect(rest).toEqual({ roundTrips: 1, rowsWritten: 0 })
    expect(rowsRead).toBeLessThanOrEqual(910)
  },
)
