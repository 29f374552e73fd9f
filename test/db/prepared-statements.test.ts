import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { batch, openDatabase } from '../../src/db/client'
import { prepared } from '../../src/db/prepared-statements'
import { rooms } from '../../src/db/schema'

type Given = { who: { kind: 'name'; name: string } | { kind: 'nobody' }; limit: number | undefined }

/** Statements that return what they were given, and a record of how often they were built. */
const saying = () => {
  const drafted: string[] = []
  const statements = prepared<Given>()((db, { who, limit }) => {
    drafted.push(`${who.kind}${limit ? ' limited' : ''}`)
    const name = who.kind === 'name' ? sql<string>`${who.name}` : sql<string>`'nobody'`
    return {
      names: db
        .select({ name: name.as('name') })
        .from(sql`(select 1 union all select 2) as two`)
        .limit(limit ?? 2),
      rooms: db
        .select({ id: rooms.id })
        .from(rooms)
        .where(sql`name_key = ${who.kind === 'name' ? who.name : null}`),
    }
  })
  const { db } = openDatabase((env as { DB: D1Database }).DB, { bookmark: undefined, reading: true })
  const say = async (given: Given) => (await batch(db, statements(db, given))).names.map(({ name }) => name)
  return { drafted, say }
}

it('builds statements once for each shape of the given values, and runs them with the values of each call', async () => {
  const { drafted, say } = saying()
  expect(await say({ who: { kind: 'name', name: 'ann' }, limit: 1 })).toEqual(['ann'])
  expect(await say({ who: { kind: 'name', name: "'; --" }, limit: 2 })).toEqual(["'; --", "'; --"])
  expect(await say({ who: { kind: 'nobody' }, limit: 1 })).toEqual(['nobody'])
  expect(await say({ who: { kind: 'name', name: 'ben' }, limit: undefined })).toEqual(['ben', 'ben'])
  expect(await say({ who: { kind: 'name', name: 'cid' }, limit: 1 })).toEqual(['cid'])
  expect(drafted).toEqual(['name limited', 'nobody limited', 'name'])
})

it('keeps concurrent requests apart', async () => {
  const { drafted, say } = saying()
  const names = ['ann', 'ben', 'cid']
  const said = await Promise.all(names.map((name) => say({ who: { kind: 'name', name }, limit: 1 })))
  expect(said).toEqual(names.map((name) => [name]))
  expect(drafted).toHaveLength(1)
})
