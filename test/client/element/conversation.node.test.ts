import { expect, it } from 'vitest'
import type { Chatroom, HistoryPage, Message, Parlour, Room, Sending } from '../../../src/client/client.ts'
import { Conversation } from '../../../src/client/element/conversation.ts'
import { ParlourError } from '../../../src/client/error.ts'

const message = (seq: number): Message => ({
  seq,
  chatroom: 'lobby',
  userId: 1,
  userName: 'danny',
  avatar: null,
  message: `number ${seq}`,
  createdAt: '2026-11-21T12:00:00.000Z',
  replyTo: null,
  mentions: [],
  reactions: [],
  files: [],
})

it('listens from the end of its page, although an own message has a higher number', async () => {
  const page = Promise.withResolvers<HistoryPage>()
  const listening = Promise.withResolvers<number | undefined>()
  const mine: Sending = {
    key: 'key',
    text: 'number 12',
    replyTo: undefined,
    files: [],
    at: 0,
    state: 'sent',
    done: Promise.resolve(message(12)),
    retry: () => undefined,
    discard: () => undefined,
  }
  const room = {
    name: 'lobby',
    outbox: [mine],
    onOutbox: () => () => undefined,
    page: () => page.promise,
    create: () => Promise.resolve({} as Chatroom),
    show: () => new Promise<never>(() => undefined),
    subscribe: (_, options) => {
      listening.resolve(options?.after)
      return { connection: { state: 'live' }, close: () => undefined }
    },
  } as Partial<Room> as Room
  const client = {
    userName: 'danny',
    room: () => room,
    onIdentity: () => () => undefined,
  } as Partial<Parlour> as Parlour
  const conversation = new Conversation(client, 'lobby', {
    changed: () => undefined,
    keepalive: () => false,
    loadFiles: async () => {},

    refused: () => undefined,
    happened: () => undefined,
  })
  conversation.open()
  await mine.done
  // 10 and 11 are another user's, and were stored after the page was read.
  page.resolve({
    quoted: [],
    older: false,
    messages: [message(8), message(9)],
    more: true,
    next: null,
    seq: 9,
  })
  expect(await listening.promise).toBe(9)
  expect(conversation.timeline.entries.map(({ seq }) => seq)).toEqual([8, 9, 12])
  conversation.close()
})

it.each([
  [401, 'token-required'],
  [403, 'not-allowed'],
  [429, 'chatroom-limit'],
])(
  'shows an empty room that the visitor may not make (%i %s), and listens until somebody makes it',
  async (status, type) => {
    const listening = Promise.withResolvers<number | undefined>()
    const refused = new ParlourError(
      status,
      { type: `/problems/${type}`, title: '', status, detail: 'x', instance: '' },
      status === 429 ? 3600 : undefined,
    )
    const room = {
      name: 'new',
      outbox: [],
      onOutbox: () => () => undefined,
      page: () => new Promise<never>(() => undefined),
      create: () => Promise.reject(refused),
      subscribe: (_, options) => {
        listening.resolve(options?.after)
        return { connection: { state: 'no room', problem: refused }, close: () => undefined }
      },
    } as Partial<Room> as Room
    const client = { room: () => room, onIdentity: () => () => undefined } as Partial<Parlour> as Parlour
    const ignore = () => undefined
    const hooks = {
      changed: ignore,
      keepalive: () => false,
      loadFiles: async () => {},
      refused: ignore,
      happened: ignore,
    }
    const conversation = new Conversation(client, 'new', hooks)
    conversation.open()
    expect(await listening.promise).toBe(0)
    expect([conversation.connection.state, conversation.isLoaded]).toEqual(['no room', true])
    conversation.close()
  },
)

it('knows the reader’s messages by the id of their author, which a rename does not change', () => {
  const client = { userName: 'daniel', userId: 7, room: () => ({}) as Room } as Partial<Parlour> as Parlour
  const nothing = () => undefined
  const conversation = new Conversation(client, 'lobby', {
    changed: nothing,
    keepalive: () => false,
    loadFiles: async () => {},

    refused: nothing,
    happened: nothing,
  })
  expect(conversation.isMine({ ...message(1), userName: 'danny', userId: 7 })).toBe(true)
  expect(conversation.isMine({ ...message(1), userName: 'daniel', userId: 8 })).toBe(false)
  expect(conversation.isMine({ ...message(1), userName: null, userId: null })).toBe(false)
})
