import { describe, expect, it } from 'vitest'
import { call, fresh, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'

describe('slow mode', () => {
  it('makes members wait, but not owners and moderators', async () => {
    const { room, owner, moderator, member, guest } = await roomFixture({ slowModeSeconds: 3600 })
    const headers = { 'Idempotency-Key': fresh('key') }
    await say(room, member.name, 'first', headers)
    await say(room, guest.name, 'another one')
    const body = { userName: member.name, message: 'second' }
    const refused = await call('POST', `${room}/message`, { body })
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(3500)
    expect(seconds).toBeLessThanOrEqual(3600)
    expect(
      await say(room, member.name, 'first', headers),
      'a repeated request is not a second message',
    ).toMatchObject({
      seq: 1,
    })
    for (const { token } of [owner, moderator]) {
      for (const message of ['and', 'again'])
        await ok('POST', `${room}/message`, { token, body: { message } })
    }
    await ok('PATCH', room, { body: { slowModeSeconds: 0 }, token: owner.token })
    await say(room, member.name, 'second')
  })

  it('stores one of ten messages sent at the same time', async () => {
    const { room, member } = await roomFixture({ slowModeSeconds: 3600 })
    const body = { userName: member.name, message: 'now' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call('POST', `${room}/message`, { body })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(429)])
  })

  it('holds for a long wait over a WebSocket too, however much others write', async () => {
    const { room, owner, member } = await roomFixture({ slowModeSeconds: 3600 })
    const listener = await listen(room, { userName: member.name })
    const send = (ref: string) => listener.send({ type: 'message', message: ref, ref })
    const answer = async (ref: string) => {
      const find = () => listener.frames.find((frame) => 'ref' in frame && frame.ref === ref)
      await listener.until(find)
      return find()
    }
    send('first')
    expect(await answer('first')).toMatchObject({ type: 'sent' })
    for (let count = 0; count < 50; count++)
      await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'on and on' } })
    send('second')
    expect(await answer('second')).toMatchObject({ type: 'error', problem: { status: 429 } })
  })
})
