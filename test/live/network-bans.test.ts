import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { NewUser, Ticket } from '../../src/contract'
import { call, fails, fresh, newUser, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { bind, connect, listen, runAlarm, stream } from '../support/live'
import {
  asAdminHere,
  ban,
  comingFrom,
  freshAddress,
  nameOnly,
  networkBans,
  newUserFrom,
  type Spammed,
  sendStatus,
  spammed,
} from '../support/networks'

/** A room whose hub has the setting, with a spammer. */
const scene = async (): Promise<Spammed> => {
  const made = await spammed()
  await bind(made.room, networkBans)
  return made
}
const closed = (listener: { closed: { code: number } | undefined }) =>
  vi.waitFor(() => expect(listener.closed?.code).toBe(4001), { timeout: 20_000 })

describe('a ban of a network holds for listeners:', () => {
  it('a new person may not listen under a name, by any way, but reads without one', async () => {
    const made = await scene()
    const { room, address, member, guest } = made
    await ban(made)
    const again = await newUserFrom(address)
    for (const wanted of [{ userName: again.name }, { token: again.token }, { userName: guest.name }]) {
      expect((await connect(room, { ...comingFrom(address), ...wanted })).status).toBe(403)
      const query = 'userName' in wanted ? `?userName=${wanted.userName}` : ''
      const problem = await fails(403, 'GET', `${room}/live${query}`, { ...comingFrom(address), ...wanted })
      expect(problem).toMatchObject({
        type: '/problems/banned',
        detail: expect.stringContaining(' until 20'),
      })
    }
    await listen(room, comingFrom(address))
    const anonymous = await stream(room, comingFrom(address))
    expect((await anonymous.next()).event).toBe('hello')
    await anonymous.cancel()
    // Members, older users, and everybody from elsewhere.
    for (const { token } of [member, guest]) await listen(room, comingFrom(address, { token }))
    await listen(room, { ...comingFrom(freshAddress()), token: again.token })
    const made2 = await ok<Ticket>('POST', `${room}/ticket`, { token: again.token, body: {} })
    expect((await connect(room, { ...comingFrom(address), ticket: made2.ticket })).status).toBe(403)
  })

  it('those who listen already are asked to connect again, and their frames are refused', async () => {
    const made = await scene()
    const { room, address, member, guest } = made
    const newcomer = await newUser()
    const [open, old, elsewhere, anonymous] = [
      await listen(room, { ...comingFrom(address), userName: newcomer.name }),
      await listen(room, comingFrom(address, { token: member.token })),
      await listen(room, { ...comingFrom(freshAddress()), userName: guest.name }),
      await listen(room, comingFrom(address)),
    ]
    await ban(made)
    await closed(open)
    old.send({ type: 'message', message: 'I go on', idempotencyKey: fresh('key') })
    await old.next('sent')
    elsewhere.send({ type: 'message', message: 'I too', idempotencyKey: fresh('key') })
    await elsewhere.next('sent')
    expect(anonymous.closed).toBeUndefined()
  })

  it('a frame is refused by the statement, also before the hub has learned of the ban', async () => {
    const made = await scene()
    const { room, address, guest, moderator } = made
    const listener = await listen(room, { ...comingFrom(address), userName: guest.name })
    for (const message of ['joins', 'is a member']) {
      listener.send({ type: 'message', message, ref: message })
      await listener.until(({ frames }) =>
        frames.some((frame) => frame.type === 'sent' && frame.ref === message),
      )
    }
    const deaf = {
      getByName: () => ({
        ban: async () => undefined,
        broadcast: async () => undefined,
        checkAccess: async () => undefined,
      }),
    }
    await ok('PATCH', `${room}/member/${made.spammer.name}`, {
      env: { ...networkBans, HUB: deaf as unknown as typeof env.HUB },
      token: moderator.token,
      body: { ban: {} },
    })
    for (const message of ['one', 'two']) {
      listener.send({ type: 'message', message, ref: message, idempotencyKey: fresh('key') })
      await listener.until(({ frames }) =>
        frames.some((frame) => frame.type === 'error' && frame.ref === message),
      )
    }
    const errors = listener.frames.filter((frame) => frame.type === 'error')
    for (const { problem } of errors)
      expect(problem).toMatchObject({
        type: '/problems/banned',
        detail: expect.stringContaining(' until 20'),
      })
    // It is told to connect again when the hub compares.
    await runAlarm(room)
    await closed(listener)
  })

  it('a frame notes the network of its sender', async () => {
    const { room, moderator } = await roomFixture()
    await bind(room, networkBans)
    const [spammer, address] = [await newUser(), freshAddress()]
    const listener = await listen(room, { ...comingFrom(address), userName: spammer.name })
    listener.send({ type: 'message', message: 'spam' })
    await listener.next('sent')
    await ban({ room, moderator, spammer } as Spammed)
    expect(await sendStatus(room, address, await newUserFrom(address))).toBe(403)
  })

  it('a ban from the site disconnects others of the network in the rooms of the user', async () => {
    const made = await scene()
    const { room, address, spammer } = made
    const newcomer = await newUser()
    await listen(room, comingFrom(freshAddress(), { token: spammer.token }))
    const open = await listen(room, { ...comingFrom(address), userName: newcomer.name })
    await ok('PUT', `/api/users/${spammer.id}/ban`, { ...asAdminHere, body: {} })
    await closed(open)
    expect(await sendStatus(room, address, nameOnly(newcomer))).toBe(403)
  })
})

it('what a user of an open name is refused, it is not remembered for', async () => {
  const { room } = await roomFixture({ archived: true })
  const user = await ok<NewUser>('POST', '/api/users', { body: { name: fresh('user') } })
  const { status } = await call(
    'POST',
    `${room}/message`,
    comingFrom(freshAddress(), { body: { userName: user.name, message: 'x' } }),
  )
  expect(status).toBe(403)
  expect(
    await env.DB.prepare('select 1 from user_networks where user_id = ?').bind(user.id).first(),
  ).toBeNull()
})
