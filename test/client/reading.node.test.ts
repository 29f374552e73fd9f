import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { type Message, parlour } from '../../src/client/client.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer({ AVATAR_HOSTS: 'pictures.example' })
const { url } = server
beforeAll(server.start)
afterAll(server.remove)

let count = 0
const fresh = (what: string): string => `${what}-${++count}`

/** Opens a new room in which a writer has said these texts, as a reader who is a member. */
const roomWithReader = async (...texts: string[]) => {
  const writer = parlour(url)
  await writer.signIn({ name: fresh('writer') })
  const name = fresh('room')
  await writer.room(name).create()
  for (const text of texts) await writer.room(name).send(text).done
  const client = parlour(url)
  await client.signIn({ name: fresh('reader') })
  const room = client.room(name)
  await room.join()
  return { client, room, writer }
}

it('marks what is read, by a request or on the connection, and lists what is not', async () => {
  const { client, room } = await roomWithReader('1', '2', '3')
  const own = async () => (await client.chatrooms()).chatrooms
  expect(await own()).toMatchObject([{ name: room.name, lastSeq: 3, readSeq: 0, unread: 3 }])
  await room.markRead(1)
  expect(await own()).toMatchObject([{ readSeq: 1, unread: 2 }])

  const sent = vi.spyOn(globalThis, 'fetch')
  onTestFinished(() => sent.mockRestore())
  const live = Promise.withResolvers<void>()
  const subscription = room.subscribe(() => undefined, {
    onConnection: ({ state }) => state === 'live' && live.resolve(),
  })
  onTestFinished(() => subscription.close())
  await live.promise
  await room.markRead(3)
  expect(sent.mock.calls.filter(([input]) => String(input).includes('/read'))).toEqual([])
  await vi.waitFor(async () => expect(await own()).toMatchObject([{ readSeq: 3, unread: 0 }]), {
    timeout: 10_000,
  })
})

it('rejects a mark of somebody who is no member', async () => {
  const { room } = await roomWithReader('1')
  const guest = parlour(url)
  await guest.signIn({ name: fresh('guest') })
  await expect(guest.room(room.name).markRead(1)).rejects.toMatchObject({
    type: '/problems/member-not-found',
  })
})

it('searches a room, and gives the messages of an author', async () => {
  const { client, room, writer } = await roomWithReader('lunch?', 'no', 'LUNCH!')
  const { messages, next } = await room.page({ q: 'lunch', limit: 1 })
  expect(messages).toMatchObject([{ message: 'LUNCH!', found: [[0, 5]] }])
  const older = await client.request<{ messages: Message[]; next: null }>('GET', next ?? '')
  expect(older).toMatchObject({ messages: [{ message: 'lunch?' }], next: null })
  const { messages: own } = await room.page({ author: writer.userName ?? '' })
  expect(own.map(({ message }) => message)).toEqual(['lunch?', 'no', 'LUNCH!'])
  await expect(room.page({ q: '""' })).rejects.toMatchObject({ status: 400 })
})

it('sets and removes a picture, and lists mentions, also without a token', async () => {
  const { client } = await roomWithReader()
  const avatar = 'https://pictures.example/me.png'
  expect(await client.setAvatar(avatar)).toMatchObject({ name: client.userName, avatar })
  await expect(client.setAvatar('https://elsewhere.example/me.png')).rejects.toMatchObject({ status: 400 })
  expect(await client.setAvatar(null)).toMatchObject({ avatar: null })
  expect(await client.mentions()).toEqual({ messages: [], next: null })
  const open = parlour(url)
  await open.signIn({ name: client.userName ?? '', existing: true })
  expect(await open.mentions()).toEqual({ messages: [], next: null })
  await expect(open.setAvatar(avatar)).rejects.toMatchObject({ status: 401 })
})
