import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { HeldAnswer, Message } from '../../src/contract'
import { MIN_PIECE_ROWS } from '../../src/limits/sweep-budget'
import { call, fresh, newUser, ok, roomWithUser } from '../support/api'
import { pathOfUrl, sendPicture, storedIds, uploadFile } from '../support/files'
import { later, roomIdOf } from '../support/live'
import { runSweep, sweepAll } from '../support/sweep'

const DAY = 86_400_000
const idOf = ({ files }: Message): string => files[0]?.id ?? ''
const rows = async (): Promise<number> =>
  (await env.DB.prepare('select count(*) as count from files').first<number>('count')) ?? 0

const rowOf = (id: string) => env.DB.prepare('select state from files where id = ?').bind(id).first()

/** Waits until the objects are gone, which an answer does not wait for. */
const untilGone = async (...ids: string[]): Promise<void> => {
  for (;;) {
    const stored = await storedIds()
    if (!ids.some((id) => stored.includes(id))) return
    await scheduler.wait(5)
  }
}

const ownRoom = async () => {
  const owner = await newUser()
  const name = fresh('room')
  await ok('POST', '/api/chatroom', { body: { name }, token: owner.token })
  return { room: `/chatroom/${name}`, token: owner.token }
}

describe('objects go at once', () => {
  it('with their message', async () => {
    const { room, userName } = await roomWithUser()
    const sent = await sendPicture(room, userName)
    await ok('DELETE', `${room}/message/${sent.seq}?userName=${userName}`)
    await untilGone(idOf(sent))
  })

  it('with a purge and with a ban', async () => {
    const { room, token } = await ownRoom()
    const [one, other] = [await newUser(), await newUser()]
    const purged = await sendPicture(room, one.name)
    const banned = await sendPicture(room, other.name)
    const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'
    await ok('DELETE', `${room}/message?author=${one.name}&${span}`, { token })
    const ban = { deleteMessagesSeconds: 3600 }
    await ok('PATCH', `${room}/member/${other.name}`, { token, body: { ban } })
    await untilGone(idOf(purged), idOf(banned))
  })

  it('with a person who is erased, sent or not', async () => {
    const { room } = await ownRoom()
    const person = await newUser()
    const sent = await sendPicture(room, person.name)
    const unused = await uploadFile(room, person.name)
    await ok('DELETE', `/api/users/${person.id}?messages=delete`, { token: person.token })
    await untilGone(idOf(sent), unused.id)
    expect((await ok<Message>('GET', `${room}/message/${sent.seq}`)).files).toEqual([])
  })

  it('with a held message that is refused, and stay with one that is approved', async () => {
    const { room, token } = await ownRoom()
    await ok('PATCH', room, { token, body: { approval: 'all' } })
    const { name: userName } = await newUser()
    const hold = async () => {
      const file = await uploadFile(room, userName)
      const body = { userName, files: [file.id] }
      return { file, ...(await ok<HeldAnswer>('POST', `${room}/message`, { body })) }
    }
    const [refused, approved] = [await hold(), await hold()]
    const again = { userName, files: [refused.file.id] }
    expect((await call('POST', `${room}/message`, { body: again })).status).toBe(400)
    const waiting = await ok('GET', `${room}/held/${refused.id}`, { token })
    expect(waiting).toMatchObject({ message: '', files: [refused.file] })
    await ok('DELETE', `${room}/held/${refused.id}`, { token })
    await untilGone(refused.file.id)
    const message = await ok<Message>('PUT', `${room}/held/${approved.id}`, { token })
    expect(message.files).toEqual([approved.file])
    expect((await ok<Message>('GET', `${room}/message/${message.seq}`)).files).toEqual([approved.file])
    await later(2 * DAY, () => sweepAll())
    expect(await storedIds()).toContain(approved.file.id)
    expect(await storedIds()).not.toContain(refused.file.id)
  })
})

it('the file of a message that waits goes with its author, at once', async () => {
  const { room, token } = await ownRoom()
  await ok('PATCH', room, { token, body: { approval: 'all' } })
  const { id: userId, name: userName, token: own } = await newUser()
  const file = await uploadFile(room, userName)
  await ok('POST', `${room}/message`, { body: { userName, files: [file.id] } })
  await ok('DELETE', `/api/users/${userId}`, { token: own })
  await untilGone(file.id)
  expect((await call('GET', pathOfUrl(file.url))).status).toBe(404)
  await sweepAll()
  expect(await rowOf(file.id)).toBe(null)
})

