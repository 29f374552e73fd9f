/// <reference path="../../../src/client/element/css.d.ts" />
import { expect, it, vi } from 'vitest'
import type { Room, Sending } from '../../../src/client/client.ts'
import { HeldMessages } from '../../../src/client/element/held-messages.ts'
import type { Notices } from '../../../src/client/element/notices.ts'
import type { ViewContext } from '../../../src/client/element/view-context.ts'

const held = (id: string) => ({ id, userId: 9, userName: 'spammer', message: id, createdAt: id, files: [] })

/** Makes the messages that wait in a room, for a reader who moderates it. Others may become the reader. */
const waiting = (outbox: readonly Partial<Sending>[] = []) => {
  const answers: ((answer: object) => void)[] = []
  const activeClient = {
    userId: 1 as number | undefined,
    userName: 'danny',
    hasToken: true,
    room: () => ({ outbox }) as Partial<Room>,
    request: () => new Promise<object>((resolve) => answers.push(resolve)),
  }
  const conversation = {
    name: 'lobby',
    isModerator: true,
    chatroom: { approval: 'all', owner: null },
    connection: { state: 'live' },
    isMine: ({ userId }: { userId?: number }) => userId === activeClient.userId,
  }
  const context = { activeClient, conversation, requestUpdate: () => undefined, localizer: {} }
  const messages = new HeldMessages(context as unknown as ViewContext, {} as Notices)
  const answer = async (body: object) => {
    await vi.waitUntil(() => answers.length > 0)
    answers.shift()?.(body)
    await new Promise((resolve) => setTimeout(resolve))
  }
  const ids = () => messages.messages.map(({ id }) => id)
  return { messages, activeClient, answer, ids }
}

it('older messages that wait are not shown to somebody else who has become the reader', async () => {
  const { messages, activeClient, answer, ids } = waiting()
  const loaded = messages.load()
  await answer({ held: [held('b')], next: '/older' })
  await loaded
  const older = messages.loadOlder()
  activeClient.userId = 2
  await answer({ held: [held('a')], next: null })
  await older
  expect(ids()).toEqual(['b'])
  // The next update forgets all of them.
  activeClient.hasToken = false
  Object.assign(activeClient, { userId: 3 })
  messages.button()
  expect([ids(), messages.next]).toEqual([[], null])
})

it('a message that waits is not discarded because somebody else, who may not see it, is the reader', async () => {
  const discard = vi.fn()
  const own = vi.fn()
  const { messages, answer } = waiting([
    { held: 'theirs', at: 0, as: { userId: 7, userName: 'eve' }, discard },
    { held: 'own', at: 0, as: { userId: 1, userName: 'danny' }, discard: own },
  ])
  const loaded = messages.load()
  await answer({ held: [], next: null })
  await loaded
  expect([discard.mock.calls.length, own.mock.calls.length]).toEqual([0, 1])
})
