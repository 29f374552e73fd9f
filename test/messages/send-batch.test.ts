import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/client'
import { toName } from '../../src/lib/name'
import { sendAgain, sendBatch } from '../../src/messages/send-message'
import { newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { roomFixture } from '../support/fixtures'

const messageOf = (room: string, userName: string, text: string, idempotencyKey?: string) => ({
  sender: userName,
  request: {
    room: toName(room.split('/').at(-1) ?? ''),
    actor: { credential: { kind: 'none' as const }, user: toName(userName) },
    now: Date.now(),
  },
  message: { text, replyTo: undefined, idempotencyKey, after: undefined, approval: 'none' as const },
})

const seqOf = (sent: Awaited<ReturnType<typeof sendBatch>>[number]) =>
  sent === 'waits' ? sent : sent?.row.seq

describe('messages of a batch', () => {
  it('of 64 members are stored in one round trip, one row each', async () => {
    const { room } = await roomFixture()
    const names: string[] = []
    for (let i = 0; i < 64; i++) {
      const { name } = await newUser()
      await ok('PUT', room, { body: { userName: name } })
      names.push(name)
    }
    const { db: d1, cost } = counting()
    const { db } = openDatabase(d1, { bookmark: undefined, reading: false })
    const sent = await sendBatch(
      db,
      names.map((name) => messageOf(room, name, `from ${name}`)),
    )
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 64 })
    expect(sent.map((one) => one !== 'waits' && one?.row.userName)).toEqual(names)
    expect(sent.map(seqOf)).toEqual(names.map((_, i) => i + 1))
  })

  it('hurt no neighbour where one is refused, and are stored once under one key', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture()
    await ok('PATCH', `${room}/member/${guest.name}`, { token: owner.token, body: { ban: {} } })
    const { DB } = env as { DB: D1Database }
    const { db } = openDatabase(DB, { bookmark: undefined, reading: false })
    const messages = [
      messageOf(room, member.name, 'one'),
      messageOf(room, guest.name, 'banned'),
      messageOf(room, member.name, 'two', 'k'),
      messageOf(room, member.name, 'two', 'k'),
      messageOf(room, moderator.name, 'three'),
    ] as const
    const sent = await sendBatch(db, [...messages])
    expect(sent.map(seqOf)).toEqual([1, undefined, 2, undefined, 3])
    await expect(sendAgain(db, messages[1].request, messages[1].message)).rejects.toMatchObject({
      refusal: 'banned',
    })
    expect(await sendAgain(db, messages[3].request, messages[3].message)).toMatchObject({
      replayed: true,
      row: { seq: 2 },
    })
  })
})
