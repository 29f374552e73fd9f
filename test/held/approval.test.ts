import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { HeldAnswer, HeldMessage, Message, MessageList } from '../../src/contract'
import { call, fails, fresh, newUser, ok, say } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'

const protectedUser = async () => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { protected: true } })
  return user
}

type Person = { name: string; token: string }

/** Creates a room whose messages wait, with a newcomer under a protected name. */
const approving = async (approval = 'newcomers') => {
  const fixture = await roomFixture({ approval })
  return { ...fixture, newcomer: await protectedUser() }
}

const post = (room: string, { token }: Person, message: string, headers = {}, more = {}) =>
  call('POST', `${room}/message`, { token, headers, body: { message, ...more } })

/** Sends a message that must be held, and returns its id. */
const hold = async (room: string, person: Person, message = 'hello', headers = {}, more = {}) => {
  const response = await post(room, person, message, headers, more)
  expect(response.status, await response.clone().text()).toBe(202)
  const { held, id } = await response.json<HeldAnswer>()
  expect(held).toBe(true)
  return id
}

const texts = async (room: string, options = {}): Promise<(string | null)[]> => {
  const { messages } = await ok<MessageList>('GET', `${room}/message`, options)
  return messages.map(({ message }) => message)
}

const waiting = async (room: string, { token }: Person): Promise<HeldMessage[]> =>
  (await ok<{ held: HeldMessage[] }>('GET', `${room}/held`, { token })).held

describe('a message of a newcomer', () => {
  it('waits until a moderator approves it, and then its author waits no longer', async () => {
    const { room, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    expect(await texts(room)).toEqual([])
    expect(await waiting(room, moderator)).toMatchObject([
      { id, userName: newcomer.name, message: 'hello', replyTo: null, edits: null },
    ])
    const stored = await ok<Message>('PUT', `${room}/held/${id}`, { token: moderator.token })
    expect(stored).toMatchObject({ seq: 1, userName: newcomer.name, message: 'hello' })
    expect(await texts(room)).toEqual(['hello'])
    expect(await waiting(room, moderator)).toEqual([])
    expect((await post(room, newcomer, 'again')).status).toBe(201)
    expect((await post((await approving()).room, newcomer, 'elsewhere')).status).toBe(201)
    expect(await ok('GET', room)).toMatchObject({ memberCount: 3 })
  })

  it('is stored once, however often it is approved at once', async () => {
    const { room, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    const approve = () => call('PUT', `${room}/held/${id}`, { token: moderator.token })
    const statuses = (await Promise.all([approve(), approve(), approve()])).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 404, 404])
    expect(await texts(room)).toEqual(['hello'])
  })

  it('is refused, and its author still waits', async () => {
    const { room, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    expect(await ok('DELETE', `${room}/held/${id}`, { token: moderator.token })).toEqual({
      id,
      refused: true,
    })
    await fails(404, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    await fails(404, 'DELETE', `${room}/held/${id}`, { token: moderator.token })
    expect(await texts(room)).toEqual([])
    await hold(room, newcomer, 'again')
    const { entries } = await ok<{ entries: object[] }>('GET', `${room}/audit`, { token: moderator.token })
    expect(entries).toMatchObject([{ action: 'refuse', by: moderator.name, to: newcomer.name }, {}, {}])
  })

  it('may be taken back by its author', async () => {
    const { room, newcomer } = await approving()
    const id = await hold(room, newcomer)
    expect(await ok('GET', `${room}/held/${id}`, { token: newcomer.token })).toMatchObject({ id })
    await ok('DELETE', `${room}/held/${id}`, { token: newcomer.token })
    expect(await waiting(room, newcomer)).toEqual([])
  })

  it('costs no row of the log, and takes no number', async () => {
    const { room, newcomer, moderator } = await approving()
    await hold(room, newcomer, 'one')
    await hold(room, newcomer, 'two')
    await ok('POST', `${room}/message`, { token: moderator.token, body: { message: 'first' } })
    expect(await ok('PUT', `${room}/held?author=${newcomer.name}`, { token: moderator.token })).toEqual({
      approvedCount: 2,
    })
    expect(await texts(room)).toEqual(['first', 'one', 'two'])
  })
})

describe('messages wait', () => {
  it('of every open name, also after one of them was approved', async () => {
    const { room, moderator, guest } = await approving()
    const send = () => call('POST', `${room}/message`, { body: { userName: guest.name, message: 'hi' } })
    const { id } = await (await send()).json<HeldAnswer>()
    await ok('PUT', `${room}/held/${id}`, { token: moderator.token })
    expect((await send()).status).toBe(202)
    expect((await post(room, guest, 'with a token')).status).toBe(202)
  })

  it('of everybody with `all`, but for those with a role', async () => {
    const { room, owner, moderator, member, newcomer } = await approving('all')
    const id = await hold(room, newcomer)
    await ok('PUT', `${room}/held/${id}`, { token: moderator.token })
    await hold(room, newcomer, 'again')
    await hold(room, member)
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'x' } })
    const { db, cost } = counting()
    await ok('POST', `${room}/message`, { db, token: moderator.token, body: { message: 'x' } })
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
    const admin = { token: 'the-admin', env: { ADMIN_TOKEN: 'the-admin' } }
    const body = { userName: member.name, message: 'x' }
    expect((await call('POST', `${room}/message`, { ...admin, body })).status).toBe(201)
    // A moderator's name without the token is nobody's.
    const unproven = { userName: moderator.name, message: 'x' }
    expect((await call('POST', `${room}/message`, { body: unproven })).status).toBe(202)
  })

  it('by the var APPROVAL, unless the room says otherwise', async () => {
    const { room, owner, member } = await roomFixture()
    const send = () =>
      call('POST', `${room}/message`, {
        env: { APPROVAL: 'all' },
        body: { userName: member.name, message: 'x' },
      })
    expect((await send()).status).toBe(202)
    await ok('PATCH', room, { token: owner.token, body: { approval: 'none' } })
    expect((await send()).status).toBe(201)
  })
})

