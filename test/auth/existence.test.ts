import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/contract'
import { call, fresh, newUser, type Options, ok, say } from '../support/api'
import { documentedOperations } from '../support/contract'
import { roomFixture } from '../support/fixtures'

// A stranger who may not read a room must learn nothing about it: an operation answers the same for a thing that exists as for
// one that doesn't.

const bodies: Record<string, object> = {
  'POST /chatroom/{name}/message': { message: 'x' },
  'PATCH /chatroom/{name}/message/{seq}': { message: 'x' },
  'POST /chatroom/{name}/message/{seq}/report': { reason: 'x' },
  'PATCH /chatroom/{name}/report/{id}': { resolved: true },
  'PATCH /chatroom/{name}/member/{userName}': { role: 'member' },
  'PUT /chatroom/{name}/member/{userName}/read': { seq: 1 },
  'PUT /chatroom/{name}/message/{seq}/reaction/{emoji}': {},
  'PATCH /chatroom/{name}': { title: 'x' },
  'PATCH /chatroom/{name}/webhook/{id}': { enabled: false },
}

const operations = documentedOperations().filter(
  ({ path }) =>
    path.startsWith('/chatroom/{name}') && /\{(seq|id|userName|emoji)\}|message$|sanction$/.test(path),
)

describe('a stranger learns nothing about a room for members by', () => {
  it.each(operations.map(({ method, path }) => `${method} ${path}`))('%s', async (key) => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await say(room, member.name, 'secret')
    const banned = await newUser()
    const isMember = await newUser()
    const isNone = await newUser()
    await ok('PUT', room, { body: { userName: isMember.name } })
    await say(room, banned.name, 'mine')
    await ok<Report>('POST', `${room}/message/1/report`, { body: { userName: member.name, reason: 'x' } })
    await ok('PATCH', `${room}/member/${banned.name}`, { token: moderator.token, body: { ban: {} } })
    await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })

    const [method = '', path = ''] = key.split(' ')
    const fill = (values: Record<string, string | number>) =>
      path
        .replace('{name}', room.split('/').at(-1) ?? '')
        .replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(values[name])))
    const there = fill({ seq: 1, id: 1, userName: isMember.name, emoji: '🎉' })
    const notThere = fill({ seq: 99, id: 99, userName: isNone.name, emoji: '🎉' })
    const queries =
      method === 'DELETE' && path.endsWith('/message') ? ['?authorOf=1', '?authorOf=99'] : ['', '']
    const askers: Options[] = [{ token: guest.token }, { token: banned.token }]
    for (const asker of askers) {
      const answers = []
      for (const url of [there + queries[0], notThere + queries[1]]) {
        const body =
          key === 'POST /chatroom/{name}/sanction'
            ? { authorOf: url === there ? 1 : 99, kind: 'ban' }
            : bodies[key]
        const headers = { 'Idempotency-Key': fresh('key') }
        const response = await call(method, url, { ...asker, headers, ...(body && { body }) })
        const problem = response.headers.get('content-type')?.includes('problem')
        const { instance: _, ...rest } = problem
          ? await response.json<{ instance: string }>()
          : { instance: '' }
        answers.push({ status: response.status, ...rest })
      }
      expect(answers[1]).toEqual(answers[0])
      expect(answers[0]?.status).toBe(403)
    }
  })
})

it('those who wrote a message may still delete it, and members may leave', async () => {
  const { room, owner, member } = await roomFixture()
  await say(room, member.name, 'mine')
  await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
  await ok('DELETE', `${room}/member/${member.name}`, { token: member.token })
  await ok('DELETE', `${room}/message/1`, { token: member.token })
})
