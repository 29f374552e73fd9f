import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { AuditList, EntryFrame } from '../../src/contract'
import { call, fails, newUser, ok, say } from '../support/api'
import { roomFixture } from '../support/fixtures'
import { listen } from '../support/live'

const span = 'from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z'

const admin = { env: { ADMIN_TOKEN: 'the-admin' }, token: 'the-admin' }
const auditOf = async (room: string, token: string) =>
  (await ok<AuditList>('GET', `${room}/audit`, { token })).entries

it('records no act that is refused', async () => {
  const { room, owner, moderator, member, guest } = await roomFixture()
  const second = await newUser()
  await ok('PATCH', `${room}/member/${second.name}`, { token: owner.token, body: { role: 'moderator' } })
  await ok('POST', `${room}/message`, { token: owner.token, body: { message: 'mine' } })
  const before = await auditOf(room, owner.token)
  const member_ = (name: string) => `${room}/member/${name}`
  const acts: [string, string, object | undefined][] = [
    ['PATCH', member_(second.name), { role: 'member' }],
    ['PATCH', member_(member.name), { role: 'moderator' }],
    ['PATCH', member_(second.name), { ban: {} }],
    ['PATCH', member_(owner.name), { mute: {} }],
    ['PATCH', member_('nobody-here'), { role: 'member' }],
    ['DELETE', member_(second.name), undefined],
    ['DELETE', member_(guest.name), undefined],
    ['PATCH', room, { title: 'x' }],
    ['PATCH', room, { owner: 'nobody-here' }],
    ['DELETE', `${room}/message/99`, undefined],
    ['DELETE', `${room}/message?author=nobody-here&${span}`, undefined],
    ['POST', `${room}/sanction`, { authorOf: 1, kind: 'ban' }],
    ['POST', `${room}/sanction`, { authorOf: 99, kind: 'ban' }],
  ]
  for (const [method, path, body] of acts) {
    const response = await call(method, path, { token: moderator.token, ...(body && { body }) })
    expect([method, path, response.status >= 400]).toEqual([method, path, true])
  }
  await fails(404, 'PATCH', room, { token: owner.token, body: { owner: 'nobody-here' } })
  expect(await auditOf(room, owner.token)).toEqual(before)
})

it('an act of the admin is the act of nobody else: in the audit log, in the log, and for listeners', async () => {
  const { room, owner, member } = await roomFixture()
  const listener = await listen(room, { after: 0 })
  for (let seq = 1; seq <= 2; seq++) await say(room, member.name, `rude ${seq}`)
  // The admin needs no name, and lends its act to nobody whom it names.
  await ok('DELETE', `${room}/message/1`, admin)
  await ok('DELETE', `${room}/message/2?userName=${owner.name}`, admin)
  const log: EntryFrame[] = await listener.entries(4)
  expect(log.slice(2)).toMatchObject([
    { type: 'delete', target: 1, userName: null },
    { type: 'delete', target: 2, userName: null },
  ])
  const again = await listen(room, { after: 2 })
  expect(await again.entries(4)).toMatchObject([{ userName: null }, { userName: null }])
  const entries = await auditOf(room, owner.token)
  expect(entries.slice(0, 2)).toMatchObject([
    { action: 'deleteMessage', by: null, to: member.name, seq: 2 },
    { action: 'deleteMessage', by: null, to: member.name, seq: 1 },
  ])
})

it('records no act that changed nothing', async () => {
  const { room, owner, moderator, member, guest } = await roomFixture()
  await say(room, member.name, 'spam')
  await ok('DELETE', `${room}/message?author=${member.name}&${span}`, { token: moderator.token })
  await ok('PATCH', room, { token: owner.token, body: { title: 'Same' } })
  await ok('PATCH', `${room}/member/${guest.name}`, { token: owner.token, body: { ban: { seconds: 60 } } })
  await env.DB.prepare('update sanctions set until = until - 3600001').run()
  const before = await auditOf(room, owner.token)
  const acts: [string, string, object | undefined][] = [
    ['DELETE', `${room}/message?author=${guest.name}&${span}`, undefined],
    ['DELETE', `${room}/message?author=${member.name}&${span}`, undefined],
    ['DELETE', `${room}/message?authorOf=1`, undefined],
    ['PATCH', `${room}/member/${member.name}`, { role: 'member' }],
    ['PATCH', `${room}/member/${moderator.name}`, { role: 'moderator' }],
    ['PATCH', `${room}/member/${guest.name}`, { ban: null }],
    ['PATCH', `${room}/member/${guest.name}`, { mute: null }],
    ['PATCH', room, { title: 'Same' }],
    ['PATCH', room, { owner: owner.name }],
  ]
  for (const [method, path, body] of acts) {
    await ok(method, path, { token: owner.token, ...(body && { body }) })
    expect([method, path, await auditOf(room, owner.token)]).toEqual([method, path, before])
  }
})

it.each(['member', 'moderator'])(
  'the owner is made no %s, and hears how to hand the room on',
  async (role) => {
    const { room, owner, moderator } = await roomFixture()
    const before = await auditOf(room, owner.token)
    const options = [
      { token: owner.token },
      admin,
      ...(role === 'member' ? [{ token: moderator.token }] : []),
    ]
    for (const actor of options) {
      const path = `${room}/member/${owner.name}`
      const problem = await fails(403, 'PATCH', path, { ...actor, body: { role } })
      expect(problem).toMatchObject({
        type: '/problems/not-allowed',
        detail: expect.stringContaining(`PATCH ${room} {"owner":`),
      })
    }
    expect(await auditOf(room, owner.token)).toEqual(before)
    expect(await ok('GET', room)).toMatchObject({ memberCount: 2 })
  },
)
