import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { call, fails, fresh, newRoom, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { roomIdOf } from '../support/live'
import { person, sign, withSecret } from '../support/login'
import { type PageName, pages, readPages } from '../support/pages'
import fc from '../support/properties.ts'

/** Creates a room with messages of an open name, a login and the owner in turns. */
const historyFixture = async () => {
  const { room, owner, member } = await roomFixture()
  const claims = person()
  const path = `${room}/message`
  for (const _ of [1, 2]) {
    await say(room, member.name, fresh('text'))
    await ok('POST', path, { body: { message: fresh('text') }, token: await sign(claims), env: withSecret })
    await ok('POST', path, { body: { message: fresh('text') }, token: owner.token })
  }
  return { room, path, owner, member, claims }
}
type Fixture = Awaited<ReturnType<typeof historyFixture>>

const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'

/** Each event, the pages that it changes, and pages that get a new version although they are equal. */
const events: [
  string,
  (fixture: Fixture) => Promise<unknown>,
  readonly PageName[],
  (readonly PageName[])?,
][] = [
  ['a message', async ({ room }) => say(room, (await newUser()).name, 'x'), ['newest'], ['forwards']],
  [
    'an edit',
    ({ path, member }) => ok('PATCH', `${path}/1`, { body: { userName: member.name, message: 'x' } }),
    pages,
  ],
  [
    'an edit elsewhere in the room',
    ({ path, owner }) => ok('PATCH', `${path}/6`, { body: { message: 'x' }, token: owner.token }),
    ['newest'],
    ['old', 'forwards'],
  ],
  ['a deletion', ({ path, member }) => ok('DELETE', `${path}/1?userName=${member.name}`), pages],
  [
    "the deletion of somebody else's",
    ({ path, owner }) => ok('DELETE', `${path}/1`, { token: owner.token }),
    pages,
  ],
  [
    'a purge',
    ({ path, member, owner }) =>
      ok('DELETE', `${path}?author=${member.name}&${span}`, { token: owner.token }),
    pages,
  ],
  [
    'a rename by PUT',
    ({ member }) => ok('PUT', `/api/users/${member.id}`, { body: { name: fresh('new') } }),
    pages,
  ],
  [
    'a rename by PATCH, to another spelling',
    ({ member }) => ok('PATCH', `/api/users/${member.id}`, { body: { name: member.name.toUpperCase() } }),
    pages,
  ],
  [
    'a rename by a login, in another room',
    async ({ claims }) => {
      const token = await sign({ ...claims, name: fresh('new') })
      const { name } = await newRoom()
      await ok('PUT', `/chatroom/${name}`, { body: {}, token, env: withSecret })
    },
    pages,
  ],
  [
    'a rename of somebody who has said nothing here',
    async () => ok('PUT', `/api/users/${(await newUser()).id}`, { body: { name: fresh('new') } }),
    [],
    pages,
  ],
  ['the deletion of an author', ({ member }) => ok('DELETE', `/api/users/${member.id}`), pages],
  [
    'what changes nothing that is shown',
    async ({ room, path, member, owner, claims }) => {
      const { name: userName, id } = await newUser()
      await ok('PUT', room, { body: { userName } })
      await ok('DELETE', `${room}/member/${userName}`)
      await ok('PATCH', `${room}/member/${userName}`, { body: { ban: {} }, token: owner.token })
      await ok('PATCH', room, { body: { title: 'x', slowModeSeconds: 1 }, token: owner.token })
      await ok('PUT', `/api/users/${id}`, { body: { name: userName } })
      await ok('PATCH', `/api/users/${owner.id}`, { body: { protected: true }, token: owner.token })
      await ok('POST', `/api/users/${owner.id}/token`, { token: owner.token })
      await ok('POST', `${path}/1/report`, { body: { userName: member.name, reason: 'x' } })
      await ok('PUT', room, { body: {}, token: await sign(claims), env: withSecret })
      await fails(403, 'POST', path, { body: { userName, message: 'x' } })
      const elsewhere = await roomWithUser()
      await say(elsewhere.room, elsewhere.userName, 'x')
    },
    [],
  ],
]

describe('a page has another version when it is another page:', () => {
  it.each(events)('%s', async (_, happen, other, needless = []) => {
    const fixture = await historyFixture()
    const before = await readPages(fixture.room)
    expect(await readPages(fixture.room)).toEqual(before)
    await happen(fixture)
    const after = await readPages(fixture.room)
    expect(pages.filter((page) => after[page].text !== before[page].text)).toEqual(other)
    expect(pages.filter((page) => after[page].tag !== before[page].tag).sort()).toEqual(
      [...other, ...needless].sort(),
    )
  })

  it('a repeated event', async () => {
    const { room, path, member } = await historyFixture()
    const again = async () => {
      await ok('PATCH', `${path}/4`, { body: { userName: member.name, message: 'same' } })
      await ok('DELETE', `${path}/1?userName=${member.name}`)
    }
    await again()
    const before = await readPages(room)
    await again()
    expect(await readPages(room)).toEqual(before)
  })

  it('whatever happens, in whatever order: under one version fixture is one page', async () => {
    const sequence = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(sequence, async (sequence) => {
        const fixture = await historyFixture()
        const seen = new Map<string, string>()
        for (const [, happen] of sequence) {
          // An event on a deleted author is refused.
          await happen(fixture).catch(() => undefined)
          for (const [page, { tag, text }] of Object.entries(await readPages(fixture.room))) {
            expect(seen.get(page + tag) ?? text).toBe(text)
            seen.set(page + tag, text)
          }
        }
      }),
      { numRuns: 10 },
    )
  })

  it('a room that is deleted and made again under the name', async () => {
    const { room, path, owner, member } = await historyFixture()
    const before = await readPages(room)
    await ok('DELETE', room, { token: owner.token })
    await ok('POST', '/api/chatroom', { body: { name: room.slice('/chatroom/'.length) } })
    const empty = await readPages(room)
    for (let seq = 1; seq <= 6; seq++) await say(room, member.name, `again ${seq}`)
    const after = await readPages(room)
    for (const page of pages)
      expect(new Set([before, empty, after].map((read) => read[page].tag)).size).toBe(3)
    expect((await call('GET', path, { headers: { 'If-None-Match': before.newest.tag } })).status).toBe(200)
  })

  it('a database that is restored to an earlier time, and then has others under the same numbers', async () => {
    const { room, path, owner, member } = await historyFixture()
    const restored = async () => {
      const id = await roomIdOf(room)
      const names = env.DB.prepare("select version from versions where subject = 'names'")
      const [name, version] = [member.name, await names.first('version')]
      return () =>
        env.DB.batch([
          env.DB.prepare('delete from messages where room_id = ? and seq > 6').bind(id),
          env.DB.prepare('delete from changes where room_id = ?').bind(id),
          env.DB.prepare('update users set name = ? where id = ?').bind(name, member.id),
          env.DB.prepare("update versions set version = ? where subject = 'names'").bind(version),
        ])
    }
    const restore = await restored()
    const happenings = [
      () => say(room, member.name, fresh('text')),
      () => ok('PATCH', `${path}/6`, { body: { message: fresh('text') }, token: owner.token }),
      () => ok('PUT', `/api/users/${member.id}`, { body: { name: fresh('new') } }),
    ]
    for (const happen of happenings) {
      await happen()
      const lost = await readPages(room)
      await restore()
      await happen()
      const now = await readPages(room)
      expect(now.newest.text).not.toBe(lost.newest.text)
      expect(now.newest.tag).not.toBe(lost.newest.tag)
      await restore()
    }
  })

  it('a new form of its JSON', async () => {
    const { room, path, owner } = await historyFixture()
    await ok('PATCH', `${path}/3`, { body: { message: 'x' }, token: owner.token })
    await ok('DELETE', `${path}/6`, { token: owner.token })
    const { tag, text } = (await readPages(room)).newest
    const { messages, ...page } = JSON.parse(text)
    const form = [page, messages[0], messages[2], messages[5]].map((part) => Object.keys(part).join())
    expect(
      [tag.split('-').at(-1), ...form],
      'Clients would keep the old form of the page: raise PAGE_FORMAT_VERSION in src/messages/history.ts',
    ).toEqual([
      '6"',
      'quoted,next',
      'seq,chatroom,userId,userName,avatar,message,createdAt,replyTo,mentions,reactions,files',
      'seq,chatroom,userId,userName,avatar,message,createdAt,replyTo,mentions,reactions,files,editedAt',
      'seq,chatroom,userId,userName,avatar,message,createdAt,replyTo,mentions,reactions,files,deletedAt',
    ])
  })
})
