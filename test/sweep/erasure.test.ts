import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Message, MessageList, NewUser, SiteUsage, User } from '../../src/contract'
import { fails, fresh, newUser, ok, say } from '../support/api'
import { d1Error, type Fate, fated } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { hubOf, listen } from '../support/live'
import { person, sign, withSecret } from '../support/login'
import { asAdmin } from '../support/site'
import { runSweep, sweepAll, tablesWith } from '../support/sweep'

const party = encodeURIComponent('🎉')

/** Returns each place in the database where a text stands, as `table.column`. */
const placesOf = async (text: string): Promise<string[]> => {
  const found: string[] = []
  const { results: tables } = await env.DB.prepare(
    "select name from sqlite_schema where type = 'table'",
  ).all<{ name: string }>()
  for (const { name: table } of tables) {
    if (/^(_cf|sqlite_|d1_)/.test(table)) continue
    const { results: columns } = await env.DB.prepare(`select name from pragma_table_info('${table}')`).all<{
      name: string
    }>()
    for (const { name: column } of columns) {
      const where = `instr(lower(cast("${column}" as text)), ?)`
      const row = await env.DB.prepare(`select 1 from "${table}" where ${where} limit 1`).bind(text).first()
      if (row) found.push(`${table}.${column}`)
    }
  }
  return found
}

const hubStorage = (room: string): Promise<string> =>
  runInDurableObject(hubOf(room), (_, { storage }) => JSON.stringify([...storage.kv.list()]))

