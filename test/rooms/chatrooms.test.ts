import { describe, expect, it } from 'vitest'
import type { Chatroom, Member } from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, ok, origin, roomWithUser, say } from '../support/api'

type Members = { members: Member[]; next: string | null }

describe('chatrooms', () => {
  it('are created, shown and listed under both paths', async () => {
    const name = fresh('room')
    const created = await call('POST', '/api/chatrooms', { body: { name, title: 'A room of our own' } })
    const room = await created.json<Chatroom>()
    expect(created.status).toBe(201)
    expect(room).toMatchObject({ name, title: 'A room of our own', owner: null, memberCount: 0 })
    expect(await ok('GET', created.headers.get('location') ?? '')).toEqual(room)
    const { chatrooms } = await ok<{ chatrooms: Chatroom[] }>('GET', '/api/chatroom?limit=100')
    expect(chatrooms).toContainEqual(room)
  })

  it('are listed page by page, each once', async () => {
    for (let i = 0; i < 5; i++) await newRoom()
    const names: string[] = []
    let next: string | null = '/api/chatrooms?limit=2'
    while (next) {
      const page: { chatrooms: Chatroom[]; next: string | null } = await ok('GET', next)
      names.push(...page.chatrooms.map(({ name }) => name))
      expect(page.chatrooms.length).toBeLessThanOrEqual(2)
      next = page.next
      if (next) expect(next).toMatch(/^\/api\/chatroom\?limit=2&cursor=\d+$/)
    }
    expect(names.length).toBeGreaterThanOrEqual(5)
    expect(new Set(names).size).toBe(names.length)
  })

  it('are found by any spelling of their name, and keep their own', async () => {
    const name = fresh('Straße')
    const { name: shown } = await newRoom(name)
    expect(shown).toBe(name)
    expect(await ok('GET', `/chatroom/${encodeURIComponent(name.replace('ß', 'SS'))}`)).toMatchObject({
      name,
    })
    await fails(409, 'POST', '/api/chatroom', { body: { name: name.toUpperCase() } })
  })

  const expectEncoded = async (location: string) => {
    for (const { name: userName } of [await newUser(), await newUser()]) {
      const said = await call('POST', `${location}/message`, { body: { userName, message: 'x' } })
      expect(said.headers.get('location')).toMatch(new RegExp(`^${location}/message/[12]$`))
    }
    for (const [list, onward] of [
      ['message', 'before=2'],
      ['member', 'cursor=1'],
    ]) {
      const listed = await call('GET', `${location}/${list}?limit=1`)
      const next = `${origin}${location}/${list}?limit=1&${onward}`
      expect(await listed.json()).toMatchObject({ next })
      expect(listed.headers.get('link')).toBe(`<${next}>; rel="next"`)
    }
  }

  it('may be named in any script, and are reached where their Location says', async () => {
    for (const name of ['教室', 'класс', 'हिन्दी', 'غرفة', 'v1.0_beta-2', '教室'.repeat(32)]) {
      const created = await call('POST', '/api/chatroom', { body: { name } })
      expect(created.status).toBe(201)
      const location = `/chatroom/${encodeURIComponent(name)}`
      expect(created.headers.get('location')).toBe(location)
      expect(await ok('GET', location)).toMatchObject({ name })
      await expectEncoded(location)
    }
  })

  const allowed = "may hold only letters and digits of any script, '-', '_' and '.'"
  it.each([
    ['', 'must be 1 to 64 characters'],
    ['a'.repeat(65), 'must be 1 to 64 characters'],
    ['.', "must not be '.' or '..', which a URL can't hold"],
    ['..', "must not be '.' or '..', which a URL can't hold"],
    ['\u0301a', 'must not begin with a combining mark'],
    ['two words', `${allowed}, not U+0020`],
    ['a/b', `${allowed}, not U+002F`],
    ['a%b', `${allowed}, not U+0025`],
    ['emoji🎉', `${allowed}, not U+1F389`],
    ['zero\u200bwidth', `${allowed}, not U+200B`],
    ['a\u3164', `${allowed}, not U+1160`],
  ])('may not be named %j', async (name, message) => {
    const { errors } = await fails(400, 'POST', '/api/chatroom', { body: { name } })
    expect(errors).toEqual([{ path: 'name', message: `name ${message}` }])
  })

  it.each([
    [7, 'must be a string'],
    ['', 'must be 1 to 200 characters'],
    [' \n ', 'must be 1 to 200 characters'],
    ['x'.repeat(201), 'must be 1 to 200 characters'],
    ['\u200b\u3164\u2800', 'must hold something that can be seen'],
    ['a\0', 'must not hold NUL or half a surrogate pair'],
    ['a\ud800', 'must not hold NUL or half a surrogate pair'],
  ])('may not have %j for a title', async (title, message) => {
    expect(await fails(400, 'POST', '/api/chatroom', { body: { name: fresh('room'), title } })).toMatchObject(
      {
        errors: [{ path: 'title', message: `title ${message}` }],
      },
    )
  })

  it('have a title without space around it', async () => {
    const body = { name: fresh('room'), title: '  The  class of 2026 \n' }
    expect(await ok('POST', '/api/chatroom', { body })).toMatchObject({ title: 'The  class of 2026' })
  })
})

