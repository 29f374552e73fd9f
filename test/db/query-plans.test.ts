import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { operations } from '../../src/operations'
import { call, ok } from '../support/api'
import { bind, hubOf, listen } from '../support/live'
import { type Credential, credentials, operationFixture } from '../support/operation-fixture'
import { requestOf, requestsOf } from '../support/operation-requests'
import { costlySteps, planOf } from '../support/plans'
import { recording, type Statement } from '../support/recording'

type Key = keyof typeof requestsOf

/** Statements that may scan or sort, by how they begin, each with its reason. */
const excused: { begins: string; reason: string }[] = [
  {
    begins: 'select count as "file_count",',
    reason: 'It adds up the bytes of at most 20,000 files, for an admin who asks for it.',
  },
]

/** Operations that a credential cannot use. They are refused before a statement runs. */
const closedTo: Record<Credential, RegExp> = {
  none: /\/webhook|^(GET|PUT|DELETE) .*\/held$|^PUT .*\/held\/:id$|\/(export|token|ban|report\/:id|sanction|audit|blocked-word|pin\/:seq|hook|hook\/:id(\/secret)?)$|^GET .*\/report$|\/me\/push$|^(GET|PATCH) \/api\/admin|\/blocked-file|\/api\/import(\/file\/:id)?$|^(PATCH|DELETE) \/chatroom\/:name$|^PATCH .*\/:userName$|^DELETE .*\/message$/,
  // ADMIN_TOKEN is no user, and can't act under the name of one here.
  admin: /\/me\/(report|push)$/,
  token: /^$/,
  login: /^$/,
}

const testedOperations = (Object.keys(requestsOf) as Key[]).filter((key) => !('offline' in operations[key]))

/** Finds a clock of SQLite's own. All statements of a request have one bound time instead: docs/decisions/0008. */
const ownClock = /unixepoch|strftime|julianday|current_time|current_date|\b(date|time|datetime)\s*\(|'now'/i

/** Matches the SQL that writes a stored time as the API does. It reads no clock. */
const timeFormat = /strftime\('%Y-%m-%dT%H:%M:%fZ',[^']*,'unixepoch'\)/g

/** Every statement that these tests have explained, by its SQL. */
const explained = new Map<string, Statement>()

/** Returns the steps in the plans of these statements that cost more as a table grows. */
const objections = async (sent: Iterable<Statement>): Promise<object[]> => {
  const found: object[] = []
  for (const statement of sent) {
    explained.set(statement.sql, statement)
    const steps = costlySteps(await planOf(statement))
    const isExcused = excused.some(({ begins }) => statement.sql.startsWith(begins))
    if (steps.length > 0 && !isExcused) found.push({ steps, sql: statement.sql })
  }
  return found
}

describe.each(credentials)('EXPLAIN QUERY PLAN of every statement, with the credential %s:', (credential) => {
  it.each(testedOperations.filter((key) => !closedTo[credential].test(key)))('%s', async (key) => {
    const fixture = await operationFixture(credential)
    const ways = requestsOf[key](fixture)
    expect(ways.length).toBeGreaterThan(0)
    for (const variant of ways) {
      const { db, sent } = recording()
      await bind(fixture.room, { DB: db })
      const [method, path, options] = requestOf(key, fixture, variant)
      const response = await call(method, path, { ...options, db })
      expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true)
      await response.body?.cancel()
      expect(sent, 'sent nothing').not.toEqual([])
      expect(await objections(sent)).toEqual([])
      expect(sent.filter(({ sql }) => ownClock.test(sql.replaceAll(timeFormat, '')))).toEqual([])
      // docs/decisions/0019
      const renames = sent.some(({ sql }) => /^update "users" set .*"name" = |^delete from "users"/.test(sql))
      const renews = sent.some(({ sql }) => sql.startsWith('insert into "versions"'))
      expect(renames && !renews, 'names change without their version').toBe(false)
    }
  })

  it('a refused operation runs no statement', async () => {
    const fixture = await operationFixture(credential)
    for (const key of testedOperations.filter((key) => closedTo[credential].test(key))) {
      for (const variant of requestsOf[key](fixture)) {
        const { db, sent } = recording()
        const [method, path, options] = requestOf(key, fixture, variant)
        expect([key, (await call(method, path, { ...options, db })).status]).toEqual([key, 401])
        expect(sent).toEqual([])
      }
    }
  })
})

describe("EXPLAIN QUERY PLAN of the hub's own statements:", () => {
  it('a message sent as a frame, a missed message, and the check of the log', async () => {
    const { room, actor } = await operationFixture('none')
    const { db, sent } = recording()
    await bind(room, { DB: db })
    const listener = await listen(room, { userName: actor.name })
    const known = sent.splice(0).length
    expect(known).toBeGreaterThan(0)

    listener.send({ type: 'message', message: 'x', idempotencyKey: 'key' })
    await listener.next('sent')
    expect(await objections(sent.splice(0))).toEqual([])

    listener.send({ type: 'mark', seq: 1 })
    await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 10_000 })
    expect(await objections(sent.splice(0))).toEqual([])

    const deaf = { getByName: () => ({ publish: async () => undefined }) }
    const HUB = deaf as unknown as typeof env.HUB
    await ok('POST', `${room}/message`, { body: { userName: actor.name, message: 'y' }, env: { HUB } })
    await runDurableObjectAlarm(hubOf(room))
    await listener.entries(4)
    const looked = sent.splice(0)
    expect(looked.map(({ sql }) => /from (json_each|"messages"|"changes")/.exec(sql)?.[1])).toEqual([
      'json_each',
      '"messages"',
      '"changes"',
    ])
    expect(await objections(looked)).toEqual([])
  })
})

