import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ImportAnswer, Message, User } from '../../src/contract'
import { call, ok, say } from '../support/api'
import { exported } from '../support/export'
import { hold } from '../support/held'
import { post } from '../support/hooks'
import { empty } from '../support/import-file'
import { listen } from '../support/live'
import { livedIn } from '../support/lived-in'
import { asAdmin } from '../support/site'
import { countRows } from '../support/sweep'

/** The lines of each request: not all of a room come in one. */
const LINES = 7

const tables = [
  'users',
  'rooms',
  'site_settings',
  'held',
  'hooks',
  'former_users',
  'members',
  'messages',
  'changes',
  'reactions',
  'mentions',
  'sanctions',
  'reports',
  'audit',
  'blocked_files',
] as const
/** Tables whose rows are in no export, as docs/data.md says, or whose rows other tests compare. */
const others = [
  'deleted_rooms',
  'erasures',
  'files',
  'import_ids',
  'imports',
  'listeners',
  'push_subscriptions',
  'user_networks',
  'versions',
  'webhook_cursors',
  'webhooks',
]
const rowsOf = async () =>
  Object.fromEntries(
    await Promise.all(
      tables.map(async (table) => [
        table,
        // An import counts for itself: `test/rooms/counts.test.ts` holds that it counts the same.
        (await env.DB.prepare(`select * from ${table} order by 1, 2, 3`).all()).results.map(
          ({ empty_numbers: _, ...row }) => row,
        ),
      ]),
    ),
  )

const importAll = async (text: string): Promise<ImportAnswer> => {
  const lines = text.slice(0, -1).split('\n')
  let answer: ImportAnswer | undefined
  for (let at = 0; at < lines.length; at += LINES)
    answer = await ok<ImportAnswer>('POST', `/api/import?import=whole&line=${at + 1}`, {
      ...asAdmin,
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: `${lines.slice(at, at + LINES).join('\n')}\n`,
    })
  if (!answer) throw new Error('the file has no lines')
  return answer
}

describe('an export that is imported into an empty instance', () => {
  let instance: Awaited<ReturnType<typeof livedIn>>
  let text: string
  let before: Awaited<ReturnType<typeof rowsOf>>

  beforeAll(async () => {
    instance = await livedIn()
    const { room, people } = instance
    const refused = await hold(room, people.held, 'refused')
    await ok('DELETE', `${room}/held/${refused}`, { token: people.owner.token })
    for (const [index, name] of ['a "red" fox.png', 'b.png'].entries())
      await ok('PUT', `/api/admin/blocked-file/${String(index).repeat(43)}`, { ...asAdmin, body: { name } })
    text = (await exported('/api/export', asAdmin)).text
    before = await rowsOf()
    await empty()
    expect(await importAll(text)).toMatchObject({ finished: true, keepsIds: true })
  })

  it('has the rows of each table, apart from those that docs/data.md names', async () => {
    expect([...tables, ...others].sort()).toEqual(Object.keys(await countRows()))
  })

  it('gives the same bytes when it is exported again', async () => {
    expect((await exported('/api/export', asAdmin)).text).toBe(text)
  })

  it('gives the same rows', async () => {
    expect(await rowsOf()).toEqual(before)
  })

  it('lets tokens, keys and numbers go on', async () => {
    const { room, people } = instance
    const { owner, member, banned } = people
    expect(await ok<User>('GET', '/api/users/me', { token: owner.token })).toMatchObject({ id: owner.id })
    await ok('PATCH', room, { token: owner.token, body: { approval: 'none' } })
    const repeated = await call('POST', `${room}/message`, {
      headers: { 'Idempotency-Key': 'the-key' },
      body: { userName: member.name, message: 'with a key' },
    })
    expect([repeated.status, repeated.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(await repeated.json<Message>()).toMatchObject({ seq: 2 })
    const refused = await call('POST', `${room}/message`, {
      token: banned.token,
      body: { message: 'again' },
    })
    expect(refused.status).toBe(403)
    const listener = await listen(room, { after: 8 })
    const { seq } = await say(room, member.name, 'next')
    await listener.entries(seq)
    expect(listener.seqs).toEqual([9, 10, 11, 12, seq])
    expect(await post(instance.hook, { text: 'again' })).toEqual([200, 'ok'])
  })
})
