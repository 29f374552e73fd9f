import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { ChatFile, Message } from '../../src/contract'
import { call, fresh, newRoom, newUser, ok, roomWithUser } from '../support/api'
import { answeringAfter, type Fate, failed, fated, lost, wrong } from '../support/database'
import { bucket, pathOfUrl, pixel, sendFile, storedIds } from '../support/files'
import { later } from '../support/live'
import { asAdmin } from '../support/site'
import { runSweep, sweepAll } from '../support/sweep'

const DAY = 86_400_000
const goesWell: Fate = (run) => run()

const rowsIn = async (room: string) => {
  const select = 'select id, state from files where room_id = (select id from rooms where name = ?)'
  const { results } = await env.DB.prepare(select)
    .bind(room.split('/').at(-1))
    .all<{ id: string; state: string }>()
  return results
}

describe('an upload that is repeated', () => {
  it.each([
    ['first', [lost]],
    ['second', [goesWell, lost]],
    ['second, and the next', [goesWell, lost, lost]],
    ['second, and the next fails', [goesWell, lost, failed]],
    ['second, and the last', [goesWell, wrong, lost]],
  ])('is there, whichever answer of D1 was lost: the %s', async (_, fates) => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    const { db } = fated(...fates)
    const first = await sendFile(room, pixel, { userName, key, db, env: { LOG: 'off' } })
    expect(first.status).toBe(503)
    const again = await sendFile(room, pixel, { userName, key })
    expect(again.status).toBe(201)
    const { id } = await again.json<ChatFile>()
    const sent = await ok<Message>('POST', `${room}/message`, { body: { userName, files: [id] } })
    const read = await call('GET', pathOfUrl(sent.files[0]?.url ?? ''))
    expect(read.status).toBe(200)
    expect((await read.arrayBuffer()).byteLength).toBe(pixel.length)
    // Removes what the first one may have left.
    await later(2 * DAY, () => sweepAll())
    expect((await rowsIn(room)).map((row) => row.id)).toEqual([id])
    const { results } = await env.DB.prepare('select id from files').all<{ id: string }>()
    expect((await storedIds()).toSorted()).toEqual(results.map((row) => row.id).toSorted())
  })

  it('is the same also where no bytes are left for the day, and counts nothing', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    const options = {
      userName,
      headers: { 'CF-Connecting-IP': '203.0.113.77' },
      env: { LOOPBACK_ONLY: 'false', FILE_BYTES_PER_USER_DAY: String(2 * pixel.length + 10) },
    }
    const send = async (given: string) => (await sendFile(room, pixel, { ...options, key: given })).status
    expect([await send(key), await send(key), await send(fresh('key'))]).toEqual([201, 201, 201])
    expect([await send(key), await send(fresh('key'))]).toEqual([201, 429])
    const other = new Uint8Array(pixel.length).fill(1)
    expect((await sendFile(room, other, { ...options, key })).status).toBe(422)
  })

  it('with other bytes of the same length is refused', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    const send = (text: string) =>
      sendFile(room, new TextEncoder().encode(text), { userName, key, name: 'x.txt' })
    expect((await send('aaaaa')).status).toBe(201)
    const other = await send('bbbbb')
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ type: '/problems/idempotency-key-reused' })
    expect((await send('aaaaa')).headers.get('idempotent-replayed')).toBe('true')
  })

  it('after the first one has expired is stored anew, also if R2 failed', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    await sendFile(room, pixel, { userName, key })
    const broken = { delete: () => Promise.reject(new Error('R2 is away')) } as unknown as R2Bucket
    await later(DAY + 1000, async () => {
      await runSweep({ FILES: broken })
      const again = await sendFile(room, pixel, { userName, key })
      expect(again.status).toBe(201)
      const { id } = await again.json<ChatFile>()
      await ok('POST', `${room}/message`, { body: { userName, files: [id] } })
    })
  })

  it('leaves no object that nothing knows, if R2 fails after the upload', async () => {
    const { room, userName } = await roomWithUser()
    const store = bucket()
    const broken = {
      put: (...given: Parameters<R2Bucket['put']>) => store.put(...given),
      delete: () => Promise.reject(new Error('R2 is away')),
    } as unknown as R2Bucket
    const { db } = fated(goesWell, failed)
    const answer = await sendFile(room, pixel, { userName, db, env: { LOG: 'off', FILES: broken } })
    expect(answer.status).toBe(503)
    const [row] = await rowsIn(room)
    expect(row?.state).toBe('deleted')
    expect(await storedIds()).toContain(row?.id)
    await sweepAll()
    expect(await storedIds()).not.toContain(row?.id)
    expect(await rowsIn(room)).toEqual([])
  })
})

describe('an upload whose place is taken away while its bytes come', () => {
  it.each([
    ['the room is deleted', (room: string) => ok('DELETE', room, asAdmin)],
    [
      'its sender is erased',
      (_: string, id: number) => ok('DELETE', `/api/users/${id}?messages=delete`, asAdmin),
    ],
  ])('leaves no object: %s', async (_, act) => {
    const { name } = await newRoom()
    const [room, user] = [`/chatroom/${name}`, await newUser()]
    const event = async () => {
      await act(room, user.id)
      await sweepAll()
    }
    const before = (await storedIds()).length
    const db = answeringAfter(event)
    const answer = await sendFile(room, pixel, { userName: user.name, db, env: { LOG: 'off' } })
    expect(answer.status).toBe(503)
    expect(await storedIds()).toHaveLength(before)
  })
})
