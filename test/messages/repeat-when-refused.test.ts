import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { call, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { approving, post } from '../support/held'
import { listen } from '../support/live'
import { ban, comingFrom, newUserFrom, spammed } from '../support/networks'

const body = { message: 'hello!' }
const headers = { 'Idempotency-Key': 'k1' }
const replayed = (answer: Response) => [answer.status, answer.headers.get('Idempotent-Replayed')]

describe('a repeat returns the stored message', () => {
  it('once its author was removed from a room that anyone reads, also over a WebSocket', async () => {
    const { room, owner, member } = await roomFixture({ posters: 'members' })
    const { token, name } = member
    const send = (key: string) =>
      call('POST', `${room}/message`, { token, body, headers: { 'Idempotency-Key': key } })
    const first = await (await send('k1')).json()
    await ok('DELETE', `${room}/member/${name}`, { token: owner.token })
    const again = await send('k1')
    expect(replayed(again)).toEqual([201, 'true'])
    expect(await again.json()).toEqual(first)
    expect((await send('k2')).status).toBe(403)
    const listener = await listen(room, { headers: { Authorization: `Bearer ${token}` } })
    listener.send({ type: 'message', ...body, ref: 'a', idempotencyKey: 'k1' })
    await listener.until(({ frames }) => frames.some((frame) => 'ref' in frame && frame.ref === 'a'))
    expect(listener.frames.find((frame) => 'ref' in frame)).toMatchObject({
      type: 'sent',
      seq: 1,
      replayed: true,
    })
    // An author who may not read any more gets the refusal.
    await ok('PATCH', room, { token: owner.token, body: { readers: 'members' } })
    expect((await send('k1')).status).toBe(403)
  })

  it('once the network of its author was banned', async () => {
    const scene = await spammed()
    const { room, address } = scene
    const { name: userName } = await newUserFrom(address)
    const send = (key: string) =>
      call(
        'POST',
        `${room}/message`,
        comingFrom(address, { body: { ...body, userName }, headers: { 'Idempotency-Key': key } }),
      )
    const first = await (await send('k1')).json<Message>()
    await ban(scene)
    const again = await send('k1')
    expect(replayed(again)).toEqual([201, 'true'])
    expect(await again.json()).toEqual(first)
    for (const key of ['k2', 'k3']) expect((await send(key)).status).toBe(403)
  })
})

it.each([
  ['its author was muted', (room: string, name: string) => [`${room}/member/${name}`, { mute: {} }] as const],
  ['the room was archived', (room: string) => [room, { archived: true }] as const],
])('a repeat of a message that is held gives its id, once %s', async (_, change) => {
  const { room, owner, newcomer } = await approving()
  const held = await (await post(room, newcomer, 'wait', headers)).json()
  const [path, settings] = change(room, newcomer.name)
  await ok('PATCH', path, { token: owner.token, body: settings })
  const again = await post(room, newcomer, 'wait', headers)
  expect(replayed(again)).toEqual([202, 'true'])
  expect(await again.json()).toEqual(held)
  expect((await post(room, newcomer, 'wait', { 'Idempotency-Key': 'k2' })).status).toBe(403)
})
