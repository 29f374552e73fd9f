import { env } from 'cloudflare:workers'
import { getTableConfig } from 'drizzle-orm/sqlite-core'
import { describe, expect, it } from 'vitest'
import type { SiteUsage } from '../../src/contract'
import { roomTables } from '../../src/sweep/deleted-rooms'
import { expiring } from '../../src/sweep/expired-rows'
import { newRoom, ok } from '../support/api'
import { later, roomIdOf } from '../support/live'
import { asAdmin } from '../support/site'
import { runSweep, sweepAll } from '../support/sweep'

const day = 86_400_000
const run = (sql: string) => env.DB.prepare(sql).run()
const numbers = async (table: string, room: number): Promise<number[]> => {
  const { results } = await env.DB.prepare(`select number from ${table} where room_id = ? order by number`)
    .bind(room)
    .all<{ number: number }>()
  return results.map(({ number }) => number)
}

describe('the sweep removes what has expired, and nothing else:', () => {
  it('held messages after 30 days, and deleted users', async () => {
    const now = Date.now()
    for (const [id, age] of [
      [900_001, 31 * day],
      [900_002, 29 * day],
    ] as const) {
      await run(
        `insert into held (created_at, id, room_id, author_id, text) values (${now - age}, 'h${id}', 1, 1, 'x')`,
      )
      await run(
        `insert into former_users (id, name, name_key, deleted_at) values (${id}, 'f${id}', 'f${id}', ${now - age})`,
      )
    }
    await sweepAll()
    const ids = async (table: string) =>
      (await env.DB.prepare(`select id from ${table}`).all<{ id: unknown }>()).results.map(({ id }) => id)
    expect(await ids('held')).toEqual(['h900002'])
    expect(await ids('former_users')).toEqual([900_002])
  })

  it('bans and mutes that have ended, but none without an end', async () => {
    const now = Date.now()
    for (const [user, until] of [
      [1, now - 1],
      [2, now + day],
      [3, 'null'],
    ] as const)
      for (const kind of ['ban', 'mute'])
        await run(
          `insert into sanctions (room_id, user_id, kind, name_key, until, created_at) values (900000, ${user}, '${kind}', 's${user}', ${until}, 0)`,
        )
    await sweepAll()
    const { results } = await env.DB.prepare(
      'select distinct user_id from sanctions where room_id = 900000 order by 1',
    ).all()
    expect(results).toEqual([{ user_id: 2 }, { user_id: 3 }])
  })

  it('resolved reports after 90 days and the audit log after a year, except the last of each room', async () => {
    const now = Date.now()
    const id = await roomIdOf(`/chatroom/${(await newRoom()).name}`)
    const add = (number: number, ageDays: number) => [
      run(
        `insert into reports (room_id, number, target, reporter_id, reason, created_at, resolved_at) values (${id}, ${number}, 1, 1, 'x', 0, ${now - ageDays * day})`,
      ),
      run(
        `insert into audit (room_id, number, action, detail, created_at) values (${id}, ${number}, 'ban', '{}', ${now - 4 * ageDays * day})`,
      ),
    ]
    await Promise.all([...add(1, 95), ...add(2, 85), ...add(3, 95)])
    await run(
      `insert into reports (room_id, number, target, reporter_id, reason, created_at) values (${id}, 0, 1, 1, 'x', 0)`,
    )
    await sweepAll()
    expect(await numbers('reports', id)).toEqual([0, 2, 3])
    expect(await numbers('audit', id)).toEqual([2, 3])
  })
})

describe('GET /api/admin/usage', () => {
  const usage = async () => (await ok<SiteUsage>('GET', '/api/admin/usage', asAdmin)).sweep
  it('shows what the sweep has left to remove, and when it ran', async () => {
    await sweepAll()
    const before = await usage()
    expect(before.left).toMatchObject({ deletedRooms: 0, entriesOfDeletedRooms: 0, expiredRows: 0 })
    expect(Date.now() - Date.parse(before.ranAt ?? '')).toBeLessThan(60_000)
    const { name } = await newRoom()
    const id = await roomIdOf(`/chatroom/${name}`)
    await run(
      `insert into messages (room_id, seq, author_id, text, created_at) values (${id}, 1, 1, 'x', 0), (${id}, 2, 1, 'x', 0)`,
    )
    await run(`insert into held (created_at, id, room_id, author_id, text) values (1, 'old', ${id}, 1, 'x')`)
    await ok('DELETE', `/chatroom/${name}`, asAdmin)
    expect((await usage()).left).toMatchObject({ deletedRooms: 1, entriesOfDeletedRooms: 2, expiredRows: 1 })
    await later(day, () => sweepAll())
    expect((await usage()).left).toEqual(before.left)
  })

  it('shows the rows that it wrote today, and its limit', async () => {
    await runSweep()
    const { writesToday, dailyWrites } = await usage()
    expect(writesToday).toBeGreaterThan(0)
    expect(dailyWrites).toBe(20_000)
  })
})

it('each table that is swept by its key is named with the columns of that key', () => {
  for (const { table, keys } of [...roomTables, ...expiring]) {
    const { columns, primaryKeys } = getTableConfig(table)
    const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary)
    expect(keys).toBe(key.map(({ name }) => name).join(', '))
  }
})
