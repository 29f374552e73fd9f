import { env } from 'cloudflare:workers'
import { beforeEach, expect, it } from 'vitest'
import type * as contract from '../../src/contract'
import { call, fresh, newUser, ok, say } from '../support/api'
import { at, empty, toText, wholeFile } from '../support/import-file'
import { roomIdOf } from '../support/live'
import { asAdmin } from '../support/site'
import { runSweep } from '../support/sweep'

const DAY_MILLISECONDS = 86_400_000
const headers = { 'Content-Type': 'application/x-ndjson' }
const send = (body: string, query = '') => ok('POST', `/api/import${query}`, { ...asAdmin, body, headers })

beforeEach(empty)

/** Restores an instance that a visitor meets meanwhile: the ids of all who come later have 16 digits. */
const visited = async () => {
  const [anna, talk] = [fresh('anna'), fresh('talk')]
  const lines = wholeFile(
    [
      { type: 'user', id: 1, name: anna, createdAt: at },
      { type: 'room', id: 1, name: talk, createdAt: at },
      { type: 'message', room: 1, seq: 1, author: 1, text: 'old', createdAt: at },
      { type: 'message', room: 1, seq: 2, author: 1, text: 'new', createdAt: new Date().toISOString() },
    ],
    { users: 1, rooms: 1 },
  )
  await send(toText(lines.slice(0, 2)), '?import=x')
  const visitor = await newUser()
  const owner = await newUser()
  const { name } = await ok<contract.Chatroom>('POST', '/api/chatroom', {
    token: owner.token,
    body: { name: fresh('blog') },
  })
  await send(toText(lines.slice(2)), '?import=x&line=3')
  const room = `/chatroom/${name}`
  expect(visitor.id).toBeGreaterThan(1e15)
  expect(await roomIdOf(room)).toBeGreaterThan(1e15)
  return { anna, talk: `/chatroom/${talk}`, visitor, owner, room, name }
}

it('every list goes on behind its first page, also among ids of 16 digits', async () => {
  const { anna, talk, visitor, owner, room } = await visited()
  const reader = await newUser()
  await ok('PUT', room, { body: { userName: reader.name } })
  for (const word of ['one', 'two']) await say(room, visitor.name, `${word} @${reader.name}`)
  for (const { name } of [visitor, reader])
    await ok('PUT', `${room}/message/1/reaction/🎉`, { body: { userName: name } })
  for (const seq of [1, 2])
    await ok('POST', `${room}/message/${seq}/report`, { token: reader.token, body: { reason: 'x' } })
  for (const slowModeSeconds of [1, 2])
    await ok('PATCH', room, { token: owner.token, body: { slowModeSeconds } })
  for (const { name } of [visitor, reader])
    await ok('PATCH', `${room}/member/${name}`, { token: owner.token, body: { mute: {} } })
  await ok('PUT', talk, { body: { userName: reader.name } })
  const asReader = { token: reader.token }
  const pages: [path: string, options: object, count: number][] = [
    ['/api/users', {}, 4],
    ['/api/chatroom', {}, 2],
    [`${room}/member`, {}, 2],
    [`${room}/message/1/reaction`, {}, 2],
    [`${room}/sanction`, asAdmin, 2],
    [`${room}/report`, asAdmin, 2],
    ['/api/users/me/chatroom', asReader, 2],
    ['/api/users/me/mention', asReader, 2],
    ['/api/users/me/report', asReader, 2],
    ['/api/admin/audit', asAdmin, 4],
    ['/api/admin/report', asAdmin, 2],
    [`/api/admin/user/${visitor.id}/message`, asAdmin, 2],
    ['/api/admin/user', asAdmin, 4],
    [`/api/admin/user?q=${anna}`, asAdmin, 1],
    ['/api/admin/chatroom?q=-', asAdmin, 2],
  ]
  for (const [path, options, count] of pages) {
    const found: unknown[] = []
    let next: string | null = `${path}${path.includes('?') ? '&' : '?'}limit=1`
    for (let pages = 0; next && pages < 20; pages++) {
      const page: { next: string | null } = await ok('GET', next, options)
      found.push(...Object.values(page).flatMap((value) => (Array.isArray(value) ? value : [])))
      next = page.next
    }
    expect([path, found.length, next]).toEqual([path, count, null])
  }
})

it('retention reaches all rooms, however far their ids are apart', async () => {
  const { talk, visitor, room } = await visited()
  for (const text of ['old', 'new']) await say(room, visitor.name, text)
  await env.DB.prepare('update messages set created_at = created_at - ? where room_id = ? and seq = 1')
    .bind(100 * DAY_MILLISECONDS, await roomIdOf(room))
    .run()
  await runSweep({ SWEEP_WRITES: 0, DAILY_WRITES: 0, RETENTION_DAYS: 10 })
  for (const path of [talk, room])
    expect(await ok<contract.Chatroom>('GET', path), path).toMatchObject({ firstSeq: 2 })
  // Those that it has passed come again in the next run.
  await say(talk, (await newUser()).name, 'newer')
  await env.DB.prepare('update messages set created_at = 1000 where room_id = 1 and seq = 2').run()
  await runSweep({ SWEEP_WRITES: 0, DAILY_WRITES: 0, RETENTION_DAYS: 10 })
  expect(await ok<contract.Chatroom>('GET', talk)).toMatchObject({ firstSeq: 3 })
})

it('a search of more people than one request looks at goes on', async () => {
  const name = fresh('needle')
  const { id } = await newUser(name)
  await env.DB.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < 4500)
      insert into users (id, name, name_key, token_hash, created_at) select ?1 + i, 'hay' || i, 'hay' || i, 'hay' || i, 0 from n`,
  )
    .bind(id)
    .run()
  const found: string[] = []
  let pages = 0
  for (let next: string | null = `/api/admin/user?q=${name}`; next; pages++) {
    const page: { users: { name: string }[]; next: string | null } = await ok('GET', next, asAdmin)
    found.push(...page.users.map(({ name }) => name))
    next = page.next
  }
  expect([found, pages]).toEqual([[name], 3])
  expect((await call('GET', `/api/admin/user?q=hay&limit=1`, asAdmin)).status).toBe(200)
})
