import { describe, expect, it } from 'vitest'
import { call, fails, fresh, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

/** Creates a room with a message, and returns its paths that have an ETag. */
const tagged = async (settings = {}) => {
  const there = await roomFixture(settings)
  const { room, member } = there
  for (const text of ['one', 'two']) await say(room, member.name, text)
  return { ...there, paths: [room, `${room}/message`, `${room}/message?before=2`, `${room}/message/1`] }
}

const tagOf = async (path: string) => (await call('GET', path)).headers.get('etag') ?? ''
const asked = (path: string, known: string, method = 'GET') =>
  call(method, path, { headers: { 'If-None-Match': known } })

describe('If-None-Match', () => {
  it('is 304, without content, where it names the answer: alone, in a list, weak, or any', async () => {
    for (const path of (await tagged()).paths) {
      const tag = await tagOf(path)
      expect(tag).toMatch(/^"[\w.-]+"$/)
      for (const known of [
        tag,
        `W/${tag}`,
        `"another", ${tag}`,
        `${tag},"another"`,
        `W/"x" ,\tW/${tag}`,
        '*',
      ]) {
        for (const method of ['GET', 'HEAD']) {
          const same = await asked(path, known, method)
          expect([path, known, same.status, await same.text()]).toEqual([path, known, 304, ''])
          expect([same.headers.get('etag'), same.headers.get('content-type')]).toEqual([tag, null])
          expect(same.headers.get('cache-control')).toBe('no-cache')
        }
      }
    }
  })

  it('is the whole answer where it names others', async () => {
    for (const path of (await tagged()).paths) {
      const tag = await tagOf(path)
      const whole = await ok('GET', path)
      for (const known of ['"another"', tag.slice(1, -1), tag.slice(0, -2), `"x${tag.slice(1)}`, '"*"', '']) {
        const answer = await asked(path, known)
        expect([known, answer.status, answer.headers.get('etag')]).toEqual([known, 200, tag])
        expect(answer.headers.get('cache-control')).toBe('no-cache')
        expect(await answer.json()).toEqual(whole)
      }
    }
  })

  it('does not change 400, 401, 403 and 404', async () => {
    const { room, member, guest } = await tagged({ readers: 'members' })
    const owned = await newUser()
    await ok('PATCH', `/api/users/${owned.id}`, { body: { protected: true }, token: owned.token })
    const tag = await call('GET', `${room}/message?userName=${member.name}`)
    const refused = [
      [400, `${room}/message?limit=0`],
      [404, `/chatroom/${fresh('nowhere')}/message`],
      [404, `/chatroom/${fresh('nowhere')}`],
      [404, `${room}/message?userName=${fresh('nobody')}`],
      [401, `${room}/message?userName=${owned.name}`],
      [403, `${room}/message`],
      [403, `${room}/message?userName=${guest.name}`],
      [403, `${room}/message/1`],
    ] as const
    for (const [status, path] of refused) {
      for (const known of [tag.headers.get('etag') ?? '', '*']) {
        const problem = await call('GET', path, { headers: { 'If-None-Match': known } })
        expect([path, problem.status, problem.headers.get('etag')]).toEqual([path, status, null])
        expect((await asked(path, known, 'HEAD')).status).toBe(status)
      }
    }
    const headers = { 'If-None-Match': '*' }
    await fails(401, 'GET', `${room}/message`, { headers, token: fresh('nobodys') })
    expect((await asked(`${room}/message?userName=${member.name}`, '*')).status).toBe(304)
  })
})

it('the head of a page has the headers of the page', async () => {
  const { room } = await tagged()
  const path = `${room}/message?limit=1`
  const [get, head] = [await call('GET', path), await call('HEAD', path)]
  const { 'content-length': _, ...same } = Object.fromEntries(get.headers)
  expect(same.link).toContain('rel="next"')
  const once = { 'x-request-id': expect.any(String), 'x-d1-bookmark': expect.any(String) }
  expect(Object.fromEntries(head.headers)).toEqual({ ...same, ...once })
})
