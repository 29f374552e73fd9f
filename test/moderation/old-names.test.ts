import { describe, expect, it, vi } from 'vitest'
import type { Message, SanctionList, User } from '../../src/contract'
import { fails, fresh, ok } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'
import { person, sign, withSecret } from '../support/login'

type Fixture = Awaited<ReturnType<typeof roomFixture>>
const change = (room: string, name: string, token: string, body: object) =>
  ok('PATCH', `${room}/member/${encodeURIComponent(name)}`, { token, body })
const countSanctions = async ({ room, owner }: Fixture) =>
  (await ok<SanctionList>('GET', `${room}/sanction`, { token: owner.token })).sanctions.length

describe.each(['ban', 'mute'])('a %s of a moderator', (kind) => {
  it('is not lifted by an old name, neither by the moderator nor by an equal', async () => {
    const fixture = await roomFixture()
    const { room, owner, moderator, member } = fixture
    const old = moderator.name
    await change(room, old, owner.token, { [kind]: {} })
    const name = fresh('renamed')
    await ok('PATCH', `/api/users/${moderator.id}`, { token: moderator.token, body: { name } })
    await change(room, name, owner.token, { role: 'moderator' })
    await change(room, member.name, owner.token, { role: 'moderator' })
    for (const { token } of kind === 'mute' ? [moderator, member] : [member])
      for (const aimed of [old, name])
        expect(
          await fails(403, 'PATCH', `${room}/member/${aimed}`, { token, body: { [kind]: null } }),
        ).toMatchObject({ title: 'Not allowed' })
    expect(await countSanctions(fixture)).toBe(1)
    await change(room, old, owner.token, { [kind]: null })
    expect(await countSanctions(fixture)).toBe(0)
  })
})

describe('a sanction by a message of a user that was deleted and came back by its login', () => {
  const returned = async () => {
    const fixture = await roomFixture()
    const { room, owner } = fixture
    const claims = person()
    const by = async (name: string) => ({ token: await sign({ ...claims, name }), env: withSecret })
    const first = await by(fresh('Lina'))
    const { userId, seq } = await ok<Message>('POST', `${room}/message`, {
      ...first,
      body: { message: 'spam' },
    })
    await ok('DELETE', `/api/users/${userId}`, first)
    const name = fresh('Second')
    const again = await by(name)
    const { id } = await ok<User>('GET', '/api/users/me', again)
    const sanction = (token: string, body: object = {}) => ({
      token,
      body: { authorOf: seq, kind: 'ban', ...body },
    })
    return { fixture, room, owner, again, name, id, sanction }
  }

  it('ends the membership and the connection of the user of today, if it is a ban', async () => {
    const { fixture, room, again, name, sanction } = await returned()
    await ok('PUT', room, { ...again, body: {} })
    const [listener, other] = [await listen(room, again), await listen(room)]
    const before = await ok<{ memberCount: number }>('GET', room)
    await ok('POST', `${room}/sanction`, sanction(fixture.moderator.token))
    await vi.waitFor(() => expect(listener.closed?.code).toBe(4003), { timeout: 10_000 })
    await other.until(({ frames }) =>
      frames.some((frame) => frame.type === 'member' && frame.userName === name && frame.role === null),
    )
    await fails(404, 'GET', `${room}/member/${name}`)
    expect(await ok('GET', room)).toMatchObject({ memberCount: before.memberCount - 1 })
  })

  it('is not imposed or lifted by an equal of the user of today', async () => {
    const { fixture, room, owner, again, name, sanction } = await returned()
    await ok('PUT', room, { ...again, body: {} })
    await change(room, name, owner.token, { role: 'moderator' })
    for (const kind of ['ban', 'mute'])
      await fails(403, 'POST', `${room}/sanction`, sanction(fixture.moderator.token, { kind }))
    expect(await countSanctions(fixture)).toBe(0)
    await ok('GET', `${room}/member/${name}`)
    await ok('POST', `${room}/sanction`, sanction(owner.token, { kind: 'mute' }))
    await fails(403, 'POST', `${room}/message`, { ...again, body: { message: 'x' } })
    await fails(403, 'PATCH', `${room}/member/${name}`, { ...again, body: { mute: null } })
    expect(await countSanctions(fixture)).toBe(1)
  })
})
