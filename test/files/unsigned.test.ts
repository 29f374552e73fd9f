import type { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { call, fails, ok } from '../support/api'
import { pathOfUrl, sendPicture, uploadFile } from '../support/files'
import { roomFixture } from '../support/fixtures'
import { bind, listen, runAlarm } from '../support/live'

/** A meter that does not answer, as while it moves. */
const away = () => {
  const refuse = async () => Promise.reject(new Error('Network connection lost.'))
  return {
    METER: {
      getByName: () => ({ lease: refuse, countUpload: refuse, uncountUpload: refuse }),
    } as unknown as typeof env.METER,
  }
}

/** Creates a room that only members read, and a member with an open name. */
const membersOnly = async () => {
  const { room, owner, member } = await roomFixture()
  await ok('PATCH', room, { body: { readers: 'members' }, token: owner.token })
  return { room, token: owner.token, member }
}

it('no link is signed with a secret that others do not know', async () => {
  const { room, token } = await membersOnly()
  const { id } = await uploadFile(room, undefined, undefined, { token })
  await ok('POST', `${room}/message`, { body: { message: 'look', files: [id] }, token })
  const answer = await call('GET', `${room}/message`, { token, env: away() })
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
  expect(await answer.json()).toMatchObject({ type: '/problems/unavailable' })
  const open = await roomFixture()
  await sendPicture(open.room, open.member.name)
  await ok('GET', `${open.room}/message`, { env: away() })
})

it('listeners get a message with good links whose sender could be told none', async () => {
  const { room, token } = await membersOnly()
  const listener = await listen(room, { token })
  const { id } = await uploadFile(room, undefined, undefined, { token })
  const headers = { 'Idempotency-Key': 'picture' }
  const request = { body: { message: 'look', files: [id] }, token, headers }
  await fails(503, 'POST', `${room}/message`, { ...request, env: away() })
  const [entry] = await listener.entries(1)
  const url = entry?.type === 'message' ? (entry.files[0]?.url ?? '') : ''
  expect((await call('GET', pathOfUrl(url))).status).toBe(200)
  expect(await ok<Message>('POST', `${room}/message`, request)).toMatchObject({ seq: 1, files: [{ id }] })
})

it('a message that comes as a frame is delivered once its links can be signed', async () => {
  const { room, token } = await membersOnly()
  const listener = await listen(room, { token })
  const { id } = await uploadFile(room, undefined, undefined, { token })
  await bind(room, away())
  listener.send({ type: 'message', message: 'look', files: [id], idempotencyKey: 'picture' })
  expect(await listener.next('error')).toMatchObject({ problem: { type: '/problems/unavailable' } })
  await bind(room, {})
  await runAlarm(room)
  const [entry] = await listener.entries(1)
  const url = entry?.type === 'message' ? (entry.files[0]?.url ?? '') : ''
  expect((await call('GET', pathOfUrl(url))).status).toBe(200)
})
