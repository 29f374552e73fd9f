import { describe, expect, it } from 'vitest'
import type { Message, MessageList, SanctionList, User } from '../../src/contract'
import { fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { person, sign, withSecret } from '../support/login'

const ban = { ban: { reason: 'spam' } }
type Fixture = Awaited<ReturnType<typeof roomFixture>>

/** A user of a login, its options, and what bans or mutes it. */
const loginUser = async (name = fresh('Lina')) => {
  const claims = person(name)
  const options = async (rename = name) => ({
    token: await sign({ ...claims, name: rename }),
    env: withSecret,
  })
  return { user: await ok<User>('GET', '/api/users/me', await options()), options }
}
const change = ({ room, owner }: Fixture, name: string, body: object) =>
  ok('PATCH', `${room}/member/${encodeURIComponent(name)}`, { token: owner.token, body })
const sanctions = async ({ room, owner }: Fixture) =>
  (await ok<SanctionList>('GET', `${room}/sanction`, { token: owner.token })).sanctions

describe('a sanction of the user of a login', () => {
  it.each([
    [ban, 'Banned'],
    [{ mute: {} }, 'Muted'],
  ])('holds after a rename and the deletion of the user: %j', async (body, title) => {
    const fixture = await roomFixture()
    const { user, options } = await loginUser()
    const renamed = fresh('Other')
    await ok('GET', '/api/users/me', await options(renamed))
    await change(fixture, renamed, body)
    await ok('DELETE', `/api/users/${user.id}`, await options(renamed))
    for (const name of [renamed, fresh('Third')]) {
      const send = { ...(await options(name)), body: { message: 'me again' } }
      expect(await fails(403, 'POST', `${fixture.room}/message`, send)).toMatchObject({ title })
    }
  })

  it('keeps the old name taken after a rename by the login, but not from the login', async () => {
    const fixture = await roomFixture()
    const { user, options } = await loginUser()
    await change(fixture, user.name, ban)
    await ok('GET', '/api/users/me', await options(fresh('Other')))
    await fails(409, 'POST', '/api/users', { body: { name: user.name } })
    const again = { id: user.id, name: user.name }
    expect(await ok('GET', '/api/users/me', await options())).toMatchObject(again)
    await change(fixture, user.name, { ban: null })
    await ok('GET', '/api/users/me', await options(fresh('Other')))
    await newUser(user.name)
  })

  it('shows on the new user of the login, and can be lifted there', async () => {
    const fixture = await roomFixture()
    const { user, options } = await loginUser()
    await change(fixture, user.name, ban)
    await ok('DELETE', `/api/users/${user.id}`, await options())
    const name = fresh('New')
    await ok('GET', '/api/users/me', await options(name))
    await change(fixture, name, { ban: null })
    await ok('POST', `${fixture.room}/message`, { ...(await options(name)), body: { message: 'thanks' } })
    expect(await sanctions(fixture)).toEqual([])
  })
})

describe('the name of a banned user that is deleted', () => {
  it('stays taken, for new users and for renames, until the ban is lifted by it', async () => {
    const fixture = await roomFixture()
    const { id, name } = await newUser(fresh('ノブ'))
    const other = await newUser()
    await change(fixture, name, ban)
    await ok('DELETE', `/api/users/${id}`)
    await fails(409, 'POST', '/api/users', { body: { name } })
    await fails(409, 'PATCH', `/api/users/${other.id}`, { body: { name } })
    const detail = `There is no user "${name}", and the name can not be used. Choose another name.`
    for (const [method, path] of [
      ['POST', `${fixture.room}/message`],
      ['PUT', fixture.room],
      ['POST', `${(await roomFixture()).room}/message`],
    ] as const)
      expect(await fails(404, method, path, { body: { userName: name, message: 'x' } })).toMatchObject({
        detail,
      })
    const { user, options } = await loginUser()
    // A login gets the name with a number.
    const numbered = { id: user.id, name: `${name} 2` }
    expect(await ok('GET', '/api/users/me', await options(name))).toMatchObject(numbered)

    const [listed] = await sanctions(fixture)
    expect(listed).toMatchObject({ userName: name, kind: 'ban' })
    expect(await change(fixture, name, { ban: null })).toMatchObject({ userName: name, ban: null })
    expect(await sanctions(fixture)).toEqual([])
    await newUser(name)
  })

  it('is free after a mute, after the end of the ban, and after the deletion of the room', async () => {
    const muted = await newUser()
    const fixture = await roomFixture()
    await change(fixture, muted.name, { mute: {} })
    const banned = await newUser()
    await change(fixture, banned.name, ban)
    for (const { id } of [muted, banned]) await ok('DELETE', `/api/users/${id}`)
    await newUser(muted.name)
    await fails(409, 'POST', '/api/users', { body: { name: banned.name } })
    await ok('DELETE', fixture.room, { token: fixture.owner.token })
    await newUser(banned.name)
  })
})

describe('a user that was deleted before anybody could act', () => {
  const spam = async () => {
    const fixture = await roomFixture()
    const { id, name } = await newUser(fresh('Spammer'))
    await say(fixture.room, fixture.member.name, 'hello')
    await say(fixture.room, name, 'buy now')
    await say(fixture.room, name, 'buy it now')
    await ok('DELETE', `/api/users/${id}`)
    return { fixture, id, name }
  }
  const auth = ({ moderator }: Fixture) => ({ token: moderator.token })

  it('is purged by one of its messages', async () => {
    const { fixture } = await spam()
    const purge = `${fixture.room}/message?authorOf=2`
    await fails(403, 'DELETE', purge, { token: fixture.member.token })
    expect(await ok('DELETE', purge, auth(fixture))).toEqual({ userName: null, deletedCount: 2 })
    const { messages } = await ok<MessageList>('GET', `${fixture.room}/message`)
    expect(messages.map(({ message }) => message)).toEqual(['hello', null, null])
    await fails(404, 'DELETE', `${fixture.room}/message?authorOf=99`, auth(fixture))
  })

  it('is banned by one of its messages, and its name is taken', async () => {
    const { fixture, name } = await spam()
    const body = { authorOf: 2, kind: 'ban', reason: 'spam' }
    await fails(403, 'POST', `${fixture.room}/sanction`, { token: fixture.member.token, body })
    expect(await ok('POST', `${fixture.room}/sanction`, { ...auth(fixture), body })).toMatchObject({
      userName: name,
      kind: 'ban',
      until: null,
      reason: 'spam',
    })
    expect(await sanctions(fixture)).toMatchObject([{ userName: name }])
    await fails(409, 'POST', '/api/users', { body: { name } })
    await fails(404, 'POST', `${fixture.room}/sanction`, {
      ...auth(fixture),
      body: { ...body, authorOf: 99 },
    })
  })

  it('is banned by its login, too', async () => {
    const fixture = await roomFixture()
    const { user, options } = await loginUser()
    await ok('POST', `${fixture.room}/message`, { ...(await options()), body: { message: 'spam' } })
    await ok('DELETE', `/api/users/${user.id}`, await options())
    await ok('POST', `${fixture.room}/sanction`, { ...auth(fixture), body: { authorOf: 1, kind: 'ban' } })
    const send = { ...(await options(fresh('Again'))), body: { message: 'more' } }
    expect(await fails(403, 'POST', `${fixture.room}/message`, send)).toMatchObject({ title: 'Banned' })
  })
})

describe('a purge and a ban by a message', () => {
  it('work on users that exist, with the rules of roles', async () => {
    const fixture = await roomFixture()
    const { room, owner, moderator, member } = fixture
    await ok<Message>('POST', `${room}/message`, { token: owner.token, body: { message: 'mine' } })
    await say(room, member.name, 'spam')
    const body = (authorOf: number) => ({ token: moderator.token, body: { authorOf, kind: 'ban' } })
    await fails(403, 'POST', `${room}/sanction`, body(1))
    expect(await ok('DELETE', `${room}/message?authorOf=2`, { token: moderator.token })).toEqual({
      userName: member.name,
      deletedCount: 1,
    })
    await ok('POST', `${room}/sanction`, body(2))
    await fails(403, 'PUT', room, { token: member.token, body: {} })
    await fails(404, 'GET', `${room}/member/${member.name}`)
  })

  it.each(['', '?author=a&authorOf=1', '?authorOf=x'])('is refused with the query "%s"', async (query) => {
    const { room, moderator } = await roomFixture()
    await fails(400, 'DELETE', `${room}/message${query}`, { token: moderator.token })
  })
})
