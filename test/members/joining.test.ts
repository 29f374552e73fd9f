import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/contract'
import { fails, fresh, newRoom, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

type Members = { members: Member[]; next: string | null }

describe('members of a room', () => {
  it('join once, also when they repeat the request', async () => {
    const { room, userName } = await roomWithUser()
    const first = await ok<Member>('PUT', room, { body: { userName } })
    expect(first).toMatchObject({ chatroom: room.split('/').at(-1), userName, role: 'member' })
    expect(await ok('PUT', room, { body: { userName: userName.toUpperCase() } })).toEqual(first)
    expect(await ok('GET', `${room}/member/${userName}`)).toEqual(first)
    expect(await ok('GET', room)).toMatchObject({ memberCount: 1 })
  })

  it('join by userName in the query when there is no body, with any Content-Type', async () => {
    const { room, userName } = await roomWithUser()
    const joined = await ok('PUT', `${room}?userName=${userName}`)
    expect(joined).toMatchObject({ userName })
    const headers = { 'Content-Type': 'application/json' }
    expect(await ok('PUT', `${room}?userName=${userName}`, { headers })).toEqual(joined)
    expect(await ok('PUT', `${room}?userName=nobody`, { body: { userName } })).toEqual(joined)
    expect(await fails(400, 'PUT', room)).toMatchObject({ detail: 'missing userName' })
  })

  it('join by their token without a userName', async () => {
    const [{ name }, { name: userName, token }] = [await newRoom(), await newUser()]
    expect(await ok('PUT', `/chatroom/${name}`, { token })).toMatchObject({ userName })
  })

  it('join by sending a message', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'hello!')
    await say(room, userName, 'anybody?')
    expect(await ok('GET', `${room}/member/${userName}`)).toMatchObject({ userName })
    expect(await ok('GET', room)).toMatchObject({ memberCount: 1 })
  })

  it('are counted correctly in any order of joining and leaving', async () => {
    const { room } = await roomWithUser()
    const names: string[] = []
    for (let i = 0; i < 4; i++) names.push((await newUser()).name)
    const [a = '', b = '', c = '', d = ''] = names
    const join = (userName: string) => ok('PUT', room, { body: { userName } })
    const leave = (userName: string) => ok('DELETE', `${room}/member/${userName}`)
    const expectCount = async (memberCount: number) => {
      expect(await ok('GET', room)).toMatchObject({ memberCount })
      const { members } = await ok<Members>('GET', `${room}/member`)
      expect(members).toHaveLength(memberCount)
    }
    for (const name of [a, b, c]) await join(name)
    await expectCount(3)
    expect(await leave(c)).toEqual({ chatroom: room.split('/').at(-1), userName: c, left: true })
    await expectCount(2)
    await join(d)
    await leave(a)
    await expectCount(2)
    await leave(d)
    await leave(b)
    await expectCount(0)
    await join(a)
    await expectCount(1)
    await join(b)
    expect((await ok<Members>('GET', `${room}/member`)).members.map(({ userName }) => userName)).toEqual([
      a,
      b,
    ])
  })

  it('are listed page by page in the order in which they joined', async () => {
    const { room } = await roomWithUser()
    const joined: string[] = []
    for (let i = 0; i < 5; i++) {
      const { name } = await newUser()
      await ok('PUT', room, { body: { userName: name } })
      joined.push(name)
    }
    const listed: string[] = []
    let next: string | null = `${room}/member?limit=2`
    while (next) {
      const page: Members = await ok('GET', next)
      listed.push(...page.members.map(({ userName }) => userName))
      next = page.next
    }
    expect(listed).toEqual(joined)
  })

  it('are found by names with spaces and punctuation', async () => {
    const { room } = await roomWithUser()
    for (const name of [fresh('Ann Lee'), fresh('|away|'), fresh('100%'), fresh('[ñ]?#')]) {
      await newUser(name)
      await ok('PUT', room, { body: { userName: name } })
      expect(await ok('GET', `${room}/member/${encodeURIComponent(name)}`)).toMatchObject({ userName: name })
      await ok('DELETE', `${room}/member/${encodeURIComponent(name)}`)
    }
  })

  it('are 404 where the member, the user or the room does not exist', async () => {
    const { room, userName } = await roomWithUser()
    for (const method of ['GET', 'DELETE']) {
      expect(await fails(404, method, `${room}/member/${userName}`)).toMatchObject({
        title: 'Member not found',
      })
      expect(await fails(404, method, `${room}/member/nobody`)).toMatchObject({ title: 'Member not found' })
      expect(await fails(404, method, `/chatroom/nowhere/member/${userName}`)).toMatchObject({
        title: 'Chatroom not found',
      })
    }
    expect(await fails(404, 'GET', '/chatroom/nowhere/member')).toMatchObject({ title: 'Chatroom not found' })
    expect(await fails(404, 'PUT', room, { body: { userName: 'nobody' } })).toMatchObject({
      title: 'User not found',
    })
  })
})

describe('a `userName` in the query of DELETE …/member/:userName', () => {
  it('is the user who acts without a token', async () => {
    const { room, member, guest } = await roomFixture()
    const path = `${room}/member/${member.name}`
    for (const name of [guest.name, (await newUser()).name])
      expect(await fails(403, 'DELETE', `${path}?userName=${name}`)).toMatchObject({
        type: '/problems/not-allowed',
      })
    const nobody = await fails(404, 'DELETE', `${path}?userName=nobody-here`)
    expect(nobody).toMatchObject({ type: '/problems/user-not-found' })
    await ok('PATCH', `/api/users/${guest.id}`, { token: guest.token, body: { protected: true } })
    await fails(401, 'DELETE', `${path}?userName=${guest.name}`)
    await fails(400, 'DELETE', `${path}?userName=a/b`)
    await ok('DELETE', `${path}?userName=${member.name.toUpperCase()}`)
    await fails(404, 'DELETE', path)
  })

  it('must be the user of the token, if there is one', async () => {
    const { room, owner, member } = await roomFixture()
    const path = `${room}/member/${member.name}`
    const wrong = await fails(403, 'DELETE', `${path}?userName=${owner.name}`, { token: member.token })
    expect(wrong).toMatchObject({ type: '/problems/not-you' })
    await ok('DELETE', `${path}?userName=${member.name}`, { token: member.token })
  })

  it('lets an outsider learn nothing about a room for members', async () => {
    const { room, member, guest } = await roomFixture({ readers: 'members' })
    for (const name of [member.name, 'nobody-here'])
      expect(await fails(403, 'DELETE', `${room}/member/${name}?userName=${guest.name}`)).toMatchObject({
        type: '/problems/members-only',
      })
  })
})
