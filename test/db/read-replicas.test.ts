import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Message, MessageList, NewUser } from '../../src/contract'
import { call, fresh, newUser, type Options, roomWithUser } from '../support/api'
import { Replicated } from '../support/replica'

const NEAR = 0
const FAR = 1

let replicated: Replicated
let room: string
let userName: string
beforeEach(async () => {
  for (const db of [env.NEAR, env.FAR]) await applyD1Migrations(db, env.MIGRATIONS)
  const made = await roomWithUser()
  room = made.room
  userName = made.userName
  replicated = new Replicated(env.NEAR, env.FAR)
  await replicated.catchUp(NEAR)
  await replicated.catchUp(FAR)
})

/** Sends a request as a client that returns its last bookmark, unless it is `forgetful`. */
const client = ({ forgetful = false } = {}) => {
  let bookmark: string | null = null
  return async <Answer>(method: string, path: string, options: Options = {}) => {
    const headers = { ...options.headers, ...(bookmark !== null && { 'x-d1-bookmark': bookmark }) }
    const response = await call(method, path, { ...options, headers, db: replicated.db })
    if (!forgetful) bookmark = response.headers.get('x-d1-bookmark')
    const { status } = response
    return {
      status,
      bookmark: response.headers.get('x-d1-bookmark') ?? '',
      body: await response.json<Answer>(),
    }
  }
}
type Client = ReturnType<typeof client>

const post = (ask: Client, message: string) =>
  ask<Message>('POST', `${room}/message`, { body: { userName, message } })
const texts = async (ask: Client) =>
  (await ask<MessageList>('GET', `${room}/message`)).body.messages.map(({ message }) => message)

