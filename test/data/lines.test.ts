import { describe, expect, it } from 'vitest'
import { type DataLine, dataLine } from '../../src/contract/data-lines'

const createdAt = '2026-11-27T08:00:00.000Z'

describe('a line of an export', () => {
  it('of each type is accepted, without the fields that have their default', () => {
    const lines: DataLine[] = [
      { type: 'parlour', version: 1, scope: 'site' },
      { type: 'site', slowModeSeconds: 5 },
      { type: 'user', id: 1, name: 'anna', createdAt },
      { type: 'formerUser', id: 2, name: 'bob', deletedAt: createdAt },
      { type: 'erasure', user: 3, startedAt: createdAt },
      { type: 'room', id: 1, name: 'lobby', createdAt },
      { type: 'message', room: 1, seq: 1, author: 1, text: 'hello', createdAt },
      { type: 'reaction', room: 1, message: 1, reaction: '🎉', users: [1] },
      { type: 'change', room: 1, seq: 2, kind: 'edit', target: 1, actor: 1, createdAt },
      {
        type: 'change',
        room: 1,
        seq: 3,
        kind: 'reaction',
        target: 1,
        actor: 1,
        reaction: '🎉',
        added: true,
        createdAt,
      },
      { type: 'member', room: 1, ordinal: 1, user: 1, joinedAt: createdAt },
      { type: 'held', room: 1, id: 'x', author: 1, text: 'x', createdAt },
      { type: 'message', room: 1, seq: 4, author: 0, hook: 1, bot: 'CI', text: 'passed', createdAt },
      { type: 'hook', id: 1, room: 1, name: 'CI', createdAt },
      { type: 'sanction', user: 1, kind: 'ban', createdAt },
      { type: 'report', room: 1, number: 1, message: 1, reporter: 1, createdAt },
      { type: 'audit', number: 1, action: 'ban', createdAt, detail: { until: null, reason: 'spam' } },
      { type: 'blockedFile', hash: 'x'.repeat(43), name: 'a.png', createdAt },
      { type: 'mention', room: 1, message: 1, createdAt },
      { type: 'absent', of: 'user', from: 2, upTo: 5 },
      { type: 'end', lines: 20, users: 3, rooms: 1 },
    ]
    for (const line of lines) expect(dataLine.parse(line)).toEqual(line)
  })

  it.each([
    ['another version', { type: 'parlour', version: 2, scope: 'site' }],
    ['an unknown type', { type: 'file' }],
    [
      'a reaction that names no emoji',
      { type: 'change', kind: 'reaction', room: 1, seq: 1, target: 1, actor: 1, createdAt },
    ],
    ['a time that is a number', { type: 'user', id: 1, name: 'anna', createdAt: 0 }],
    ['a name that Parlour refuses', { type: 'user', id: 1, name: 'a/b', createdAt }],
  ])('with %s is refused', (_, line) => {
    expect(dataLine.safeParse(line).success).toBe(false)
  })
})
