import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { openDatabase } from '../../src/db/client'
import { prepared } from '../../src/db/prepared-statements'
import { rooms } from '../../src/db/schema'

type Given = { who: { kind: 'name'; name: string } | { kind: 'nobody' }; limit: number | undefined }

/** Statements that say what they were given, and how often they have been spelled out. */
const saying = () => {
  const drafted: string[] = []
  const statements = prepared<Given>()((db, { who, limit }) => {
    drafted.push(`${who.kind}${limit ? ' limited' : ''}`)
    const name = who.kind === 'name' ? sql<string>`${who.name}` : sql<string>`'nobody'`
    return [
      db
        .select({ name: name.as('name') })
        .from(sql`(select 1 union all select 2) as two`)
        .limit(limit ?? 2),
      db
        .select({ id: rooms.id })
        .from(rooms)
        .where(sql`name_key = ${who.kind === 'name' ? who.name : null}`),
    ] as const
  })
  const { db } = openDatabase((env as { DB: D1Database }).DB, { bookmark: undefined, reading: true })
  const say = async (given: Given) => (await db.batch(statements(db, given)))[0].map(({ name }) => name)
  return { drafted, say }
}

it('spells statements out once for each shape of what is given, and runs them with the values of each time', async () => {
  const { drafted, say } = saying()
  expect(await say({ who: { kind: 'name', name: 'ann' }, limit: 1 })).toEqual(['ann'])
  expect(await say({ who: { kind: 'name', name: "'; --" }, limit: 2 })).toEqual(["'; --", "'; --"])
  expect(await say({ who: { kind: 'nobody' }, limit: 1 })).toEqual(['nobody'])
  expect(await say({ who: { kind: 'name', name: 'ben' }, limit: undefined })).toEqual(['ben', 'ben'])
  expect(await say({ who: { kind: 'name', name: 'cid' }, limit: 1 })).toEqual(['cid'])
  expect(drafted).toEqual(['name limited', 'nobody limited', 'name'])
})

it('keeps apart what is asked for at once', async () => {
  const { drafted, say } = saying()
  const names = ['ann', 'ben', 'cid']
  const said = await Promise.all(names.map((name) => say({ who: { kind: 'name', name }, limit: 1 })))
  expect(said).toEqual(names.map((name) => [name]))
  expect(drafted).toHaveLength(1)
})
