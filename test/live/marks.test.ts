import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { newUser, ok, say } from '../support/api'
import { d1Error, failingBefore } from '../support/database'
import { bind, countOf, listen } from '../support/live'
import { roomWithReader } from '../support/reader'

const markOf = ({ id }: { id: number }) =>
  env.DB.prepare('select read_seq from members where user_id = ?').bind(id).first<number>('read_seq')
/** Waits until a reader's mark is at a number. */
const marked = (reader: { id: number }, seq: number) =>
  vi.waitFor(async () => expect(await markOf(reader)).toBe(seq), { timeout: 10_000 })

/** Creates a room with three entries, in which readers listen who are members. */
const listening = async (count: number) => {
  const { room, writer } = await roomWithReader()
  const readers = await Promise.all(Array.from({ length: count }, () => newUser()))
  for (const { name } of readers) await ok('PUT', room, { body: { userName: name } })
  for (const text of ['1', '2', '3']) await say(room, writer, text)
  const listeners = []
  for (const { name } of readers) listeners.push(await listen(room, { userName: name }))
  return { room, readers, listeners }
}

describe('marks that come as frames', () => {
  it('are written together in one statement, the farthest of each reader', async () => {
    const { room, readers, listeners } = await listening(5)
    const cost = await countOf(room)
    for (const listener of listeners) for (const seq of [1, 3, 2]) listener.send({ type: 'mark', seq })
    for (const reader of readers) await marked(reader, 3)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 5 })
  })

  it('are stored, too, when the connection closes at once', async () => {
    const { readers, listeners } = await listening(1)
    listeners[0]?.send({ type: 'mark', seq: 2 })
    listeners[0]?.socket.close(1000)
    await marked(readers[0] ?? { id: 0 }, 2)
  })

  it('go neither back nor beyond the log', async () => {
    const { room, readers, listeners } = await listening(2)
    const [one, other] = readers
    await ok('PUT', `${room}/member/${one?.name}/read`, { body: { seq: 2 } })
    const cost = await countOf(room)
    listeners[0]?.send({ type: 'mark', seq: 1 })
    listeners[1]?.send({ type: 'mark', seq: 1000 })
    await marked(other ?? { id: 0 }, 3)
    expect(await markOf(one ?? { id: 0 })).toBe(2)
    expect(cost).toMatchObject({ roundTrips: 1, rowsWritten: 1 })
  })

  it('of somebody who is no member write nothing', async () => {
    const { room, readers, listeners } = await listening(1)
    const guest = await newUser()
    const cost = await countOf(room)
    const listener = await listen(room, { userName: guest.name })
    const before = cost.rowsWritten
    listener.send({ type: 'mark', seq: 3 })
    listeners[0]?.send({ type: 'mark', seq: 3 })
    await marked(readers[0] ?? { id: 0 }, 3)
    expect(await markOf(guest)).toBeNull()
    expect(cost.rowsWritten - before).toBe(1)
  })

  it('of an anonymous reader, or without a number, are answered with an error', async () => {
    const { room, listeners } = await listening(1)
    const anonymous = await listen(room)
    anonymous.send({ type: 'mark', seq: 1 })
    expect(await anonymous.next('error')).toMatchObject({ problem: { type: '/problems/invalid-request' } })
    listeners[0]?.send('{"type":"mark"}')
    expect(await listeners[0]?.next('error')).toMatchObject({ problem: { detail: 'missing seq' } })
  })

  it('are dropped while D1 fails, and the next one stands for them', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { room, readers, listeners } = await listening(1)
    await bind(room, { DB: failingBefore(d1Error('Network connection lost.')) })
    listeners[0]?.send({ type: 'mark', seq: 2 })
    await vi.waitFor(() => expect(warned).toHaveBeenCalled(), { timeout: 10_000 })
    expect(String(warned.mock.calls)).toContain('marks not stored')
    warned.mockRestore()
    await bind(room, {})
    listeners[0]?.send({ type: 'mark', seq: 3 })
    await marked(readers[0] ?? { id: 0 }, 3)
  })
})