const logged: string[] = []
beforeEach(() => {
  for (const level of ['info', 'warn', 'error', 'log'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void logged.push(words.join(' ')))
})
afterEach(() => vi.restoreAllMocks())

/** Lets somebody do everything there is to do, with a word in each text. Returns what others did with it. */
const everything = async (word: string) => {
  const claims = person(`${word} name`, `${word}-subject`)
  const token = await sign(claims)
  const they = { token, env: { ...withSecret, AVATAR_HOSTS: '*' } }
  const { room, owner, member, guest } = await roomFixture()
  await ok('PUT', room, { token: owner.token, body: {} })
  const act = <Answer>(method: string, path: string, body?: object, headers = {}) =>
    ok<Answer>(method, path, { ...they, headers, ...(body && { body }) })
  const me = await act<User>('GET', '/api/users/me')
  await act('PATCH', `/api/users/${me.id}`, { avatar: `https://pictures.example/${word}.png` })
  const { seq } = await act<Message>(
    'POST',
    `${room}/message`,
    { message: `${word} said` },
    { 'Idempotency-Key': `${word}-key` },
  )
  await act(
    'POST',
    `${room}/message`,
    { message: `${word} deleted`, replyTo: seq },
    { 'Idempotency-Key': `${word}-two`, 'Parlour-After': '1' },
  )
  await act('DELETE', `${room}/message/${seq + 1}`)
  await act('PATCH', `${room}/message/${seq}`, { message: `${word} edited` })
  const other = await say(room, member.name, `hello @"${word} name" and @${owner.name}`)
  expect(other.mentions).toContain(`${word} name`)
  await act('PUT', `${room}/message/${other.seq}/reaction/${party}`, {})
  await ok('PUT', `${room}/message/${other.seq}/reaction/${party}`, { body: { userName: owner.name } })
  await ok('PUT', `${room}/message/${seq}/reaction/${party}`, { body: { userName: member.name } })
  await act('PUT', `${room}/member/${encodeURIComponent(`${word} name`)}/read`, { seq: 2 })
  await act('POST', `${room}/message/${other.seq}/report`, { reason: `${word} reports` })
  await ok('POST', `${room}/message/${seq}/report`, {
    body: { userName: member.name, reason: `they said: ${word}` },
  })
  await ok('PUT', `${room}/pin/${seq}`, { token: owner.token })
  await ok('PATCH', `${room}/member/${encodeURIComponent(`${word} name`)}`, {
    token: owner.token,
    body: { role: 'moderator' },
  })
  await act('PATCH', `${room}/member/${guest.name}`, { mute: { seconds: 600, reason: `${word} mutes` } })
  await ok('PATCH', `${room}/member/${encodeURIComponent(`${word} name`)}`, {
    token: owner.token,
    body: { role: 'member' },
  })
  const held = await roomFixture({ approval: 'all' })
  await act(
    'POST',
    `${held.room}/message`,
    { message: `${word} waits` },
    { 'Idempotency-Key': `${word}-held` },
  )
  const banned = await roomFixture()
  await act('POST', `${banned.room}/message`, { message: `${word} is banned` })
  await ok('PATCH', `${banned.room}/member/${encodeURIComponent(`${word} name`)}`, {
    token: banned.owner.token,
    body: { ban: { reason: `because of ${word}` } },
  })
  const gone = await roomFixture()
  await act('POST', `${gone.room}/message`, { message: `${word} in a deleted room` })
  await ok('DELETE', gone.room, { token: gone.owner.token })
  return { room, member, they, me, seq, other }
}

describe('DELETE /api/users/:id?messages=delete', () => {
  it('leaves none of the words of somebody who did everything, in any table, in the hub or in the log', async () => {
    const word = fresh('zyxwv')
    const { room, member, they, me, seq, other } = await everything(word)
    const listener = await listen(room, { ...they, after: 0 })
    await listener.next('hello')
    const anonymous = await listen(room)
    await anonymous.next('hello')
    const before = await placesOf(word)
    expect(before).toEqual(
      expect.arrayContaining([
        'users.name',
        'users.subject',
        'users.avatar',
        'messages.text',
        'messages.mentions',
        'held.text',
        'reports.reason',
        'sanctions.reason',
        'audit.detail',
      ]),
    )
    await ok('DELETE', `/api/users/${me.id}?messages=delete`, asAdmin)
    await sweepAll()
    // Another one's text stays as it is, until that one changes it.
    expect(await placesOf(word)).toEqual(['messages.text'])
    await ok('PATCH', `${room}/message/${other.seq}`, { body: { userName: member.name, message: 'hello' } })
    expect(await placesOf(word)).toEqual([])
    expect(await hubStorage(room)).not.toContain(word)
    expect(logged.filter((line) => line.includes(word))).toEqual([])
    // No row of a table names the user as the one who has something to come back to.
    for (const table of await tablesWith('user_id'))
      expect([
        table,
        await env.DB.prepare(`select 1 from ${table} where user_id = ?`).bind(me.id).first(),
      ]).toEqual([table, null])
    const hashes = await env.DB.prepare(
      'select 1 from messages where author_id = ? and coalesce(key_hash, idempotency_key, fingerprint) is not null',
    )
      .bind(me.id)
      .first()
    expect(hashes).toBe(null)

    // Listeners have seen it, as entries of the log.
    await anonymous.until(({ log }) => log.some((entry) => entry.type === 'delete' && entry.target === seq))
    await anonymous.until(({ log }) =>
      log.some((entry) => entry.type === 'reaction' && !entry.added && entry.target === other.seq),
    )
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.find((message) => message.seq === seq)).toMatchObject({
      message: null,
      userId: null,
      reactions: [],
    })
    expect(messages.find((message) => message.seq === other.seq)).toMatchObject({
      reactions: [{ reaction: '🎉', count: 1 }],
      mentions: [expect.not.stringContaining(word)],
    })
    expect(await ok('GET', room)).toMatchObject({ pinned: [] })
    // The name is free, although it was banned.
    const { id } = await ok<NewUser>('POST', '/api/users', { body: { name: `${word} name` } })
    expect(id).toBeGreaterThan(me.id)
  })

  it('does a small one at once, and says how much is left of a large one', async () => {
    const { room } = await roomFixture()
    const [small, large] = [await newUser(), await newUser()]
    await say(room, small.name, 'x')
    expect(await ok('DELETE', `/api/users/${small.id}?messages=delete`, { token: small.token })).toEqual({
      id: small.id,
      deleted: true,
      left: 0,
    })
    const { seq } = await say(room, large.name, 'x')
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500)
        insert into messages (room_id, seq, author_id, text, created_at) select room_id, seq + i, author_id, 'many', created_at from n, messages
          where room_id = (select id from rooms where name = ?) and seq = ?`,
    )
      .bind(room.slice(10), seq)
      .run()
    const { left } = await ok<{ left: number }>('DELETE', `/api/users/${large.id}?messages=delete`, {
      token: large.token,
    })
    expect(left).toBeGreaterThan(100)
    expect((await placesOf('many')).includes('messages.text')).toBe(true)
    const erasures = async () => (await ok<SiteUsage>('GET', '/api/admin/usage', asAdmin)).sweep.left.erasures
    expect(await erasures()).toBe(1)
    await sweepAll()
    expect(await erasures()).toBe(0)
    expect(await placesOf('many')).toEqual([])
    expect(await env.DB.prepare('select count(*) as count from erasures').first('count')).toBe(0)
  })

  it('goes on after it was killed before or after any batch', async () => {
    const killed: Fate = async () => {
      throw d1Error('Network connection lost.')
    }
    const lost: Fate = async (run) => {
      await run()
      throw d1Error('Network connection lost.')
    }
    for (const fate of [killed, lost]) {
      const word = fresh('killed')
      const { room, member, me, other } = await everything(word)
      await fails(503, 'DELETE', `/api/users/${me.id}?messages=delete`, {
        ...asAdmin,
        db: fated((run) => run(), ...Array.from({ length: 9 }, () => fate)).db,
      })
      const isLeft = () => env.DB.prepare('select count(*) as count from erasures').first<number>('count')
      for (let nth = 1; await isLeft(); nth++) {
        const passing: Fate[] = Array.from({ length: nth }, () => (run) => run())
        await runSweep({
          DB: fated(...passing, ...Array.from({ length: 60 }, () => fate)).db,
          SWEEP_WRITES: 0,
        })
        expect(nth).toBeLessThan(40)
      }
      await sweepAll()
      await ok('PATCH', `${room}/message/${other.seq}`, { body: { userName: member.name, message: 'hello' } })
      expect(await placesOf(word)).toEqual([])
      // Nothing was done twice.
      const { messages } = await ok<MessageList>('GET', `${room}/message`)
      expect(messages.find(({ seq }) => seq === other.seq)?.reactions).toMatchObject([{ count: 1 }])
      const twice = await env.DB.prepare(
        "select target from changes where type = 'delete' group by room_id, target having count(*) > 1",
      ).first()
      expect(twice).toBe(null)
    }
  })

  it('is for an admin also after the user was deleted, and keeps the messages without it', async () => {
    const { room } = await roomFixture()
    const user = await newUser()
    await say(room, user.name, 'after all')
    await ok('DELETE', `/api/users/${user.id}`)
    expect(await placesOf('after all')).toEqual(['messages.text'])
    await fails(404, 'DELETE', `/api/users/${user.id}?messages=delete`)
    expect(await ok('DELETE', `/api/users/${user.id}?messages=delete`, asAdmin)).toMatchObject({ left: 0 })
    expect(await placesOf('after all')).toEqual([])
    await fails(400, 'DELETE', `/api/users/${user.id}?messages=remove`, asAdmin)
  })

  it.each([true, false])(
    'needs the token of the user, also of an open name (protected: %s)',
    async (isProtected) => {
      const { id, token } = await ok<NewUser>('POST', '/api/users', {
        body: { name: fresh('p'), protected: isProtected },
      })
      expect(await fails(401, 'DELETE', `/api/users/${id}?messages=delete`)).toMatchObject({
        type: '/problems/token-required',
      })
      await fails(403, 'DELETE', `/api/users/${id}?messages=delete`, { token: (await newUser()).token })
      expect(await ok('DELETE', `/api/users/${id}?messages=delete`, { token })).toMatchObject({ left: 0 })
    },
  )

  it('is for an admin alone while the user is banned or muted, because it ends that', async () => {
    const { room, owner, member } = await roomFixture()
    const { id, name, token } = member
    await ok('PATCH', `${room}/member/${name}`, { token: owner.token, body: { ban: {} } })
    expect(await fails(403, 'DELETE', `/api/users/${id}?messages=delete`, { token })).toMatchObject({
      type: '/problems/not-allowed',
    })
    expect(await ok('GET', `/api/users/${id}`)).toMatchObject({ name })
    await fails(403, 'POST', `${room}/message`, { body: { userName: name, message: 'x' } })
    await ok('DELETE', `/api/users/${id}?messages=delete`, asAdmin)
    const muted = await newUser()
    await ok('PUT', room, { body: { userName: muted.name } })
    await ok('PATCH', `${room}/member/${muted.name}`, { token: owner.token, body: { mute: { seconds: 60 } } })
    await fails(403, 'DELETE', `/api/users/${muted.id}?messages=delete`, { token: muted.token })
    // A ban that was lifted is against nothing.
    const [other, boss] = [await newUser(), await newUser()]
    await ok('PATCH', `/api/users/${boss.id}`, { ...asAdmin, body: { role: 'admin' } })
    await ok('PUT', `/api/users/${other.id}/ban`, { ...asAdmin, body: {} })
    await fails(403, 'DELETE', `/api/users/${other.id}?messages=delete`, { token: other.token })
    await ok('DELETE', `/api/users/${other.id}/ban`, { token: boss.token })
    await ok('DELETE', `/api/users/${other.id}?messages=delete`, { token: other.token })
  })
})