describe('with the statistics that `PRAGMA optimize` gathers', () => {
  // With fewer rows SQLite records that a scan is free, and keeps scanning when the table grows: docs/scale.md.
  it('of a hundred rows in each table, SQLite plans no worse', async () => {
    const numbers = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 100)'
    await env.DB.batch(
      [
        "rooms (name, name_key, created_at) select 'many ' || i, 'many ' || i, 0",
        "users (name, name_key, token_hash, created_at) select 'many ' || i, 'many ' || i, 'many ' || i, 0",
        'members (room_id, ordinal, user_id, joined_at) select 1000000, i, i, 0',
        "messages (room_id, seq, author_id, text, created_at, idempotency_key) select 1000000, i, i, 'x', 0, iif(i % 2, i, null)",
        "changes (room_id, seq, type, target, actor_id, created_at) select 1000000, i, 'edit', 1, 1, 0",
        "sanctions (room_id, user_id, kind, name_key, created_at) select 1000000, i, 'ban', i, 0",
        "reports (room_id, number, target, reporter_id, reason, created_at) select 1000000, i, 1, 1, 'x', 0",
        "audit (room_id, number, action, detail, created_at) select 1000000, i, 'ban', '{}', 0",
        'former_users (id, name, name_key, deleted_at) select 1000000 + i, i, i, i',
        "listeners (user_id, room_key) select i, 'many'",
        "versions (subject, version) select 'many ' || i, 'x'",
        "held (created_at, id, room_id, author_id, text) select i, 'many ' || i, 1000000, i, 'x'",
        "blocked_files (hash, name, created_at) select 'many ' || i, 'x', 0",
        'site_settings (id) select 1000000 + i',
      ].map((rows) => env.DB.prepare(`${numbers} insert into ${rows} from n`)),
    )
    await env.DB.exec('pragma optimize')
    const { results } = await env.DB.prepare('select distinct tbl from sqlite_stat1').all()
    expect(results.length).toBeGreaterThan(1)
    expect(explained.size).toBeGreaterThan(testedOperations.length)
    expect(await objections([...explained.values()])).toEqual([])
  })
})

describe('the check', () => {
  it('sees a scan, a sort, and an index made on the way', async () => {
    const plan = (sql: string) => planOf({ sql, values: [] })
    const bad = [
      'select * from messages',
      'select * from messages where author_id = 1',
      "select * from users where name = 'x'",
      'select * from messages where room_id = 1 order by created_at',
      'select distinct author_id from messages where room_id = 1',
      'select * from members join messages on author_id = members.user_id where members.room_id = 1',
    ]
    for (const sql of bad) expect([sql, costlySteps(await plan(sql))]).not.toEqual([sql, []])
    const good = ['select * from messages where room_id = 1 order by seq desc limit 1', 'select 1']
    for (const sql of good) expect([sql, costlySteps(await plan(sql))]).toEqual([sql, []])
  })
})