describe('nobody else learns of a held message', () => {
  it('by any list, count, number, search, tag or mark', async () => {
    const { room, member, newcomer, moderator } = await approving()
    await ok('POST', `${room}/message`, { token: moderator.token, body: { message: 'first' } })
    await ok('PUT', room, { token: newcomer.token, body: {} })
    const name = room.split('/').at(-1)
    const paths = [
      room,
      `${room}/message`,
      `${room}/message?q=secret`,
      `${room}/message?author=${newcomer.name}`,
      `${room}/message?after=0`,
      `${room}/member`,
      `${room}/pin`,
      `/api/chatroom?name=${name}`,
      `/api/users/me/chatroom?userName=${member.name}`,
      `/api/users/me/mention?userName=${member.name}`,
    ]
    const look = () =>
      Promise.all(
        paths.map(async (path) => {
          const response = await call('GET', path)
          const { etag, 'parlour-seq': seq } = Object.fromEntries(response.headers)
          return [path, response.status, etag, seq, await response.text()]
        }),
      )
    const before = await look()
    const id = await hold(room, newcomer, `secret @${member.name}`)
    expect(await look()).toEqual(before)
    const wrong = fresh('id')
    for (const { token } of [member, await newUser()])
      for (const method of ['GET', 'DELETE']) {
        const { detail: there } = await fails(404, method, `${room}/held/${id}`, { token })
        const { detail: notThere } = await fails(404, method, `${room}/held/${wrong}`, { token })
        expect(there.replace(id, '')).toBe(notThere.replace(wrong, ''))
        await fails(403, 'PUT', `${room}/held/${id}`, { token })
        expect(await waiting(room, { name: '', token })).toEqual([])
      }
    expect(await ok('DELETE', `${room}/held?author=${newcomer.name}`, { token: member.token })).toEqual({
      refusedCount: 0,
    })
    await fails(403, 'PUT', `${room}/held?author=${newcomer.name}`, { token: member.token })
    for (const method of ['GET', 'DELETE']) {
      await fails(404, method, `${room}/held/${id}`)
      await fails(401, method, `${room}/held/${id}?userName=${newcomer.name}`)
    }
    await fails(401, 'GET', `${room}/held`)
    expect(await waiting(room, moderator)).toHaveLength(1)
  })

  it('under an open name without its random id', async () => {
    const { room, guest } = await approving()
    const body = { userName: guest.name, message: 'mine' }
    const { id } = await ok<HeldAnswer>('POST', `${room}/message`, { body })
    expect(id).toMatch(/^[\w-]{22}$/)
    await fails(404, 'GET', `${room}/held/${id}?userName=${(await newUser()).name}`)
    expect(await ok('GET', `${room}/held/${id}?userName=${guest.name}`)).toMatchObject({ message: 'mine' })
    await ok('DELETE', `${room}/held/${id}?userName=${guest.name}`)
  })
})