describe('with replicas that lag behind', () => {
  it('without a bookmark, a read may return an older state', async () => {
    const ask = client({ forgetful: true })
    expect((await post(ask, 'one')).status).toBe(201)
    expect(await texts(ask)).toEqual([])
    await replicated.catchUp(NEAR)
    expect(await texts(ask)).toEqual(['one'])
    // The first message of a user takes two round trips: the second one makes it a member.
    expect(replicated.asked).toEqual(['primary', 'primary', `replica ${NEAR}`, `replica ${NEAR}`])
  })

  it('a read without a bookmark that a replica denies is made at the primary', async () => {
    const ask = client({ forgetful: true })
    const body = { name: fresh('anna'), protected: true }
    const { token, id } = (await ask<NewUser>('POST', '/api/users', { body })).body
    for (const path of ['/api/users/me', '/api/users/me/chatroom', `${room}/message`, `/api/users/${id}`])
      expect(await ask('GET', path, { token })).toMatchObject({ status: 200 })
    const name = fresh('new-room')
    await ask('POST', '/api/chatroom', { token, body: { name } })
    expect(await ask('GET', `/chatroom/${name}/message`)).toMatchObject({ status: 200 })
    expect(await ask('GET', `/chatroom/${fresh('nowhere')}/message`)).toMatchObject({ status: 404 })
    expect(await ask('GET', '/api/users/me', { token: 'not-a-token' })).toMatchObject({ status: 401 })
  })

  it('so is one that is answered with less, because the replica does not know the room or the reader', async () => {
    const ask = client({ forgetful: true })
    const { token, name } = (await ask<NewUser>('POST', '/api/users', { body: { name: fresh('anna') } })).body
    const made = `/chatroom/${fresh('new-room')}`
    await ask('POST', '/api/chatroom', { token, body: { name: made.slice(10) } })
    await ask('POST', `${made}/message`, { token, body: { message: 'one' } })
    const page = await ask<MessageList>('GET', `${made}/message?ifMissing=empty`)
    expect(page.body.messages).toHaveLength(1)
    expect(await ask('GET', `/api/users?name=${name}`)).toMatchObject({ body: { users: [{ name }] } })

    await ask('PUT', `${made}/pin/1`, { token })
    await ask('PATCH', made, { token, body: { readers: 'members' } })
    await replicated.catchUp(NEAR)
    const { token: other, name: userName } = await newUser()
    await ask('PATCH', `${made}/member/${userName}`, { token, body: { role: 'member' } })
    expect(await ask('GET', made, { token: other })).toMatchObject({ body: { pinned: [1] } })
    expect(await ask('GET', made)).toMatchObject({ body: { pinned: [] } })
  })

  it('with `first-primary`, a read returns what a frame has stored, whose answer has no bookmark', async () => {
    const ask = client({ forgetful: true })
    await post(ask, 'one')
    const headers = { 'x-d1-bookmark': 'first-primary' }
    const { body } = await ask<MessageList>('GET', `${room}/message`, { headers })
    expect(body.messages.map(({ message }) => message)).toEqual(['one'])
    expect(replicated.asked).toEqual(['primary', 'primary', 'primary'])
  })

  it('with the bookmark of a write, a read returns the message, the room or the name', async () => {
    const ask = client()
    const sent = await post(ask, 'one')
    expect(await texts(ask)).toEqual(['one'])
    expect((await ask('GET', `${room}/message/${sent.body.seq}`)).status).toBe(200)
    const name = room.replace('/chatroom/', 'other-')
    expect((await ask('POST', '/api/chatroom', { body: { name } })).status).toBe(201)
    expect((await ask('GET', `/chatroom/${name}`)).status).toBe(200)
    const user = await ask<{ id: number }>('POST', '/api/users', { body: { name: `${userName}-2` } })
    expect((await ask('GET', `/api/users/${user.body.id}`)).status).toBe(200)
    expect(new Set(replicated.asked)).toEqual(new Set(['primary']))
  })

  it('reads from the nearest again as soon as that is new enough', async () => {
    const ask = client()
    await post(ask, 'one')
    await replicated.catchUp(NEAR)
    expect(await texts(ask)).toEqual(['one'])
    expect(replicated.asked.at(-1)).toBe(`replica ${NEAR}`)
  })

  it('with the bookmark of a read, the next replica is not older', async () => {
    const writer = client()
    const reader = client()
    const forgetful = client({ forgetful: true })
    await post(writer, 'one')
    await replicated.catchUp(NEAR)
    expect(await texts(reader)).toEqual(['one'])
    expect(await texts(forgetful)).toEqual(['one'])
    replicated.nearest = FAR
    expect(await texts(reader)).toEqual(['one'])
    expect(await texts(forgetful)).toEqual([])
  })

  it('going from answer to answer never goes backwards, whichever replica is nearest', async () => {
    const writer = client()
    const reader = client()
    const bookmarks: string[] = []
    let count = 0
    for (let turn = 0; turn < 24; turn++) {
      if (turn % 3 === 0) await post(writer, `message ${turn}`)
      if (turn % 5 === 0) await replicated.catchUp(turn % 2 === 0 ? NEAR : FAR)
      replicated.nearest = turn % 4 < 2 ? NEAR : FAR
      const { bookmark, body } = await reader<MessageList>('GET', `${room}/message`)
      expect(body.messages.length).toBeGreaterThanOrEqual(count)
      count = body.messages.length
      bookmarks.push(bookmark)
    }
    expect(bookmarks).toEqual(bookmarks.toSorted())
    expect(new Set(replicated.asked)).toEqual(new Set(['primary', `replica ${NEAR}`, `replica ${FAR}`]))
  })

  it('a write sees the current state, with a bookmark and without', async () => {
    const ask = client({ forgetful: true })
    const first = await post(ask, 'one')
    const edited = await ask<Message>('PATCH', `${room}/message/${first.body.seq}`, {
      body: { userName, message: 'two' },
    })
    expect([edited.status, edited.body.message]).toEqual([200, 'two'])
    expect((await post(client(), 'three')).body.seq).toBe(3)
  })
})
