import { expect, it } from 'vitest'
import type { Chatroom, NewUser } from '../../src/contract'
import { fails, fresh, newUser, ok } from '../support/api'
import { roomIdOf } from '../support/live'

it('a user that is refused burns no id', async () => {
  const { id, name } = await newUser()
  for (let i = 0; i < 3; i++) await fails(409, 'POST', '/api/users', { body: { name } })
  expect((await newUser()).id).toBe(id + 1)
})

it('a room that is refused burns no id', async () => {
  const create = (name: string) => ok<Chatroom>('POST', '/api/chatroom', { body: { name } })
  const name = fresh('room')
  await create(name)
  const user = await ok<NewUser>('POST', '/api/users', { body: { name: fresh('user') } })
  await fails(409, 'POST', '/api/chatroom', { body: { name } })
  await fails(409, 'POST', '/api/chatroom', { body: { name }, token: user.token })
  const next = fresh('room')
  await create(next)
  expect(await roomIdOf(`/chatroom/${next}`)).toBe((await roomIdOf(`/chatroom/${name}`)) + 1)
})
