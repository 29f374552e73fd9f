import type { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { newUser, ok, say } from '../support/api'
import { connect, hubOf, listen, roomIdOf } from '../support/live'

describe('a room whose name goes on', () => {
  it('takes nobody along who listened to the one before it, though its hub was not told', async () => {
    const owner = await newUser()
    const { name } = await ok<{ name: string }>('POST', '/api/chatroom', {
      body: { name: `again-${owner.id}` },
      token: owner.token,
    })
    const room = `/chatroom/${name}`
    const listener = await listen(room)
    const old = await roomIdOf(room)
    const silent = {
      getByName: () => ({ endRoom: async () => {} }),
    } as unknown as typeof env.HUB
    await ok('DELETE', room, { token: owner.token, env: { HUB: silent } })
    await ok('POST', '/api/chatroom', { body: { name }, token: owner.token })
    // By a name, so that D1 is asked.
    const newer = await listen(room, { userName: owner.name })
    await listener.until(({ closed }) => closed)
    expect(listener.closed?.code).toBe(4004)
    const entry = {
      type: 'message',
      seq: 1,
      userName: null,
      message: 'late',
      createdAt: new Date().toISOString(),
    } as const
    await hubOf(room).publish(old, entry)
    await say(room, owner.name, 'new')
    await newer.entries(1)
    expect(newer.log).toMatchObject([{ message: 'new' }])
    expect((await connect(room, { after: 0 })).status).toBe(101)
  })
})
