import { describe, expect, it } from 'vitest'
import type { Api } from '../../scripts/replay/api.ts'
import type { Entry, Journal } from '../../scripts/replay/journal.ts'
import { readLog } from '../../scripts/replay/logs.ts'
import { createPlayer, keyOf } from '../../scripts/replay/player.ts'
import { lookAlikes } from '../../scripts/replay/summary.ts'

/** Makes a server in memory on which 1 and l look alike. It records its requests in `requests`. */
const fakeServer = () => {
  const users: { id: number; name: string }[] = []
  const sent = new Map<string, number>()
  const requests: string[] = []
  const skeleton = (name: string) => name.toLowerCase().replaceAll('1', 'l')
  const holder = (name: string) => users.find((user) => skeleton(user.name) === skeleton(name))

  const api: Pick<Api, 'createUser' | 'renameUser' | 'join' | 'leave' | 'send'> & { users: () => unknown } = {
    async createUser(name) {
      requests.push(`create ${name}`)
      if (name.includes('/')) return { outcome: 'invalid' }
      if (holder(name)) return { outcome: 'taken' }
      const user = { id: users.length + 1, name }
      users.push(user)
      return { outcome: 'named', user: { ...user } }
    },
    async renameUser(id, name) {
      requests.push(`rename ${id} ${name}`)
      const user = users.find((user) => user.id === id)
      const other = holder(name)
      if (!user || (other && other !== user)) return { outcome: 'taken' }
      user.name = name
      return { outcome: 'named', user: { ...user } }
    },
    async users() {
      return { users: users.map((user) => ({ ...user, protected: false, createdAt: '' })), next: null }
    },
    async join(_, name) {
      requests.push(`join ${name}`)
    },
    async leave(_, name) {
      requests.push(`leave ${name}`)
    },
    async send(_, { userName, message, replyTo, key }) {
      requests.push(`${userName}${replyTo === undefined ? '' : ` to ${replyTo}`}: ${message}`)
      const seq = sent.get(key)
      if (seq !== undefined) return { outcome: 'sent', seq, wasStored: true }
      sent.set(key, sent.size + 1)
      return { outcome: 'sent', seq: sent.size, wasStored: false }
    },
  }
  return { api: api as Api, requests, users }
}

const journalWith = (entries: Entry[] = []): Journal => ({
  path: 'journal',
  entries,
  append: (entry) => entries.push(entry),
})

const eventsOf = (...lines: string[]) => readLog('log', lines.join('\n')).events

const play = async (server: ReturnType<typeof fakeServer>, lines: string[], journal = journalWith()) => {
  const player = createPlayer(server.api, 'ubuntu', journal)
  for (const event of eventsOf(...lines)) await player.play(event)
  return { ...server, journal, people: player.people }
}

