import { expect } from 'vitest'
import type { HeldAnswer, HeldMessage, MessageList } from '../../src/contract'
import { call, newUser, ok } from './api'
import { roomFixture } from './fixtures'

const protectedUser = async () => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { protected: true } })
  return user
}

type Person = { name: string; token: string }

/** Creates a room whose messages wait, with a newcomer under a protected name. */
export const approving = async (approval = 'newcomers') => {
  const fixture = await roomFixture({ approval })
  return { ...fixture, newcomer: await protectedUser() }
}

export const post = (room: string, { token }: Person, message: string, headers = {}, more = {}) =>
  call('POST', `${room}/message`, { token, headers, body: { message, ...more } })

/** Sends a message that must be held, and returns its id. */
export const hold = async (room: string, person: Person, message = 'hello', headers = {}, more = {}) => {
  const response = await post(room, person, message, headers, more)
  expect(response.status, await response.clone().text()).toBe(202)
  const { held, id } = await response.json<HeldAnswer>()
  expect(held).toBe(true)
  return id
}

export const texts = async (room: string, options = {}): Promise<(string | null)[]> => {
  const { messages } = await ok<MessageList>('GET', `${room}/message`, options)
  return messages.map(({ message }) => message)
}

export const waiting = async (room: string, { token }: Person): Promise<HeldMessage[]> =>
  (await ok<{ held: HeldMessage[] }>('GET', `${room}/held`, { token })).held