describe('the sweep', () => {
  it('removes files whose message is not there any more, and no others', async () => {
    const { room, token } = await ownRoom()
    const person = await newUser()
    const [kept, gone, emptied] = [
      await sendPicture(room, person.name),
      await sendPicture(room, person.name),
      await sendPicture(room, person.name),
    ]
    await ok('PATCH', room, { token, body: { approval: 'all' } })
    const hold = async (userName: string) => {
      const file = await uploadFile(room, userName)
      await ok('POST', `${room}/message`, { body: { userName, files: [file.id] } })
      return file.id
    }
    const other = await newUser()
    const [waiting, lost] = [await hold(person.name), await hold(other.name)]
    const roomId = await roomIdOf(room)
    await env.DB.batch([
      env.DB.prepare('delete from held where author_id = ?').bind(other.id),
      env.DB.prepare('delete from messages where room_id = ? and seq = ?').bind(roomId, gone.seq),
      env.DB.prepare('update messages set files = null where room_id = ? and seq = ?').bind(
        roomId,
        emptied.seq,
      ),
    ])
    await runSweep()
    const stored = await storedIds()
    expect(stored).toEqual(expect.arrayContaining([idOf(kept), waiting]))
    expect(
      [gone, emptied]
        .map(idOf)
        .concat(lost)
        .filter((id) => stored.includes(id)),
    ).toEqual([])
    for (const id of [idOf(gone), idOf(emptied), lost]) expect(await rowOf(id)).toBe(null)
  })

  it('looks at a part of all files in each run, and begins again after the last ones', async () => {
    const { room, userName } = await roomWithUser()
    const { seq } = await ok<Message>('POST', `${room}/message`, { body: { userName, message: 'x' } })
    const roomId = await roomIdOf(room)
    const ids = Array.from({ length: 40 }, () => fresh('file'))
    // Pairs have the same time.
    const statements = ids.map((id, index) =>
      env.DB.prepare(
        "insert into files (room_id, id, user_id, name, bytes, state, seq, created_at) values (?, ?, 1, 'x', 1, 'used', ?, ?)",
      ).bind(roomId, id, seq, 1000 + Math.floor(index / 2)),
    )
    const named = JSON.stringify(ids.slice(0, -1).map((id) => ({ id })))
    const message = env.DB.prepare('update messages set files = ? where room_id = ? and seq = ?')
    await env.DB.batch([...statements, message.bind(named, roomId, seq)])
    const place = () => env.DB.prepare("select place from sweeps where name = 'files'").first<number>('place')
    const places: (number | null)[] = []
    while (await rowOf(ids.at(-1) ?? '')) {
      const SWEEP_WRITES = MIN_PIECE_ROWS + 10 + (await env.METER.getByName('meter').sweptToday())
      await runSweep({ SWEEP_WRITES, DAILY_WRITES: 0 })
      places.push(await place())
      expect(places.length).toBeLessThan(50)
    }
    expect(places.length).toBeGreaterThan(2)
    expect(places[0]).toBeGreaterThan(1000)
    await runSweep()
    expect(await place()).toBe(0)
    for (const id of ids.slice(0, -1)) expect(await rowOf(id)).toEqual({ state: 'used' })
    await env.DB.prepare('delete from files where room_id = ?').bind(roomId).run()
  })

  it('removes uploads that no message names after a day', async () => {
    const { room, userName } = await roomWithUser()
    const [unused, sent] = [await uploadFile(room, userName), await sendPicture(room, userName)]
    await runSweep()
    expect(await storedIds()).toContain(unused.id)
    await later(DAY + 1, () => sweepAll())
    expect(await storedIds()).not.toContain(unused.id)
    expect(await storedIds()).toContain(idOf(sent))
    await ok('POST', `${room}/message`, { body: { userName, message: 'x' } })
    const late = { userName, files: [unused.id] }
    expect((await call('POST', `${room}/message`, { body: late })).status).toBe(400)
  })

  it('removes the files of a room that is deleted', async () => {
    const { room, token } = await ownRoom()
    const sent = await ok<Message>('POST', `${room}/message`, {
      token,
      body: { files: [(await uploadFile(room, undefined, undefined, { token })).id] },
    })
    const unused = await uploadFile(room, undefined, undefined, { token })
    await ok('DELETE', room, { token })
    await sweepAll()
    expect(await storedIds()).not.toEqual(expect.arrayContaining([idOf(sent)]))
    expect(await storedIds()).not.toContain(unused.id)
  })

  it('removes the files of messages that are too old, also of the last one', async () => {
    const { room, token } = await ownRoom()
    const { name } = await newUser()
    const ids = [idOf(await sendPicture(room, name)), idOf(await sendPicture(room, name))]
    await ok('PATCH', room, { token, body: { retentionDays: 1 } })
    await later(2 * DAY, () => sweepAll())
    const stored = await storedIds()
    expect(ids.filter((id) => stored.includes(id))).toEqual([])
  })

  it('removes those of held messages that have waited for too long', async () => {
    const { room, token } = await ownRoom()
    await ok('PATCH', room, { token, body: { approval: 'all' } })
    const { name: userName } = await newUser()
    const { id } = await uploadFile(room, userName)
    await ok('POST', `${room}/message`, { body: { userName, files: [id] } })
    await later(31 * DAY, () => sweepAll())
    expect(await storedIds()).not.toContain(id)
  })

  it('mends what failed, and leaves no object without a row and no row without a reason', async () => {
    const { room, userName } = await roomWithUser()
    const sent = await sendPicture(room, userName)
    const broken = {
      ...env.FILES,
      delete: () => Promise.reject(new Error('R2 is away')),
    } as unknown as R2Bucket
    await ok('DELETE', `${room}/message/${sent.seq}?userName=${userName}`, { env: { FILES: broken } })
    await runSweep({ FILES: broken })
    expect(await storedIds()).toContain(idOf(sent))
    await sweepAll()
    expect(await storedIds()).not.toContain(idOf(sent))
    await later(2 * DAY, () => sweepAll())
    expect((await storedIds()).length).toBe(await rows())
  })
})
