import { describe, expect, it, vi } from 'vitest'
import type { MessageList, NewUser, SiteBan, User } from '../../src/contract'
import { fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { later, listen } from '../support/live'
import { person, sign, withSecret } from '../support/login'
import { asAdmin } from '../support/site'

/** A login of the site, whose user may be deleted and come back. */
const someLogin = async () => {
  const claims = person()
  const options = async (more: object = {}) => ({
    token: await sign({ ...claims, ...more }),
    env: withSecret,
  })
  const user = await ok<User>('GET', '/api/users/me', await options())
  return { user, options }
}

const banOnSite = (id: number, body: object = {}) => ok('PUT', `/api/users/${id}/ban`, { ...asAdmin, body })
const message = { message: 'me again' }

describe('a login that was banned, deleted and came back', () => {
  it.each([
    ['ban', 'Banned'],
    ['mute', 'Muted'],
  ])('has the %s also with a token', async (kind, title) => {
    const { room, owner } = await roomFixture()
    const { user, options } = await someLogin()
    await ok('PATCH', `${room}/member/${user.name}`, { token: owner.token, body: { [kind]: {} } })
    await ok('DELETE', `/api/users/${user.id}`, await options())
    const renamed = await options({ name: fresh('Third') })
    const { id } = await ok<User>('GET', '/api/users/me', renamed)
    const { token } = await ok<NewUser>('POST', `/api/users/${id}/token`, renamed)
    expect(await fails(403, 'POST', `${room}/message`, { token, body: message })).toMatchObject({ title })
    if (kind === 'ban') await fails(403, 'GET', `${room}/message`, { token })
  })

  it('is banned from the site by the user that it had before', async () => {
    const { room } = await roomFixture()
    const { user, options } = await someLogin()
    await ok('DELETE', `/api/users/${user.id}`, await options())
    const again = await ok<User>('GET', '/api/users/me', await options())
    await banOnSite(user.id)
    const post = { ...(await options()), body: message }
    expect(await fails(403, 'POST', `${room}/message`, post)).toMatchObject({ title: 'Banned' })
    await ok('DELETE', `/api/users/${again.id}/ban`, asAdmin)
    await ok('POST', `${room}/message`, post)
    const { bans } = await ok<{ bans: SiteBan[] }>('GET', '/api/admin/ban?limit=100', asAdmin)
    expect(bans.map(({ userId }) => userId)).not.toContain(user.id)
  })
})

describe('several bans of one person from the site', () => {
  /** A login whose two users were banned for a day and for ever, and deleted: it is back as a third one. */
  const banned = async (first: object, second: object) => {
    const { room } = await roomFixture()
    const { user, options } = await someLogin()
    const ids = [user.id]
    for (const body of [first, second]) {
      await banOnSite(ids.at(-1) ?? 0, body)
      await ok('DELETE', `/api/users/${ids.at(-1)}`, await options())
      ids.push((await ok<User>('GET', '/api/users/me', await options())).id)
    }
    const post = { ...(await options()), body: message }
    /** Tries to post in two days. */
    const inTwoDays = async (expected: 'refused' | 'sent') => {
      const token = {
        ...post,
        token: await options({ exp: Date.now() / 1000 + 900_000 }).then(({ token }) => token),
      }
      await later(2 * 86_400_000, () =>
        expected === 'sent'
          ? ok('POST', `${room}/message`, token)
          : fails(403, 'POST', `${room}/message`, token),
      )
    }
    return { ids, room, post, inTwoDays, options }
  }
  const day = { seconds: 86_400 }

  it.each([
    [day, {}],
    [{}, day],
  ])('hold as long as the longest: %j, then %j', async (first, second) => {
    const { ids, inTwoDays } = await banned(first, second)
    await inTwoDays('refused')
    // A shorter ban of one user does not shorten that of another.
    await banOnSite(ids[first === day ? 0 : 1] ?? 0, { seconds: 60 })
    await inTwoDays('refused')
  })

  it('are lifted one by one by the users that are deleted, and together by the one that there is', async () => {
    const { ids, room, post, inTwoDays } = await banned({}, day)
    await ok('DELETE', `/api/users/${ids[0]}/ban`, asAdmin)
    await fails(403, 'POST', `${room}/message`, post)
    await inTwoDays('sent')
    await banOnSite(ids[0] ?? 0)
    await ok('DELETE', `/api/users/${ids[2]}/ban`, asAdmin)
    await ok('POST', `${room}/message`, post)
  })
})

it('a name that came back is banned from the site by the user that had it before', async () => {
  const { room } = await roomFixture()
  const name = fresh('spammer')
  const first = await newUser(name)
  await ok('DELETE', `/api/users/${first.id}`)
  const second = await newUser(name)
  const listener = await listen(room, { userName: name })
  await banOnSite(first.id)
  await vi.waitFor(() => expect(listener.closed?.code).toBe(4003), { timeout: 10_000 })
  for (const options of [{ body: { userName: name, ...message } }, { token: second.token, body: message }])
    await fails(403, 'POST', `${room}/message`, options)
  await ok('DELETE', `/api/users/${first.id}/ban`, asAdmin)
  await say(room, name, 'better now')
})

describe('a ban from the site does not hold for a role on the site', () => {
  it('that a banned user is given, until it is taken', async () => {
    const { room } = await roomFixture()
    const { id, token } = await newUser()
    await banOnSite(id)
    await ok('PATCH', `/api/users/${id}`, { ...asAdmin, body: { role: 'moderator' } })
    await ok('POST', `${room}/message`, { token, body: message })
    await ok('PUT', room, { token, body: {} })
    expect(await ok<MessageList>('GET', `${room}/message`, { token })).toMatchObject({ messages: [message] })
    expect(await ok('GET', '/api/users/me/chatroom', { token })).toMatchObject({
      chatrooms: [{ lastSeq: 1 }],
    })
    await ok('PATCH', `/api/users/${id}`, { token, body: { avatar: null } })
    await ok('POST', '/api/chatroom', { token, body: { name: fresh('own') } })
    await ok('PATCH', `/api/users/${id}`, { ...asAdmin, body: { role: 'user' } })
    await fails(403, 'POST', `${room}/message`, { token, body: message })
  })

  it('that a login claims', async () => {
    const { room } = await roomFixture()
    const { user, options } = await someLogin()
    await banOnSite(user.id)
    const env = { ...withSecret, JWT_ROLE_CLAIM: 'role' }
    for (const role of ['admin', 'moderator']) {
      const { token } = await options({ role })
      await ok('POST', `${room}/message`, { token, env, body: message })
      await ok('GET', `${room}/message`, { token, env })
      await ok('POST', '/api/chatroom', { token, env, body: { name: fresh('own') } })
    }
    await fails(403, 'POST', `${room}/message`, { ...(await options({ role: 'admin' })), body: message })
  })
})
