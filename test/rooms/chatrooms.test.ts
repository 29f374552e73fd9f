import { describe, expect, it } from 'vitest'
import type { Chatroom } from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, ok, origin } from '../support/api'
import { costOf } from '../support/cost'

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

  it('are listed page by page, each of them once', async () => {
    for (let i = 0; i < 5; i++) await newRoom()
    const names: string[] = []
    let next: string | null = '/api/chatrooms?limit=2'
    while (next) {
      const page: { chatrooms: Chatroom[]; next: string | null } = await ok('GET', next)
      names.push(...page.chatrooms.map(({ name }) => name))
      expect(page.chatrooms.length).toBeLessThanOrEqual(2)
      next = page.next
      if (next) expect(next.replace(origin, '')).toMatch(/^\/api\/chatroom\?limit=2&cursor=\d+$/)
    }
    expect(names.length).toBeGreaterThanOrEqual(5)
    expect(new Set(names).size).toBe(names.length)
  })

  it('are found by any spelling of their name, and keep the original spelling', async () => {
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

  it('are listed by a name, in any spelling, and answered with an empty list where there is none', async () => {
    const { name } = await newRoom()
    const { rowsRead, ...cost } = await costOf('GET', `/api/chatroom?name=${name.toUpperCase()}`)
    expect(cost).toEqual({ roundTrips: 1, rowsWritten: 0 })
    expect(rowsRead).toBeLessThanOrEqual(5)
    expect(await ok('GET', `/api/chatroom?name=${name.toUpperCase()}`)).toMatchObject({
      chatrooms: [{ name }],
      next: null,
    })
    expect(await ok('GET', `/api/chatroom?name=${fresh('room')}`)).toEqual({ chatrooms: [], next: null })
    expect(await fails(400, 'GET', '/api/chatroom?name=%20')).toMatchObject({
      errors: [{ path: 'name' }],
    })
  })

  it('may be named in any script, and are found at their Location', async () => {
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
    ['two words', `${allowed}, not a space`],
    ['a/b', `${allowed}, not "/"`],
    ['a%b', `${allowed}, not "%"`],
    ['emoji🎉', `${allowed}, not "🎉"`],
    ['zero\u200bwidth', `${allowed}, not U+200B`],
    ['a\u3164', `${allowed}, not U+3164`],
  ])('refuse the name %j', async (name, message) => {
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
  ])('refuse the title %j', async (title, message) => {
    expect(await fails(400, 'POST', '/api/chatroom', { body: { name: fresh('room'), title } })).toMatchObject(
      {
        errors: [{ path: 'title', message: `title ${message}` }],
      },
    )
  })

  it('have a title without white space around it', async () => {
    const body = { name: fresh('room'), title: '  The  class of 2026 \n' }
    expect(await ok('POST', '/api/chatroom', { body })).toMatchObject({ title: 'The  class of 2026' })
  })
})
