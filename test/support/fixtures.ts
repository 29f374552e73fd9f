import type { Chatroom } from '../../src/contract'
import { fresh, newUser, ok } from './api'

/** Creates a room with an owner, a moderator, a member and a guest. */
export const roomFixture = async (settings: object = {}) => {
  const [owner, moderator, member, guest] = await Promise.all([newUser(), newUser(), newUser(), newUser()])
  const { name } = await ok<Chatroom>('POST', '/api/chatroom', {
    body: { name: fresh('room') },
    token: owner.token,
  })
  const room = `/chatroom/${name}`
  await ok('PATCH', `${room}/member/${moderator.name}`, { body: { role: 'moderator' }, token: owner.token })
  await ok('PUT', room, { body: { userName: member.name } })
  if (Object.keys(settings).length > 0) await ok('PATCH', room, { body: settings, token: owner.token })
  return { room, owner, moderator, member, guest }
}
