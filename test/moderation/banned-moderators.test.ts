import { describe, expect, it } from 'vitest'
import type { MessageList } from '../../src/contract'
import { fails, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { asAdmin } from '../support/site'

type Fixture = Awaited<ReturnType<typeof roomFixture>>

/** The bans that take a role's power, and whom they are of. */
const bans: [string, (fixture: Fixture) => Promise<string>][] = [
  [
    'an owner who is banned from the site',
    async ({ owner }) => {
      await ok('PUT', `/api/users/${owner.id}/ban`, { ...asAdmin, body: {} })
      return owner.token
    },
  ],
  [
    'a moderator who is banned from the site',
    async ({ moderator }) => {
      await ok('PUT', `/api/users/${moderator.id}/ban`, { ...asAdmin, body: {} })
      return moderator.token
    },
  ],
  [
    'a moderator with a ban in the room',
    async ({ room, owner, moderator: { name, token } }) => {
      const change = (body: object) => ok('PATCH', `${room}/member/${name}`, { token: owner.token, body })
      await change({ ban: {} })
      await change({ role: 'moderator' })
      return token
    },
  ],
]

describe.each(bans)('%s', (_, banned) => {
  it('deletes no messages of others and removes nobody, but deletes its own and leaves', async () => {
    const fixture = await roomFixture()
    const { room, owner, moderator, member } = fixture
    await say(room, member.name, 'kept')
    for (const { token } of [owner, moderator])
      await ok('POST', `${room}/message`, { token, body: { message: 'own' } })
    const token = await banned(fixture)
    const own = token === owner.token ? 2 : 3
    await fails(403, 'DELETE', `${room}/message/1`, { token })
    await fails(403, 'DELETE', `${room}/member/${member.name}`, { token })
    await ok('DELETE', `${room}/message/${own}`, { token })
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.filter(({ message }) => message === null).map(({ seq }) => seq)).toEqual([own])
    await ok('GET', `${room}/member/${member.name}`)
    if (token === moderator.token) await ok('DELETE', `${room}/member/${moderator.name}`, { token })
  })

  it('does not find out what is in a room for members', async () => {
    const fixture = await roomFixture({ readers: 'members' })
    const { room, member } = fixture
    await ok('POST', `${room}/message`, { token: member.token, body: { message: 'secret' } })
    const token = await banned(fixture)
    for (const seq of [1, 99])
      expect(await fails(403, 'DELETE', `${room}/message/${seq}`, { token })).toMatchObject({
        title: 'Members only',
      })
  })
})
