import { env } from 'cloudflare:workers'
import { fresh } from './api'
import { countRows } from './sweep'

/** The time of all that the files have. */
export const at = '2026-01-01T00:00:00.000Z'

/** Returns lines as the text of a file. */
export const toText = (lines: object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

/** Adds the first and the last line to lines. */
export const wholeFile = (lines: object[], ever = {}): object[] => [
  { type: 'parlour', version: 1, scope: 'site' },
  ...lines,
  { type: 'end', lines: lines.length + 1, ...ever },
]

/** Returns the two halves of a file with a line of each type, whose names are new. */
export const smallFile = (): [head: string, tail: string] => {
  const lines = wholeFile(
    [
      { type: 'site', slowModeSeconds: 5 },
      {
        type: 'user',
        id: 1,
        name: fresh('imported'),
        createdAt: at,
        tokenHash: fresh('hash'),
        subject: fresh('subject'),
      },
      { type: 'user', id: 2, name: fresh('imported'), createdAt: at, protected: true },
      { type: 'formerUser', id: 3, name: fresh('former'), deletedAt: at },
      { type: 'erasure', user: 4, startedAt: at },
      { type: 'room', id: 1, name: fresh('imported'), createdAt: at, owner: 1 },
      { type: 'member', room: 1, ordinal: 1, user: 1, joinedAt: at },
      {
        type: 'message',
        room: 1,
        seq: 1,
        author: 1,
        text: 'hello',
        createdAt: at,
        keyIndex: '0A',
        keyHash: '0B',
      },
      {
        type: 'message',
        room: 1,
        seq: 2,
        author: 2,
        text: '@x',
        createdAt: at,
        mentions: [{ id: 1, name: 'x' }],
      },
      { type: 'reaction', room: 1, message: 2, reaction: '🎉', users: [1, 2] },
      { type: 'reaction', room: 1, message: 2, reaction: '👍', users: [2] },
      {
        type: 'change',
        kind: 'reaction',
        room: 1,
        seq: 3,
        target: 2,
        actor: 2,
        createdAt: at,
        reaction: '👍',
        added: true,
      },
      { type: 'message', room: 1, seq: 1, author: 1, text: 'again', createdAt: at },
      { type: 'message', room: 1, seq: 4, author: 0, hook: 1, bot: 'CI', text: 'built', createdAt: at },
      { type: 'held', room: 1, id: fresh('held'), author: 2, createdAt: at, text: 'wait' },
      { type: 'hook', id: 1, room: 1, name: 'CI', createdAt: at },
      { type: 'sanction', room: 1, user: 2, kind: 'mute', name: 'x', createdAt: at },
      { type: 'report', room: 1, number: 1, message: 2, reporter: 1, createdAt: at, reason: 'spam' },
      { type: 'audit', room: 1, number: 1, action: 'mute', createdAt: at },
      { type: 'room', id: 1, name: fresh('imported'), createdAt: at, owner: 1, firstSeq: 2 },
      { type: 'absent', of: 'member', room: 1, from: 9, upTo: 10 },
      { type: 'absent', of: 'user', from: 9, upTo: 10 },
      { type: 'absent', of: 'room', from: 9, upTo: 10 },
      { type: 'sanction', user: 2, kind: 'ban', name: 'x', createdAt: at },
      { type: 'audit', number: 1, action: 'ban', createdAt: at },
      { type: 'blockedFile', hash: 'x'.repeat(43), name: 'a.png', createdAt: at },
    ],
    { users: 4, rooms: 1 },
  )
  return [toText(lines.slice(0, 11)), toText(lines.slice(11))]
}

/** Makes the instance one that nobody has ever used. */
export const empty = async (): Promise<void> => {
  const tables = Object.keys(await countRows())
  const statements = [...tables, 'sqlite_sequence'].map((table) =>
    env.DB.prepare(
      `delete from ${table} ${table === 'sqlite_sequence' ? "where name in ('users', 'rooms')" : ''}`,
    ),
  )
  await env.DB.batch(statements)
}