describe('a replay', () => {
  it('creates a user for each nick, joins, sends and leaves', async () => {
    const { requests, journal } = await play(fakeServer(), [
      '=== joe [h]  has joined #ubuntu',
      '[10:00] <joe> hi',
      '[10:00] <jim>',
      '=== Joe [h]  has left #ubuntu []',
      '=== ann [h]  has left #ubuntu []',
    ])
    expect(requests).toEqual(['create joe', 'join joe', 'joe: hi', 'leave joe'])
    expect(journal.entries.slice(1)).toEqual([
      { type: 'joined', at: 'log:0', nick: 'joe' },
      { type: 'sent', at: 'log:1', seq: 1, by: 1 },
      { type: 'skipped', at: 'log:2', reason: 'empty message' },
      { type: 'left', at: 'log:3', nick: 'Joe' },
      { type: 'skipped', at: 'log:4', reason: 'left unseen' },
    ])
  })

  it('sends what its annotation calls an answer as a reply, unless the original was not sent', async () => {
    const server = fakeServer()
    const lines = [
      '[10:00] <joe> a',
      '[10:00] <ann>',
      '[10:01] <ann> b',
      '[10:01] <joe> c',
      '[10:02] <joe> d',
    ]
    const { events } = readLog('log', lines.join('\n'), '0 2 -\n1 3 -\n2 4 -\n')
    const journal = journalWith()
    const first = createPlayer(server.api, 'ubuntu', journal)
    for (const event of events.slice(0, 4)) await first.play(event)
    // A replay that goes on knows the originals from its journal.
    for (const event of events.slice(4)) await createPlayer(server.api, 'ubuntu', journal).play(event)
    expect(server.requests.filter((request) => request.includes(':'))).toEqual([
      'joe: a',
      'ann to 1: b',
      'joe: c',
      'joe to 2: d',
    ])
    expect(journal.entries.at(-1)).toEqual({ type: 'sent', at: 'log:4', seq: 4, by: 1, replyTo: 2 })
  })

  it('renames a user who changes the nick, unless another user has the new name', async () => {
    const { requests, users, people } = await play(fakeServer(), [
      '[10:00] <joe> a',
      '=== joe is now known as jim',
      '[10:00] <joe> b',
      '=== joe is now known as jim',
      '[10:01] <jim> c',
    ])
    expect(users.map(({ name }) => name)).toEqual(['jim', 'joe'])
    expect(requests.slice(-3)).toEqual(['leave joe', 'join jim', 'jim: c'])
    expect(people.find('jim')?.id).toBe(1)
  })

  it('uses another name for a look-alike, for new and for renamed users', async () => {
    const { journal, requests } = await play(fakeServer(), [
      '[10:00] <gabriel> a',
      '[10:00] <gabrie1> b',
      '[10:00] <lisa> c',
      '[10:00] <ann> d',
      '=== ann is now known as 1isa',
      '[10:01] <1isa> e',
    ])
    expect(requests).toContain('gabrie1_2: b')
    expect(requests).toContain('1isa_2: e')
    expect(lookAlikes(journal.entries)).toEqual([
      { nick: 'gabrie1', name: 'gabrie1_2' },
      { nick: '1isa', name: '1isa_2' },
    ])
  })

  it('uses a plain name for one that the server refuses', async () => {
    const { requests } = await play(fakeServer(), ['[10:00] <a/b> hi'])
    expect(requests).toEqual(['create a/b', 'create a_b', 'a_b: hi'])
  })

  it('finds the users of an earlier replay', async () => {
    const server = fakeServer()
    await play(server, ['[10:00] <gabriel> a', '[10:00] <gabrie1> b', '[10:00] <Danny> c'])
    const lines = ['[10:00] <jo> x', '[10:00] <danny> d', '[10:00] <gabrie1> e', '[10:00] <gabriel> f']
    const player = createPlayer(server.api, 'other', journalWith())
    for (const event of readLog('later', lines.join('\n')).events) await player.play(event)
    expect(server.users).toHaveLength(4)
    expect(server.requests.filter((request) => / [d-f]$/.test(request))).toEqual([
      'Danny: d',
      'gabrie1_2: e',
      'gabriel: f',
    ])
  })

  it.each([0, 1, 2, 3, 4, 5])(
    'continues after %i events, the next of which was already sent',
    async (done) => {
      const lines = [
        '[10:00] <gabriel> a',
        '[10:00] <gabrie1> b',
        '=== gabriel is now known as gabriel|away',
        '=== gabrie1 is now known as gabriel',
        '[10:01] <gabriel|away> c',
        '[10:01] <gabriel> d',
      ]
      const whole = await play(fakeServer(), lines)
      const server = fakeServer()
      const cut = await play(server, lines.slice(0, done))
      const entries = [...cut.journal.entries]
      const next = eventsOf(...lines)[done]
      if (next) await createPlayer(server.api, 'ubuntu', cut.journal).play(next)

      const resumed = createPlayer(server.api, 'ubuntu', journalWith(entries))
      for (const event of eventsOf(...lines).slice(done)) await resumed.play(event)
      expect(entries).toEqual(whole.journal.entries)
      expect(server.users).toEqual(whole.users)
    },
  )

  it('stops if the room has messages of an earlier replay without a journal', async () => {
    const server = fakeServer()
    await play(server, ['[10:00] <joe> a', '[10:00] <jim> b'])
    await expect(play(server, ['[10:00] <joe> a', '[10:00] <jim> b'])).rejects.toThrow('already in the room')
  })

  it('uses idempotency keys that are valid in a header', () => {
    expect(keyOf('2005-02-08.train-a:17')).toBe('2005-02-08.train-a:17')
    expect(keyOf(`${'x'.repeat(80)}:1`)).toMatch(/^[!-~]{1,64}$/)
    expect(keyOf('été:1')).toMatch(/^[!-~]{1,64}$/)
  })
})
