import type { Message, MessageList, NewHook } from '../../src/contract'
import { call, fresh, type Options, ok } from './api'
import { roomFixture } from './fixtures'

/** Makes an incoming webhook of a room. */
export const makeHook = (room: string, token: string, name = fresh('bot')): Promise<NewHook> =>
  ok('POST', `${room}/hook`, { token, body: { name } })

/** Posts to an incoming webhook, and returns the status and the text of the answer. */
export const post = async (
  { url }: { url: string },
  body: unknown,
  options: Options = {},
): Promise<[number, string]> => {
  const response = await call('POST', new URL(url).pathname, { ...options, body })
  return [response.status, await response.text()]
}

/** Creates a room with an owner, a moderator, a member, a guest and an incoming webhook. */
export const roomWithHook = async () => {
  const fixture = await roomFixture()
  return { ...fixture, hook: await makeHook(fixture.room, fixture.owner.token) }
}

/** Returns the last message of a room. */
export const newest = async (room: string): Promise<Message | undefined> =>
  (await ok<MessageList>('GET', `${room}/message`)).messages.at(-1)
