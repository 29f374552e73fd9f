import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Chatroom, HistoryPage, Message, Parlour, Room, RoomEvent } from '../../../src/client/client.ts'
import { Conversation } from '../../../src/client/element/conversation.ts'

/** The time after which the conversation loads again what has failed. */
const RETRY_MILLISECONDS = 5000
const FRAME_MILLISECONDS = 16

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

const page = (messages: Message[], seq: number, more = true): HistoryPage => ({
  messages,
  quoted: [],
  older: false,
  more,
  next: null,
  seq,
})

/** Opens a conversation whose newest page has the message 5, as a view does that asks for older messages in the frame after each change. */
const opened = async (answers: (() => Promise<HistoryPage>)[]) => {
  let receive: (event: RoomEvent) => void = () => undefined
  const asked: (number | undefined)[] = []
  let frame: ReturnType<typeof setTimeout> | undefined
  const subscribed = Promise.withResolvers<void>()
  const room = {
    name: 'lobby',
    outbox: [],
    onOutbox: () => () => undefined,
    page: (query) => {
      asked.push(query?.before)
      return (answers.shift() ?? (() => new Promise<never>(() => undefined)))()
    },
    create: () => Promise.resolve({} as Chatroom),
    show: () => new Promise<never>(() => undefined),
    subscribe: (onEvent) => {
      receive = onEvent
      subscribed.resolve()
      return { connection: { state: 'live' }, close: () => undefined }
    },
  } as Partial<Room> as Room
  const client = { room: () => room, onIdentity: () => () => undefined } as Partial<Parlour> as Parlour
  const conversation: Conversation = new Conversation(client, 'lobby', {
    changed: () => {
      if (frame) return
      frame = setTimeout(() => {
        frame = undefined
        if (conversation.timeline.first === 5) void conversation.loadOlder()
      }, FRAME_MILLISECONDS)
    },
    keepalive: () => false,
    loadFiles: async () => {},
    refused: () => undefined,
    happened: () => undefined,
  })
  conversation.open()
  await subscribed.promise
  await vi.advanceTimersByTimeAsync(3 * FRAME_MILLISECONDS)
  const seqs = () => conversation.timeline.entries.map(({ seq }) => seq)
  return { conversation, asked, seqs, receive: (event: RoomEvent) => receive(event) }
}

const failing = () => Promise.reject(new TypeError('fetch failed'))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it.each([
  ['that could not be loaded', failing],
  ['of which a replica has only some', () => Promise.resolve(page([message(1)], 2, false))],
])('older messages %s are asked for again after a pause', async (_, answer) => {
  const { conversation, asked, seqs } = await opened([
    () => Promise.resolve(page([message(5)], 5)),
    answer,
    () => Promise.resolve(page([message(4)], 5, false)),
  ])
  expect(asked).toEqual([undefined, 5])
  expect(conversation.isLoadingOlder).toBe(false)
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS / 2)
  expect(asked).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS)
  expect(asked).toEqual([undefined, 5, 5])
  expect(seqs()).toEqual([4, 5])
  conversation.close()
})

it('after a reset, the newest messages are loaded again until that succeeds', async () => {
  const { conversation, asked, seqs, receive } = await opened([
    () => Promise.resolve(page([message(5)], 5, false)),
    failing,
    failing,
    () => Promise.resolve(page([message(2), message(3)], 3, false)),
  ])
  receive({ type: 'reset', seq: 3 })
  await vi.advanceTimersByTimeAsync(2 * RETRY_MILLISECONDS)
  expect(seqs()).toEqual([2, 3])
  expect(asked).toHaveLength(4)
  receive({ type: 'reset', seq: 1 })
  conversation.close()
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS)
  expect(asked).toHaveLength(5)
})
