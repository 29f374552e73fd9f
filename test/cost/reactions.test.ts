import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { MessageList } from '../../src/contract'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { costOf } from '../support/cost'
import { type Cost, counting } from '../support/database'
import { roomIdOf } from '../support/live'

/** The people who have given the message 1 of a room each of two emoji. */
const sizes = [10, 10_000]
const rooms = new Map<number, { room: string; userName: string }>()

/** Gives the message 1 of a room two emoji of `count` users. */
const giveReactions = async (room: string, count: number) => {
  const id = await roomIdOf(room)
  const first = ((await env.DB.prepare('select max(id) as id from users').first<number>('id')) ?? 0) + 1
  const numbers = `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count} - 1)`
  await env.DB.batch([
    env.DB.prepare(`${numbers} insert into users (name, name_key, token_hash, created_at)
      select 'user ${first} ' || i, 'user ${first} ' || i, 'hash ${first} ' || i, 0 from n`),
    env.DB.prepare(`${numbers} insert into reactions (room_id, target, reaction, user_id)
      select ${id}, 1, value, ${first} + i from n, json_each('["🎉","👍"]')`),
    env.DB.prepare('update messages set reactions = ? where room_id = ? and seq = 1').bind(
      `{"🎉":${count},"👍":${count}}`,
      id,
    ),
  ])
}

beforeAll(async () => {
  for (const size of sizes) {
    const fixture = await roomWithUser()
    for (let seq = 1; seq <= 50; seq++) await say(fixture.room, fixture.userName, 'x')
    await giveReactions(fixture.room, size)
    rooms.set(size, fixture)
  }
})

type Request = Parameters<typeof costOf>

/** Returns the costs of a request with few people and with many. A seek that finds nothing reads the row beside it, or none at an end. */
const costsOf = async (prepare: (room: string) => Promise<Request>): Promise<Cost[]> => {
  const costs: Cost[] = []
  for (const { room } of rooms.values()) costs.push(await costOf(...(await prepare(room))))
  return costs
}

const expectCosts = async (
  prepare: (room: string) => Promise<Request>,
  { rowsWritten, rowsRead: most }: { rowsWritten: number; rowsRead: number },
) => {
  for (const { rowsRead, ...cost } of await costsOf(prepare)) {
    expect(cost).toEqual({ roundTrips: 1, rowsWritten })
    expect(rowsRead).toBeLessThanOrEqual(most)
  }
}

const party = encodeURIComponent('🎉')
const pathOf = (room: string) => `${room}/message/1/reaction/${party}`

describe('with ten people or ten thousand on a message, one round trip:', () => {
  it('adding and taking back', async () => {
    const add = async (room: string): Promise<Request> => [
      'PUT',
      pathOf(room),
      { userName: (await newUser()).name },
    ]
    await expectCosts(add, { rowsWritten: 3, rowsRead: 34 })
    const again = async (room: string): Promise<Request> => {
      const [method, path, body] = await add(room)
      await ok(method, path, { body })
      return [method, path, body]
    }
    await expectCosts(again, { rowsWritten: 0, rowsRead: 35 })
    const back = async (room: string): Promise<Request> => {
      const { name } = await newUser()
      await ok('PUT', pathOf(room), { body: { userName: name } })
      return ['DELETE', `${pathOf(room)}?userName=${name}`]
    }
    await expectCosts(back, { rowsWritten: 3, rowsRead: 39 })
  })

  it('a page of who reacted', async () => {
    for (const query of ['', `&reaction=${party}`]) {
      const page = async (room: string): Promise<Request> => {
        const { next } = await ok<{ next: string }>('GET', `${room}/message/1/reaction?limit=5${query}`)
        return ['GET', next]
      }
      await expectCosts(page, { rowsWritten: 0, rowsRead: 21 })
    }
  })

  it('a page of history, with a row for each emoji of the reader', async () => {
    const read = async (room: string, userName: string, emoji: string[]) => {
      for (const one of emoji)
        await ok('PUT', `${room}/message/1/reaction/${encodeURIComponent(one)}`, { body: { userName } })
      const { db, cost } = counting()
      const page = await ok<MessageList>('GET', `${room}/message?userName=${userName}`, { db })
      expect(page.messages[0]?.reactions.filter(({ mine }) => mine)).toHaveLength(emoji.length)
      return cost.rowsRead
    }
    for (const { room } of rooms.values()) {
      const { name } = await newUser()
      const none = await read(room, name, [])
      expect(none).toBeLessThanOrEqual(110)
      expect(await read(room, name, ['🎉'])).toBe(none + 1)
      expect(await read(room, name, ['🎉', '👍'])).toBe(none + 2)
    }
  })
})
