import { expect, it } from 'vitest'
import { call, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'

it('a repeat returns the stored message, also once its author is muted or the room archived', async () => {
  const { room, owner, member } = await roomFixture()
  const send = (key: string) =>
    call('POST', `${room}/message`, {
      headers: { 'Idempotency-Key': key },
      body: { userName: member.name, message: 'hello!' },
    })
  const first = await (await send('k1')).json()
  const expectRepeat = async () => {
    const repeated = await send('k1')
    expect([repeated.status, repeated.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    expect(await repeated.json()).toEqual(first)
    expect((await send('k2')).status).toBe(403)
  }
  const mute = { seconds: 600, reason: null }
  await ok('PATCH', `${room}/member/${member.name}`, { token: owner.token, body: { mute } })
  await expectRepeat()
  await ok('PATCH', `${room}/member/${member.name}`, { token: owner.token, body: { mute: null } })
  await ok('PATCH', room, { token: owner.token, body: { archived: true } })
  await expectRepeat()
})