describe('a repeat under one key', () => {
  it('is held once, also when many come at once', async () => {
    const { room, moderator, newcomer } = await approving()
    const headers = { 'Idempotency-Key': fresh('key') }
    const answers = await Promise.all([1, 2, 3].map(() => post(room, newcomer, 'once', headers)))
    const ids = await Promise.all(answers.map(async (answer) => (await answer.json<HeldAnswer>()).id))
    expect(new Set(ids).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed'))).toHaveLength(2)
    expect(await waiting(room, moderator)).toHaveLength(1)
    expect((await post(room, newcomer, 'another', headers)).status).toBe(422)
  })

  it('answers with the message after it was approved, and with the first answer after it was refused', async () => {
    const { room, moderator, newcomer } = await approving()
    const [approved, refused] = [fresh('key'), fresh('key')].map((key) => ({
      'Idempotency-Key': key,
      'Parlour-After': '0',
    }))
    const id = await hold(room, newcomer, 'no', refused)
    await ok('DELETE', `${room}/held/${id}`, { token: moderator.token })
    expect(await hold(room, newcomer, 'no', refused)).toBe(id)
    const other = await hold(room, newcomer, 'yes', approved)
    await ok('PUT', `${room}/held/${other}`, { token: moderator.token })
    for (const _ of [1, 2]) {
      const again = await post(room, newcomer, 'yes', approved)
      expect(again.status).toBe(201)
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      expect(await again.json()).toMatchObject({ seq: 1, message: 'yes' })
    }
    expect(await hold(room, newcomer, 'no', refused)).toBe(id)
    expect(await texts(room)).toEqual(['yes'])
  })
})

describe('an edit', () => {
  it('that would be held is held: the old text stays until it is approved', async () => {
    const { room, owner, moderator, newcomer } = await approving('none')
    await ok('POST', `${room}/message`, { token: newcomer.token, body: { message: 'good' } })
    await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
    const edit = async (message: string) => {
      const response = await call('PATCH', `${room}/message/1`, { token: newcomer.token, body: { message } })
      return { status: response.status, ...(await response.json<{ id?: string }>()) }
    }
    expect((await edit('bad')).status).toBe(202)
    const { status, id } = await edit('better')
    expect(status).toBe(202)
    expect((await edit('good')).status).toBe(200)
    expect(await texts(room)).toEqual(['good'])
    expect(await waiting(room, moderator)).toMatchObject([{ id, edits: 1, message: 'better' }])
    expect(await ok('PUT', `${room}/held/${id}`, { token: moderator.token })).toMatchObject({
      seq: 1,
      message: 'better',
      editedAt: expect.any(String),
    })
    expect(await texts(room)).toEqual(['better'])
    const other = await edit('lost')
    await ok('DELETE', `${room}/message/1`, { token: newcomer.token })
    expect(await fails(404, 'PUT', `${room}/held/${other.id}`, { token: moderator.token })).toMatchObject({
      type: '/problems/message-not-found',
    })
  })
})

describe('before a message is held', () => {
  it('blocked words, links and slow mode refuse it', async () => {
    const { room, owner, newcomer } = await approving()
    await ok('PATCH', room, {
      token: owner.token,
      body: { blockedWords: ['casino'], newcomerLinkSeconds: 60, slowModeSeconds: 60 },
    })
    expect((await post(room, newcomer, 'the casino')).status).toBe(403)
    expect((await post(room, newcomer, 'https://x.example')).status).toBe(403)
    await hold(room, newcomer)
    expect((await post(room, newcomer, 'too soon')).status).toBe(429)
  })

  it('the bound for one author refuses it', async () => {
    const { room, newcomer } = await approving()
    for (let i = 0; i < 20; i++) await hold(room, newcomer, `${i}`)
    const refused = await post(room, newcomer, 'one more')
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ type: '/problems/too-many-held' })
    await hold((await approving()).room, newcomer)
  })
})

