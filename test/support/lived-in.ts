import { newUser, ok, say } from './api'
import { roomFixture } from './fixtures'
import { hold } from './held'
import { makeHook, post } from './hooks'
import { asAdmin } from './site'

const protectedUser = async () => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { protected: true } })
  return user
}

/** Makes people and a room in which they have done everything that an export has a line for. */
export const livedIn = async () => {
  const { room, ...rest } = await roomFixture({
    title: 'A title with "quotes"',
    slowModeSeconds: 0,
    blockedWords: ['casino'],
    reactions: ['🎉', '👍'],
  })
  const people = { ...rest, banned: await newUser(), held: await protectedUser() }
  const { owner, moderator, member, guest, banned, held } = people
  const body = { userName: member.name }
  await say(room, member.name, 'line one\n{"type":"end"},"author":9\\ \u2028')
  await say(room, member.name, 'with a key', { 'Idempotency-Key': 'the-key' })
  await ok('POST', `${room}/message`, {
    body: { userName: guest.name, message: `@${member.name} hello`, replyTo: 1 },
  })
  await ok('PUT', `${room}/message/1/reaction/🎉`, { body: { userName: guest.name } })
  await ok('PUT', `${room}/message/1/reaction/👍`, { body })
  await ok('PUT', `${room}/message/1/reaction/🎉`, { body })
  await ok('DELETE', `${room}/message/1/reaction/👍?userName=${member.name}`)
  await ok('PATCH', `${room}/message/2`, { body: { ...body, message: 'edited' } })
  await say(room, guest.name, 'deleted soon')
  await ok('DELETE', `${room}/message/9?userName=${guest.name}`)
  await ok('PUT', `${room}/pin/2`, { token: moderator.token })
  await ok('POST', `${room}/message/1/report`, { body: { userName: guest.name, reason: 'rude' } })
  await say(room, banned.name, 'spam')
  await ok('PATCH', `${room}/member/${banned.name}`, {
    token: moderator.token,
    body: { ban: { reason: 'spam' } },
  })
  await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
  await hold(room, held, 'waits')
  await ok('PATCH', `/api/users/${banned.id}`, { ...asAdmin, body: { role: 'moderator' } })
  await ok('PATCH', `/api/users/${banned.id}`, { ...asAdmin, body: { role: 'user' } })
  await ok('PUT', `/api/users/${banned.id}/ban`, { ...asAdmin, body: {} })
  await ok('PATCH', '/api/admin', { ...asAdmin, body: { slowModeSeconds: 0, blockedWords: ['poker'] } })
  const hook = await makeHook(room, owner.token)
  await post(hook, { text: 'built' })
  return { room, people, hook }
}
