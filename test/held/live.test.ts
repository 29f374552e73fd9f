import { describe, expect, it } from 'vitest'
import { ok } from '../support/api'
import { approving, hold, texts } from '../support/held'
import { hubOf, type Listener, listen } from '../support/live'

/** Returns the frames about held messages, once there are this many. */
const heldFrames = async (listener: Listener, count: number) => {
  const found = () => listener.frames.filter(({ type }) => type === 'held')
  await listener.until(() => found().length >= count)
  return found()
}

/** Opens a connection of each kind to a room with approval. */
const listeners = async () => {
  const fixture = await approving('all')
  const { room, moderator, newcomer, member, guest } = fixture
  const bearer = ({ token }: { token: string }) => ({ headers: { Authorization: `Bearer ${token}` } })
  return {
    ...fixture,
    moderating: await listen(room, bearer(moderator)),
    author: await listen(room, bearer(newcomer)),
    others: [
      await listen(room),
      await listen(room, bearer(member)),
      // An open name may be borrowed, also that of a moderator.
      await listen(room, { userName: guest.name }),
      await listen(room, { userName: moderator.name }),
    ],
  }
}

describe('a held message', () => {
  it('is told to those who moderate and its author, waiting and decided, and to nobody else', async () => {
    const { room, moderator, newcomer, moderating, author, others } = await listeners()
    const id = await hold(room, newcomer, 'secret')
    const waiting = { type: 'held', state: 'waiting', id, held: { id, message: 'secret' } }
    for (const listener of [moderating, author])
      expect(await heldFrames(listener, 1)).toMatchObject([waiting])
    await ok('PUT', `${room}/held/${id}`, { token: moderator.token })
    for (const listener of [moderating, author])
      expect((await heldFrames(listener, 2))[1]).toEqual({
        type: 'held',
        state: 'approved',
        id,
        messageSeq: 1,
      })
    const refused = await hold(room, newcomer, 'no')
    await heldFrames(moderating, 3)
    await ok('DELETE', `${room}/held/${refused}`, { token: moderator.token })
    expect((await heldFrames(moderating, 4))[3]).toEqual({ type: 'held', state: 'refused', id: refused })
    // An entry that comes later shows that nothing else came before it.
    await ok('POST', `${room}/message`, { token: moderator.token, body: { message: 'last' } })
    for (const listener of others) {
      await listener.entries(2)
      expect(listener.frames.filter(({ type }) => type === 'held')).toEqual([])
    }
  })

  it('that was sent as a frame is answered by a frame, once a key', async () => {
    const { room, moderating, others } = await listeners()
    const [, , sender] = others
    if (!sender) throw new Error('nobody listens under an open name')
    const frame = { type: 'message', message: 'hello', ref: 'a', idempotencyKey: 'one-key' } as const
    sender.send(frame)
    const answer = await sender.next('held')
    expect(answer).toMatchObject({ state: 'waiting', ref: 'a', held: { message: 'hello' } })
    expect(await heldFrames(moderating, 1)).toMatchObject([{ id: answer.id }])
    sender.send(frame)
    const repeated = { type: 'held', state: 'waiting', id: answer.id, ref: 'a', replayed: true }
    expect((await heldFrames(sender, 2))[1]).toEqual(repeated)
    expect(await texts(room)).toEqual([])
  })

  it('is not told to a moderator who is none any more', async () => {
    const { room, owner, moderator, newcomer, moderating } = await listeners()
    const path = `${room}/member/${moderator.name}`
    await ok('PATCH', path, { token: owner.token, body: { role: 'member' } })
    // The request asks the hub for it too, at any time.
    await hubOf(room).checkAccess()
    await hold(room, newcomer)
    await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'last' } })
    await moderating.entries(1)
    expect(moderating.frames.filter(({ type }) => type === 'held')).toEqual([])
  })
})
