import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { HeldMessage } from '../../src/contract'
import { call, fails, ok } from '../support/api'
import { counting } from '../support/database'
import { approving, hold } from '../support/held'
import { asAdmin } from '../support/site'

type HeldPage = { held: HeldMessage[]; next: string | null }

const pageOf = (path: string) => ok<HeldPage>('GET', path, asAdmin)

/** Returns the messages that wait in these rooms, of all pages of the list. */
const listed = async (rooms: string[], limit = 100): Promise<HeldMessage[]> => {
  const found: HeldMessage[] = []
  for (let next: string | null = `/api/admin/held?limit=${limit}`; next !== null; ) {
    const page: HeldPage = await pageOf(next)
    expect(page.held.length).toBeLessThanOrEqual(limit)
    found.push(...page.held)
    next = page.next
  }
  return found.filter(({ chatroom }) => rooms.includes(`/chatroom/${chatroom}`))
}

describe('GET /api/admin/held', () => {
  it('lists what waits in all rooms, the newest first, page by page, as the rooms list it', async () => {
    const fixtures = [await approving(), await approving('all'), await approving()]
    const ids: string[] = []
    for (const text of ['one', 'two'])
      for (const { room, newcomer } of fixtures) ids.unshift(await hold(room, newcomer, text))
    const rooms = fixtures.map(({ room }) => room)
    for (const limit of [1, 2, 3, 100]) expect((await listed(rooms, limit)).map(({ id }) => id)).toEqual(ids)
    const [newest] = await listed(rooms)
    const { room, newcomer, owner } = fixtures[2] as (typeof fixtures)[number]
    const { held } = await ok<HeldPage>('GET', `${room}/held`, { token: owner.token })
    expect(newest).toEqual(held[0])
    expect(newest).toMatchObject({ userName: newcomer.name, message: 'two', edits: null })
  })

  it('shows an edit with the message that it would change', async () => {
    const { room, newcomer, owner } = await approving('all')
    await ok('PUT', `${room}/held/${await hold(room, newcomer, 'first')}`, { token: owner.token })
    const edit = { token: newcomer.token, body: { message: 'second' } }
    expect((await call('PATCH', `${room}/message/1`, edit)).status).toBe(202)
    expect(await listed([room])).toMatchObject([{ message: 'second', edits: 1 }])
  })

  it('leaves out what was approved or refused, what is too old, and that of deleted rooms and users', async () => {
    const fixtures = [await approving(), await approving(), await approving(), await approving()]
    for (const { room, newcomer } of fixtures) {
      await hold(room, newcomer, 'approved or refused')
      await hold(room, newcomer, 'stays')
    }
    const [one, two, three, four] = fixtures as [(typeof fixtures)[0], ...typeof fixtures]
    const rooms = fixtures.map(({ room }) => room)
    for (const [method, fixture] of [
      ['PUT', one],
      ['DELETE', two],
    ] as const) {
      const [, first] = await listed([fixture?.room ?? ''])
      await ok(method, `${fixture?.room}/held/${first?.id}`, asAdmin)
    }
    await ok('DELETE', three?.room ?? '', asAdmin)
    await ok('DELETE', `/api/users/${four?.newcomer.id}`, { token: four?.newcomer.token ?? '' })
    expect((await listed(rooms)).map(({ message, chatroom }) => [`/chatroom/${chatroom}`, message])).toEqual(
      [two, one].map((fixture) => [fixture?.room, 'stays']),
    )
    await env.DB.prepare('update held set created_at = created_at - 31 * 86400000').run()
    expect(await listed(rooms)).toEqual([])
  })

  it('reads a bounded number of rows, whatever waits and was refused', async () => {
    const { room, newcomer } = await approving()
    const id = await hold(room, newcomer, 'behind many')
    const roomId = `(select id from rooms where name = '${room.split('/').at(-1)}')`
    await env.DB.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) insert into held (created_at, id, room_id, author_id, text, refused_at) select ${Date.now()} + i, 'refused ' || i, ${roomId}, ${newcomer.id}, 'x', 1 from n`,
    )
    const costOf = async (waiting: number) => {
      const { db, cost } = counting()
      const { held } = await ok<HeldPage>('GET', '/api/admin/held?limit=50', { ...asAdmin, db })
      expect(held).toHaveLength(waiting)
      expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 0 })
      return cost.rowsRead
    }
    await env.DB.prepare('delete from held where refused_at is null and id <> ?').bind(id).run()
    expect(await costOf(1)).toBeLessThanOrEqual(5)
    // A row of the index, the message, its room and its author.
    await env.DB.exec('update held set refused_at = null')
    expect(await costOf(50)).toBeLessThanOrEqual(210)
  })

  it.each(['cursor=x', 'cursor=-1', 'limit=0', 'limit=101'])('refuses ?%s', async (query) => {
    await fails(400, 'GET', `/api/admin/held?${query}`, asAdmin)
  })
})
