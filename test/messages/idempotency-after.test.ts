import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { MAX_ENTRIES_SEARCHED } from '../../src/messages/idempotency'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { costOf, grow } from '../support/cost'
import { counting } from '../support/database'

const sending = (room: string, userName: string) => {
  const send = (message: string, key: string, after?: number, db?: D1Database) =>
    call('POST', `${room}/message`, {
      body: { userName, message },
      headers: { 'Idempotency-Key': key, ...(after !== undefined && { 'Parlour-After': String(after) }) },
      ...(db && { db }),
    })
  const sent = async (...args: Parameters<typeof send>) => {
    const response = await send(...args)
    const { seq } = await response.json<Message>()
    return [response.status, seq, response.headers.get('idempotent-replayed')]
  }
  return { send, sent }
}

describe('a key, sent with the number that the sender had seen', () => {
  it('finds the message at a repeat, also after it was deleted, and refuses another text', async () => {
    const { room, userName } = await roomWithUser()
    const { send, sent } = sending(room, userName)
    await say(room, userName, 'first')
    expect(await sent('x', 'k', 1)).toEqual([201, 2, null])
    expect(await sent('x', 'k', 1)).toEqual([201, 2, 'true'])
    expect((await send('y', 'k', 1)).status).toBe(422)
    await ok('DELETE', `${room}/message/2?userName=${userName}`)
    expect(await sent('x', 'k', 1)).toEqual([201, 2, 'true'])
  })

  it('stores one of concurrent repeats', async () => {
    const { room, userName } = await roomWithUser()
    const { sent } = sending(room, userName)
    await say(room, userName, 'first')
    const answers = await Promise.all(Array.from({ length: 8 }, () => sent('x', 'k', 1)))
    expect(new Set(answers.map(([, seq]) => seq))).toEqual(new Set([2]))
    expect(answers.filter(([, , replayed]) => replayed === null)).toHaveLength(1)
  })

  it('is found after thousands of messages, with a bounded number of rows read', async () => {
    const { room, userName } = await roomWithUser()
    const { sent } = sending(room, userName)
    await say(room, userName, 'first')
    expect(await sent('x', 'k', 1)).toEqual([201, 2, null])
    await grow({ room }, 5000)
    const { db, cost } = counting()
    expect(await sent('x', 'k', 1, db)).toEqual([201, 2, 'true'])
    expect(cost.rowsRead).toBeLessThanOrEqual(3 * MAX_ENTRIES_SEARCHED)
  })

  it('is exact when the sender had seen very little of the log, which costs a row more', async () => {
    const { room, userName } = await roomWithUser()
    const { sent } = sending(room, userName)
    await say(room, userName, 'first')
    await grow({ room }, 2 * MAX_ENTRIES_SEARCHED)
    const { db, cost } = counting()
    const [status, seq] = await sent('x', 'k', 1, db)
    expect(status).toBe(201)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 2 })
    expect(cost.rowsRead).toBeLessThanOrEqual(MAX_ENTRIES_SEARCHED + 20)
    expect(await sent('x', 'k', 1)).toEqual([201, seq, 'true'])
  })

  it('is exact when the log ends before it, as after a restored database', async () => {
    const { room, userName } = await roomWithUser()
    const { sent } = sending(room, userName)
    await say(room, userName, 'first')
    expect(await sent('x', 'k', 9_000_000)).toEqual([201, 2, null])
    expect(await sent('x', 'k', 9_000_000)).toEqual([201, 2, 'true'])
    expect(await sent('y', 'other', Number.MAX_SAFE_INTEGER)).toEqual([201, 3, null])
  })

  it('finds a message that was first sent without the number', async () => {
    const { room, userName } = await roomWithUser()
    const { sent } = sending(room, userName)
    await say(room, userName, 'first')
    expect(await sent('x', 'k')).toEqual([201, 2, null])
    expect(await sent('x', 'k', 1)).toEqual([201, 2, 'true'])
    expect(await sent('x', 'k', 5)).toEqual([201, 2, 'true'])
  })

  it('finds a message from before the hashes, with the number and without', async () => {
    const { room, userName } = await roomWithUser()
    const { send, sent } = sending(room, userName)
    const { seq, userId } = await say(room, userName, 'x')
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('old x')))
    const fingerprint = bytes.toBase64({ alphabet: 'base64url', omitPadding: true })
    await env.DB.prepare(
      `update messages set idempotency_key = 'old', fingerprint = ?
        where author_id = ? and room_id = (select id from rooms where name = ?) and seq = ?`,
    )
      .bind(fingerprint, userId, room.split('/').at(-1), seq)
      .run()
    expect(await sent('x', 'old')).toEqual([201, seq, 'true'])
    expect(await sent('x', 'old', 0)).toEqual([201, seq, 'true'])
    expect((await send('y', 'old')).status).toBe(422)
  })

  it('is another key of another sender', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'first')
    const { name } = await newUser()
    expect(await sending(room, userName).sent('x', 'k', 1)).toEqual([201, 2, null])
    expect(await sending(room, name).sent('x', 'k', 1)).toEqual([201, 3, null])
  })

  it.each(['-1', '1.5', 'x', '9007199254740992'])('must be a whole number: %s', async (after) => {
    const { room, userName } = await roomWithUser()
    const headers = { 'Idempotency-Key': fresh('key'), 'Parlour-After': after }
    await fails(400, 'POST', `${room}/message`, { headers, body: { userName, message: 'x' } })
  })

  it('costs one row', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'first')
    const headers = { 'Idempotency-Key': fresh('key'), 'Parlour-After': '1' }
    const cost = await costOf('POST', `${room}/message`, { userName, message: 'x' }, headers)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
  })
})