describe('at the approval', () => {
  it.each([
    ['ban', 'not-approvable'],
    ['mute', 'not-approvable'],
  ])('a %s of the author stops it', async (kind, problem) => {
    const { room, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    const path = `${room}/member/${newcomer.name}`
    await ok('PATCH', path, { token: moderator.token, body: { [kind]: {} } })
    const refused = await fails(409, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    expect(refused).toMatchObject({ type: `/problems/${problem}` })
    expect(await texts(room)).toEqual([])
    await ok('PATCH', path, { token: moderator.token, body: { [kind]: null } })
    await ok('PUT', `${room}/held/${id}`, { token: moderator.token })
  })

  it('an archived room, a deleted author and a room that was made again stop it', async () => {
    const { room, owner, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    await ok('PATCH', room, { token: owner.token, body: { archived: true } })
    await fails(403, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    await ok('PATCH', room, { token: owner.token, body: { archived: false } })
    await ok('DELETE', `/api/users/${newcomer.id}`, { token: newcomer.token })
    await fails(404, 'PUT', `${room}/held/${id}`, { token: moderator.token })
    expect(await waiting(room, moderator)).toEqual([])
    const other = await approving()
    const lost = await hold(other.room, other.newcomer)
    await ok('DELETE', other.room, { token: other.owner.token })
    const name = other.room.split('/').at(-1)
    await ok('POST', '/api/chatroom', { token: owner.token, body: { name } })
    await fails(404, 'PUT', `${other.room}/held/${lost}`, { token: owner.token })
  })

  it('an author who may not post any more stops it', async () => {
    const { room, owner, moderator, newcomer } = await approving()
    const id = await hold(room, newcomer)
    await ok('PATCH', room, { token: owner.token, body: { posters: 'members' } })
    await fails(409, 'PUT', `${room}/held/${id}`, { token: moderator.token })
  })

  it('mentions and the reply are as in any message', async () => {
    const { room, owner, member, moderator, newcomer } = await approving()
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'first' } })
    const id = await hold(room, newcomer, `@${member.name} hi`, {}, { replyTo: 1 })
    expect((await post(room, newcomer, 'x', {}, { replyTo: 9 })).status).toBe(404)
    expect(await ok('PUT', `${room}/held/${id}`, { token: moderator.token })).toMatchObject({
      replyTo: 1,
      mentions: [member.name],
    })
    expect(await ok('GET', '/api/users/me/mention', { token: member.token })).toMatchObject({
      messages: [{ seq: 2 }],
    })
  })
})

it('a held message expires after 30 days', async () => {
  const { room, moderator, newcomer } = await approving()
  const id = await hold(room, newcomer)
  const old = Date.now() - 30 * 24 * 3_600_000 - 1
  await env.DB.prepare('update held set created_at = ? where id = ?').bind(old, id).run()
  expect(await waiting(room, moderator)).toEqual([])
  await fails(404, 'GET', `${room}/held/${id}`, { token: newcomer.token })
  await fails(404, 'PUT', `${room}/held/${id}`, { token: moderator.token })
  await hold(room, newcomer)
  expect(await env.DB.prepare('select id from held where id = ?').bind(id).first()).toBeNull()
})

it('a list of held messages leads on', async () => {
  const { room, moderator, newcomer } = await approving()
  const ids = [await hold(room, newcomer), await hold(room, newcomer), await hold(room, newcomer)]
  type Page = { held: HeldMessage[]; next: string }
  const first = await ok<Page>('GET', `${room}/held?limit=2`, { token: moderator.token })
  const second = await ok<Page>('GET', first.next, { token: moderator.token })
  expect([...first.held, ...second.held].map(({ id }) => id)).toEqual(ids.toReversed())
  expect(second.next).toBeNull()
})

it('a send of an approved author is one round trip and one row', async () => {
  const { room, moderator, newcomer } = await approving()
  await ok('PUT', `${room}/held/${await hold(room, newcomer)}`, { token: moderator.token })
  await say(room, newcomer.name, 'x', { Authorization: `Bearer ${newcomer.token}` })
  const { db, cost } = counting()
  await ok('POST', `${room}/message`, { db, token: newcomer.token, body: { message: 'x' } })
  expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
})
