import { beforeAll, describe, expect, it } from 'vitest'
import type { ImportAnswer } from '../../src/contract'
import { fails, fresh, newUser, ok } from '../support/api'
import { at, toText, wholeFile } from '../support/import-file'
import { asAdmin } from '../support/site'
import { countRows } from '../support/sweep'

const headers = { 'Content-Type': 'application/x-ndjson' }
const sending = (body: string | Uint8Array) => ({ ...asAdmin, body, headers })

const first = { type: 'parlour', version: 1, scope: 'site' }
const user = { type: 'user', id: 1, name: 'wrong-lines', createdAt: at }
const room = { type: 'room', id: 1, name: 'wrong-lines', createdAt: at }
const message = { type: 'message', room: 1, seq: 1, author: 1, text: 'x', createdAt: at }
const edit = { type: 'change', kind: 'edit', room: 1, seq: 2, target: 1, actor: 1, createdAt: at }

/** A wrong line, by its number, behind the lines before it. */
const wrong: [what: string, lines: (object | string)[], line: number, error: RegExp][] = [
  ['no first line', [user], 1, /a file begins with \{"type":"parlour"/],
  ['another version', [{ ...first, version: 2 }], 1, /version must be 1/],
  ['the export of one user', [{ ...first, scope: 'user' }], 1, /export of one user/],
  ['a second first line', [first, first], 2, /once/],
  ['no JSON', [first, '{"type":"user"'], 2, /is not valid JSON/],
  ['an array', [first, '[]'], 2, /must be a JSON object/],
  ['no type', [first, { id: 1 }], 2, /missing type/],
  ['an unknown type', [first, { type: 'constructor' }], 2, /the type "constructor" is unknown/],
  ['an unknown field', [first, { ...user, colour: 'red' }], 2, /the field "colour" is unknown/],
  [
    '__proto__',
    [first, JSON.stringify(user).replace('{', '{"__proto__":{"id":2},')],
    2,
    /"__proto__" is unknown/,
  ],
  ['a missing field', [first, { ...user, name: undefined }], 2, /missing name/],
  ['a wrong type', [first, { ...user, id: '1' }], 2, /id must be/],
  ['a wrong time', [first, { ...user, createdAt: '2026-01-01' }], 2, /createdAt/],
  [
    'an id that is no safe integer',
    [first, '{"type":"user","id":9007199254740993,"name":"x","createdAt":"2026-01-01T00:00:00.000Z"}'],
    2,
    /id must be/,
  ],
  ['an id that is too large', [first, { ...user, id: 2 ** 53 }], 2, /id must/],
  ['an invisible name', [first, { ...user, name: '\u200b' }], 2, /name must/],
  ['a name with a slash', [first, { ...user, name: 'a/b' }], 2, /slash/],
  ['half a surrogate pair', [first, room, { ...message, text: 'x\ud800' }], 3, /surrogate/],
  [
    'half a surrogate pair in a name of then',
    [first, room, { ...message, mentions: [{ id: 1, name: '\ud800' }] }],
    3,
    /surrogate/,
  ],
  ['NUL', [first, { ...user, loginName: 'a\0' }], 2, /NUL/],
  ['a text that is too long', [first, room, { ...message, text: 'x'.repeat(4001) }], 3, /4000 characters/],
  ['a message before its room', [first, message], 2, /no line of that room is before it/],
  [
    'a message of another room',
    [first, room, { ...message, room: 2 }],
    3,
    /of room 2, but the lines before it are of room 1/,
  ],
  [
    'a gap in the log',
    [first, room, message, { ...message, seq: 4 }, { type: 'end', lines: 4 }],
    4,
    /room 1 lacks the entries 2 to 3/,
  ],
  [
    'a log that begins late',
    [first, room, { ...message, seq: 2 }, { type: 'end', lines: 3 }],
    3,
    /lacks the entry 1/,
  ],
  ['an entry before the first', [first, { ...room, firstSeq: 3 }, message], 3, /before the firstSeq 3/],
  [
    'a reply to a later message',
    [first, room, { ...message, replyTo: 1 }],
    3,
    /replyTo must be less than seq/,
  ],
  [
    'a change of a later message',
    [first, room, message, { ...edit, target: 2 }],
    4,
    /target must be less than seq/,
  ],
  ['a message without a text', [first, room, { ...message, text: undefined }], 3, /has text, or deletedAt/],
  ['a deleted message with a text', [first, room, { ...message, deletedAt: at }], 3, /has no text/],
  [
    'reactions of another message',
    [first, room, message, { type: 'reaction', room: 1, message: 2, reaction: '🎉', users: [1] }],
    4,
    /follow the line of their message/,
  ],
  [
    'a reaction that is no emoji',
    [first, room, message, { type: 'reaction', room: 1, message: 1, reaction: '__proto__', users: [1] }],
    4,
    /one emoji/,
  ],
  [
    'two people with one token',
    [first, { ...user, tokenHash: 'h' }, { ...user, id: 2, name: 'wrong-two', tokenHash: 'h' }],
    3,
    /the user 1 has the same tokenHash/,
  ],
  [
    'a line of a user export',
    [first, { type: 'mention', room: 1, message: 1, createdAt: at }],
    2,
    /export of one user/,
  ],
  [
    'lines that are missing',
    [first, user, { type: 'end', lines: 5 }],
    3,
    /had 5 lines before this one .* now it has 2/,
  ],
  ['a line behind the end', [first, { type: 'end', lines: 1 }, user], 3, /last one of a file/],
]

describe('a request of an import is refused, by the number of its line, and stores nothing:', () => {
  // Not an empty instance.
  beforeAll(() => newUser())

  it.each(wrong)('%s', async (_, lines, line, error) => {
    const before = await countRows()
    const body = lines.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n')
    const { detail, errors } = await fails(400, 'POST', '/api/import', sending(body))
    expect(detail).toMatch(error)
    expect(errors?.[0]?.path).toBe(`line ${line}`)
    expect(await countRows()).toEqual(before)
  })

  it('bytes that are not UTF-8, and another type', async () => {
    await fails(400, 'POST', '/api/import', sending(new Uint8Array([0xff])))
    await fails(415, 'POST', '/api/import', { ...asAdmin, body: '{}' })
  })

  it('lines that come too early', async () => {
    await ok('POST', '/api/import?import=early', sending(toText([first])))
    const { detail } = await fails(409, 'POST', '/api/import?import=early&line=5', sending(toText([user])))
    expect(detail).toContain('line=5 comes too early: 1 lines are stored. Send the lines from 2 on')
  })

  it('two messages of one author with the same key, whose index is in two requests', async () => {
    const key = { keyIndex: '0A', keyHash: '0B' }
    const lines = [
      first,
      { ...user, name: fresh('keys') },
      { ...room, name: fresh('keys') },
      { ...message, ...key },
    ]
    await ok('POST', '/api/import?import=keys', sending(toText(lines)))
    const { detail } = await fails(
      400,
      'POST',
      '/api/import?import=keys&line=5',
      sending(toText([{ ...message, seq: 2, ...key }])),
    )
    expect(detail).toContain('The lines 5 to 5 have something of messages')
  })
})

it('a byte order mark, CRLF, empty lines and a missing last line break are accepted, and each line keeps its number', async () => {
  const lines = toText(wholeFile([{ ...user, name: fresh('crlf') }]))
    .trimEnd()
    .split('\n')
  const body = `\ufeff${lines.join('\r\n\r\n')}`
  const answer = await ok<ImportAnswer>('POST', '/api/import', sending(body))
  expect(answer).toMatchObject({ finished: true, lines: 5 })
  const { detail } = await fails(400, 'POST', '/api/import', sending(`${lines[0]}\r\n\r\n\r\n{}\r\n`))
  expect(detail).toMatch(/^line 4: missing type/)
})
