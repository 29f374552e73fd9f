import { describe, expect, it } from 'vitest'
import type { HeldAnswer, Message } from '../../src/contract'
import { call, fails, fresh, newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'
import { approving, hold, post, texts, waiting } from '../support/held'

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
    expect((await edit('good')).status).toBe(200)
    expect(await waiting(room, moderator)).toEqual([])
    expect((await edit('worse')).status).toBe(202)
    const { status, id } = await edit('better')
    expect(status).toBe(202)
    expect(await texts(room)).toEqual(['good'])
    expect(await waiting(room, moderator)).toMatchObject([{ id, edits: 1, message: 'better' }])
    expect(await ok('PUT', `${room}/held/${id}`, { token: moderator.token })).toMatchObject({
      seq: 1,
      message: 'better',
      editedAt: expect.any(String),
    })
    expect(await texts(room)).toEqual(['better'])
  })

  it.each(['newcomer', 'moderator'] as const)('goes with its message, deleted by the %s', async (who) => {
    const { room, owner, ...people } = await approving('none')
    const { newcomer, moderator } = people
    await ok('POST', `${room}/message`, { token: newcomer.token, body: { message: 'good' } })
    await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
    await ok('PATCH', `${room}/message/1`, { token: newcomer.token, body: { message: 'bad' } })
    expect(await waiting(room, moderator)).toHaveLength(1)
    await ok('DELETE', `${room}/message/1`, { token: people[who].token })
    expect(await waiting(room, moderator)).toEqual([])
  })

  it('of a message that was deleted with others can only be refused, and says so', async () => {
    const { room, owner, newcomer, moderator } = await approving('none')
    await ok('POST', `${room}/message`, { token: newcomer.token, body: { message: 'good' } })
    await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
    await ok('PATCH', `${room}/message/1`, { token: newcomer.token, body: { message: 'bad' } })
    await ok(
      'DELETE',
      `${room}/message?author=${newcomer.name}&from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z`,
      {
        token: moderator.token,
      },
    )
    const [edit] = await waiting(room, moderator)
    const path = `${room}/held/${edit?.id}`
    expect(await fails(404, 'PUT', path, { token: moderator.token })).toMatchObject({
      type: '/problems/message-not-found',
      detail: "Message 1 is deleted, so this edit of it can't be approved. Refuse the edit.",
    })
    await ok('DELETE', path, { token: moderator.token })
    expect(await waiting(room, moderator)).toEqual([])
  })
})