describe('members', () => {
  it('join once, however often they ask', async () => {
    const { room, userName } = await roomWithUser()
    const first = await ok<Member>('PUT', room, { body: { userName } })
    expect(first).toMatchObject({ chatroom: room.split('/').at(-1), userName, role: 'member' })
    expect(await ok('PUT', room, { body: { userName: userName.toUpperCase() } })).toEqual(first)
    expect(await ok('GET', `${room}/member/${userName}`)).toEqual(first)
    expect(await ok('GET', room)).toMatchObject({ memberCount: 1 })
  })

  it('join by a name in the query where there is no body, whatever type it is said to have', async () => {
    const { room, userName } = await roomWithUser()
    const joined = await ok('PUT', `${room}?userName=${userName}`)
    expect(joined).toMatchObject({ userName })
    const headers = { 'Content-Type': 'application/json' }
    expect(await ok('PUT', `${room}?userName=${userName}`, { headers })).toEqual(joined)
    expect(await ok('PUT', `${room}?userName=nobody`, { body: { userName } })).toEqual(joined)
    expect(await fails(400, 'PUT', room)).toMatchObject({ detail: 'missing userName' })
  })

  it('join by their token alone', async () => {
    const [{ name }, { name: userName, token }] = [await newRoom(), await newUser()]
    expect(await ok('PUT', `/chatroom/${name}`, { token })).toMatchObject({ userName })
  })

  it('join by speaking', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    await say(room, userName, 'anybody?')
    expect(await ok('GET', `${room}/member/${userName}`)).toMatchObject({ userName })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 1 })
  })

  it('are counted right in whatever order they come and go', async () => {
    const { room } = await roomWithUser()
    const names: string[] = []
    for (let i = 0; i < 4; i++) names.push((await newUser()).name)
    const [a = '', b = '', c = '', d = ''] = names
    const enter = (userName: string) => ok('PUT', room, { body: { userName } })
    const leave = (userName: string) => ok('DELETE', `${room}/member/${userName}`)
    const expectCount = async (memberCount: number) => {
      expect(await ok('GET', room)).toMatchObject({ memberCount })
      const { members } = await ok<Members>('GET', `${room}/member`)
      expect(members).toHaveLength(memberCount)
    }
    for (const name of [a, b, c]) await enter(name)
    await expectCount(3)
    expect(await leave(c)).toEqual({ chatroom: room.split('/').at(-1), userName: c, left: true })
    await expectCount(2)
    await enter(d)
    await leave(a)
    await expectCount(2)
    await leave(d)
    await leave(b)
    await expectCount(0)
    await enter(a)
    await expectCount(1)
    await enter(b)
    expect((await ok<Members>('GET', `${room}/member`)).members.map(({ userName }) => userName)).toEqual([
      a,
      b,
    ])
  })

  it('are listed page by page in the order of their joining', async () => {
    const { room } = await roomWithUser()
    const joined: string[] = []
    for (let i = 0; i < 5; i++) {
      const { name } = await newUser()
      await ok('PUT', room, { body: { userName: name } })
      joined.push(name)
    }
    const listed: string[] = []
    let next: string | null = `${room}/member?limit=2`
    while (next) {
      const page: Members = await ok('GET', next)
      listed.push(...page.members.map(({ userName }) => userName))
      next = page.next
    }
    expect(listed).toEqual(joined)
  })

  it('are reached by names with spaces and signs', async () => {
    const { room } = await roomWithUser()
    for (const name of [fresh('Ann Lee'), fresh('|away|'), fresh('100%'), fresh('[ñ]?#')]) {
      await newUser(name)
      await ok('PUT', room, { body: { userName: name } })
      expect(await ok('GET', `${room}/member/${encodeURIComponent(name)}`)).toMatchObject({ userName: name })
      await ok('DELETE', `${room}/member/${encodeURIComponent(name)}`)
    }
  })

  it('that are none are not found', async () => {
    const { room, userName } = await roomWithUser()
    for (const method of ['GET', 'DELETE']) {
      expect(await fails(404, method, `${room}/member/${userName}`)).toMatchObject({
        title: 'Member not found',
      })
      expect(await fails(404, method, `${room}/member/nobody`)).toMatchObject({ title: 'Member not found' })
      expect(await fails(404, method, `/chatroom/nowhere/member/${userName}`)).toMatchObject({
        title: 'Chatroom not found',
      })
    }
    expect(await fails(404, 'GET', '/chatroom/nowhere/member')).toMatchObject({ title: 'Chatroom not found' })
    expect(await fails(404, 'PUT', room, { body: { userName: 'nobody' } })).toMatchObject({
      title: 'User not found',
    })
  })
})
