import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { blockedWordKey } from '../../src/lib/word-key'
import { call, fails, ok } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'

// A send leaves out the rules that its room is not known to have. What the database has decides.

type Columns = { slow_mode_seconds?: number; newcomer_link_seconds?: number; blocked_words?: string }

/** Gives a room rules that the Worker does not know of, as another isolate would. */
const setUnseen = (room: string, columns: Columns): Promise<unknown> =>
  env.DB.prepare(`update rooms set ${Object.keys(columns).map((column) => `${column} = ?`)} where name = ?`)
    .bind(...Object.values(columns), room.split('/').at(-1))
    .run()

const listOf = (...words: string[]): Columns => ({
  blocked_words: JSON.stringify(words.map((word) => ({ word, key: blockedWordKey(word) }))),
})

const send = (room: string, userName: string, message: string, headers = {}) =>
  call('POST', `${room}/message`, { body: { userName, message }, headers })

const texts = async (room: string): Promise<(string | null)[]> => {
  const { messages } = await ok<{ messages: Message[] }>('GET', `${room}/message`)
  return messages.map(({ message }) => message)
}

const refused: [string, Columns, string, string][] = [
  ['a word', listOf('casino'), 'the Cásino!', 'blocked-word'],
  ['a word in Thai', listOf('พนัน'), 'เล่นพนันกัน', 'blocked-word'],
  ['a word in Japanese', listOf('カジノ'), 'オンラインカジノへ', 'blocked-word'],
  ['a word in Korean', listOf('카지노'), '온라인카지노에서', 'blocked-word'],
  ['a word in Chinese', listOf('赌博'), '来赌博吧', 'blocked-word'],
  ['a word in Khmer', listOf('ល្បែង'), 'លេងល្បែងស៊ីសង', 'blocked-word'],
  ['a word in Lao', listOf('ພະນັນ'), 'ຫຼິ້ນພະນັນກັນ', 'blocked-word'],
  ['a word in Burmese', listOf('လောင်းကစား'), 'သူလောင်းကစားသည်', 'blocked-word'],
  ['a Latin word in a Chinese text', listOf('casino'), '去casino吧', 'blocked-word'],
  ['a link of a newcomer', { newcomer_link_seconds: 3600 }, 'see https://x.example', 'link-too-soon'],
  ['a second message in slow mode', { slow_mode_seconds: 9 }, 'again', 'slow-mode'],
  ['a second message in slow mode with a long wait', { slow_mode_seconds: 3600 }, 'again', 'slow-mode'],
]

describe('a room refuses a member, whether the Worker knows its rules or not:', () => {
  it.each(refused)('%s', async (_, columns, message, problem) => {
    const { room, member, guest, owner } = await roomFixture()
    // The rule lets this message pass. From then on a slow mode holds, because it writes the time into the row of the member.
    const first = 'the first one'
    await setUnseen(room, columns)
    expect((await send(room, member.name, first)).status).toBe(201)
    for (const key of [undefined, 'a-key']) {
      const response = await send(
        room,
        member.name,
        message,
        key && { 'Idempotency-Key': key, 'Parlour-After': '0' },
      )
      expect((await response.json<{ type: string }>()).type).toBe(`/problems/${problem}`)
    }
    // Another isolate has not seen the room at all.
    const other = await roomFixture()
    await send(other.room, other.member.name, first)
    await setUnseen(other.room, columns)
    const unseen = await send(other.room, other.member.name, message)
    expect((await unseen.json<{ type: string }>()).type).toBe(`/problems/${problem}`)
    expect(await texts(room)).toEqual([first])
    expect(await texts(other.room)).toEqual([first])
    // A sender who is no member yet meets the same rules, and the owner none.
    if (problem !== 'slow-mode')
      await fails(403, 'POST', `${room}/message`, { body: { userName: guest.name, message } })
    await ok('POST', `${room}/message`, { token: owner.token, body: { message } })
  })
})

it('a send in a room with rules takes a second round trip once, and one from then on', async () => {
  const { room, member } = await roomFixture()
  await setUnseen(room, listOf('casino'))
  for (const roundTrips of [2, 1, 1]) {
    const { db, cost } = counting()
    await ok('POST', `${room}/message`, { db, body: { userName: member.name, message: 'x' } })
    expect(cost).toMatchObject({ roundTrips, rowsWritten: 1 })
  }
})

it('a moderator takes one round trip in a room whose rules the Worker does not know', async () => {
  const { room, moderator } = await roomFixture()
  await setUnseen(room, { ...listOf('casino'), slow_mode_seconds: 9, newcomer_link_seconds: 9 })
  const { db, cost } = counting()
  await ok('POST', `${room}/message`, { db, token: moderator.token, body: { message: 'casino' } })
  expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
})

it('a room that has lost its rules lets a member say everything', async () => {
  const { room, member } = await roomFixture({ blockedWords: ['casino'], slowModeSeconds: 60 })
  await fails(403, 'POST', `${room}/message`, { body: { userName: member.name, message: 'casino' } })
  await setUnseen(room, { blocked_words: '[]', slow_mode_seconds: 0 })
  for (const message of ['casino', 'again']) expect((await send(room, member.name, message)).status).toBe(201)
})
