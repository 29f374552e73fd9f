import { describe, expect, it } from 'vitest'
import type { Member, Message, MessageList, User } from '../../src/contract'
import { call, fails, newUser, type Options, ok, roomWithUser, say } from '../support/api'
import { listen } from '../support/live'

const url = 'https://pictures.example/danny.png'
const env = { AVATAR_HOSTS: 'pictures.example, *.cdn.example' }

const userWith = async (avatar: string) => {
  const user = await newUser()
  await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { avatar }, env })
  return user
}
const refusal = async (avatar: unknown, hosts?: string): Promise<string | undefined> => {
  const { id } = await newUser()
  const options: Options = hosts === undefined ? {} : { env: { AVATAR_HOSTS: hosts } }
  const problem = await fails(400, 'PATCH', `/api/users/${id}`, { body: { avatar }, ...options })
  expect(problem.errors?.map(({ path }) => path)).toEqual(['avatar'])
  return problem.errors?.[0]?.message
}

describe('a picture', () => {
  it('is set, changed and removed, and shown wherever the user is', async () => {
    const user = await newUser()
    expect(user.avatar).toBeNull()
    const change = (body: object): Promise<User> =>
      ok('PATCH', `/api/users/${user.id}`, { token: user.token, body, env })
    expect(await change({ avatar: url })).toMatchObject({ name: user.name, avatar: url })
    expect(await change({ protected: true })).toMatchObject({ avatar: url })
    const { room } = await roomWithUser()
    const { token } = user
    expect(await ok<Member>('PUT', room, { token, body: {} })).toMatchObject({ avatar: url })
    const message = await ok<Message>('POST', `${room}/message`, { token, body: { message: 'hello' } })
    expect(message.avatar).toBe(url)
    for (const [path, found] of [
      [`/api/users/${user.id}`, { avatar: url }],
      [`/api/users?name=${user.name}`, { users: [{ avatar: url }] }],
      ['/api/users/me', { avatar: url }],
      [`${room}/member`, { members: [{ avatar: url }] }],
      [`${room}/member/${user.name}`, { avatar: url }],
      [`${room}/message`, { messages: [{ avatar: url }] }],
      [`${room}/message/1`, { avatar: url }],
      [`${room}/message?q=hello`, { messages: [{ avatar: url }] }],
    ] as const)
      expect(await ok('GET', path, { token })).toMatchObject(found)
    expect(await change({ avatar: null })).toMatchObject({ avatar: null })
    expect(await ok('GET', `${room}/message/1`)).toMatchObject({ avatar: null })
  })

  it('stays when the user is renamed, and goes when it is deleted', async () => {
    const user = await userWith(url)
    const { room } = await roomWithUser()
    await say(room, user.name, 'hello')
    const renamed = { token: user.token, body: { name: `${user.name}-2` } }
    expect(await ok('PUT', `/api/users/${user.id}`, renamed)).toMatchObject({ avatar: url })
    await ok('DELETE', `/api/users/${user.id}`, { token: user.token })
    expect(await ok('GET', `${room}/message/1`)).toMatchObject({ userName: null, avatar: null })
  })

  it('reaches listeners with a message, also with one that they missed', async () => {
    const user = await userWith(url)
    const { room } = await roomWithUser()
    const listener = await listen(room)
    await say(room, user.name, 'hello')
    await listener.entries(1)
    expect(listener.log).toMatchObject([{ type: 'message', avatar: url }])
    const late = await listen(room, { after: 0 })
    await late.entries(1)
    expect(late.log).toEqual(listener.log)
  })

  it('makes pages of messages new', async () => {
    const user = await newUser()
    const { room } = await roomWithUser()
    await say(room, user.name, 'hello')
    const headers = { 'If-None-Match': (await call('GET', `${room}/message`)).headers.get('etag') ?? '' }
    const change = { token: user.token, body: { avatar: url }, env }
    await ok('PATCH', `/api/users/${user.id}`, change)
    const changed = await call('GET', `${room}/message`, { headers })
    expect(changed.status).toBe(200)
    const again = { 'If-None-Match': changed.headers.get('etag') ?? '' }
    expect((await changed.json<MessageList>()).messages).toMatchObject([{ avatar: url }])
    // The same once more changes no page.
    await ok('PATCH', `/api/users/${user.id}`, change)
    expect((await call('GET', `${room}/message`, { headers: again })).status).toBe(304)
  })

  it('of a protected user is changed with its token only', async () => {
    const user = await newUser()
    await ok('PATCH', `/api/users/${user.id}`, { token: user.token, body: { protected: true } })
    await fails(401, 'PATCH', `/api/users/${user.id}`, { body: { avatar: url }, env })
    const other = await newUser()
    await fails(403, 'PATCH', `/api/users/${user.id}`, { token: other.token, body: { avatar: null } })
  })
})

describe('the URL of a picture', () => {
  it('is at a host that the site allows', async () => {
    for (const avatar of [url, 'https://a.b.cdn.example/x', 'https://PICTURES.example/y'])
      expect((await ok<User>('GET', `/api/users/${(await userWith(avatar)).id}`)).avatar).toBe(
        new URL(avatar).href,
      )
    for (const avatar of [
      'https://evil.example/x',
      'https://cdn.example/x',
      'https://pictures.example.evil.example/x',
      'https://xpictures.example/x',
      'https://pictures.example:8443/x',
      'https://evilcdn.example/x',
    ])
      expect(await refusal(avatar, env.AVATAR_HOSTS)).toBe(
        `avatar must be at one of the hosts that this site allows (pictures.example, *.cdn.example), not at ${new URL(avatar).host}`,
      )
  })

  it.each([
    ['bücher.example, *.МОСКВА.example', ['https://bücher.example/x', 'https://a.москва.example/x']],
    ['https://pictures.example/', ['https://pictures.example/x']],
    ['pictures.example:8443', ['https://pictures.example:8443/x']],
  ])('is at one of the hosts %j, however they are written', async (hosts, avatars) => {
    const { id } = await newUser()
    for (const avatar of avatars)
      await ok('PATCH', `/api/users/${id}`, { body: { avatar }, env: { AVATAR_HOSTS: hosts } })
    await refusal('https://evil.example/x', hosts)
  })

  it('is refused where the site allows none, and any is allowed by *', async () => {
    expect(await refusal(url)).toContain('set AVATAR_HOSTS')
    const { id } = await newUser()
    expect(
      await ok('PATCH', `/api/users/${id}`, { body: { avatar: url }, env: { AVATAR_HOSTS: '*' } }),
    ).toMatchObject({
      avatar: url,
    })
    // Removing needs no host.
    expect(await ok('PATCH', `/api/users/${id}`, { body: { avatar: null } })).toMatchObject({ avatar: null })
  })

  it.each([
    'http://pictures.example/x',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    '//pictures.example/x',
    'pictures.example/x',
    'https://user:secret@pictures.example/x',
    `https://pictures.example/${'x'.repeat(2000)}`,
    `https://pictures.example/${'ü'.repeat(500)}`,
    '',
    'https://',
  ])('is not %j', async (avatar) => {
    expect(await refusal(avatar, '*')).toBe(
      'avatar must be a URL that begins with https://, without a user name and password, and has at most 2,000 characters when it is percent-encoded',
    )
  })

  it.each([1, true, {}, []])('is a text, not %j', async (avatar) => {
    expect(await refusal(avatar, '*')).toBe('avatar must be a string')
  })
})
