import { describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract'
import { call, fails, fresh, newUser, ok, roomWithUser, say } from '../support/api'
import { roomFixture } from '../support/fixtures'

describe('a message', () => {
  it('is numbered from 1 and found where its Location says', async () => {
    const { room, userName } = await roomWithUser()
    for (const seq of [1, 2, 3]) {
      const sent = await call('POST', `${room}/message`, { body: { userName, message: `number ${seq}` } })
      expect(sent.status).toBe(201)
      expect(sent.headers.get('location')).toBe(`${room}/message/${seq}`)
      expect(await ok('GET', `${room}/message/${seq}`)).toEqual(await sent.json())
    }
  })

  it.each([
    [' leading, trailing and  double  spaces '],
    ['\ttabs\r\nand line ends\n'],
    ['e\u0301 is not é'],
    ['👩‍👩‍👧‍👦 🏳️‍🌈 \u202e olleh'],
    ['\u0001 \u001b[31m red'],
    ['"quotes" \\ and </script><!--'],
    ['🎉'.repeat(4000)],
  ])('comes back as it was sent: %j', async (message) => {
    const { room, userName } = await roomWithUser()
    expect(await say(room, userName, message)).toMatchObject({ message })
    expect(await ok('GET', `${room}/message/1`)).toMatchObject({ message })
  })

  it.each([
    ['', 'message must be 1 to 4000 characters'],
    ['x'.repeat(4001), 'message must be 1 to 4000 characters'],
    ['🎉'.repeat(4001), 'message must be 1 to 4000 characters'],
    ['a\u0000b', 'message must not hold NUL or half a surrogate pair'],
    ['\ud800', 'message must not hold NUL or half a surrogate pair'],
    [['hello'], 'message must be a string'],
    [null, 'message must be a string'],
  ])('that can not be stored is refused', async (message, detail) => {
    const { room, userName } = await roomWithUser()
    expect(await fails(400, 'POST', `${room}/message`, { body: { userName, message } })).toMatchObject({
      detail,
    })
    expect(await ok('GET', `${room}/message`)).toEqual({ messages: [], quoted: [], next: null })
  })

  it('is edited by its author; the edit is an entry of the log', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'helo!')
    const edit = { body: { userName, message: 'hello!' } }
    const edited = await ok<Message>('PATCH', `${room}/message/1`, edit)
    expect(edited).toMatchObject({ seq: 1, userName, message: 'hello!', editedAt: expect.any(String) })
    expect(await ok('GET', `${room}/message/1`)).toEqual(edited)
    expect(await ok('PATCH', `${room}/message/1`, edit), 'the same again changes nothing').toEqual(edited)
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 3 })
  })

  it('stays as a tombstone without its text when its author deletes it', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'a secret')
    const gone = await ok<Message>('DELETE', `${room}/message/1?userName=${userName}`)
    expect(gone).toMatchObject({ seq: 1, userName, message: null, deletedAt: expect.any(String) })
    expect(await ok('DELETE', `${room}/message/1?userName=${userName}`), 'again changes nothing').toEqual(
      gone,
    )
    expect(await ok('GET', `${room}/message/1`)).toEqual(gone)
    expect(await ok('GET', `${room}/message`)).toMatchObject({ messages: [gone] })
    await fails(404, 'PATCH', `${room}/message/1`, { body: { userName, message: 'back again' } })
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 3 })
  })

  it('is changed by its author only', async () => {
    const { room, userName } = await roomWithUser()
    const { name: other } = await newUser()
    await say(room, userName, 'mine')
    const edit = { body: { userName: other, message: 'yours?' } }
    expect(await fails(403, 'PATCH', `${room}/message/1`, edit)).toMatchObject({ title: 'Not the author' })
    await fails(403, 'DELETE', `${room}/message/1?userName=${other}`)
    expect(await fails(400, 'DELETE', `${room}/message/1`)).toMatchObject({
      detail: 'missing userName in the query',
      errors: [{ path: 'userName', message: 'missing userName in the query' }],
    })
    expect(await fails(404, 'DELETE', `${room}/message/1?userName=nobody`)).toMatchObject({
      title: 'User not found',
    })
    expect(await ok('GET', `${room}/message/1`)).toMatchObject({ message: 'mine' })
  })

  it('that is not there is not found', async () => {
    const { room, userName } = await roomWithUser()
    const edit = { body: { userName, message: 'x' } }
    for (const [path, title] of [
      [`${room}/message/1`, 'Message not found'],
      ['/chatroom/nowhere/message/1', 'Chatroom not found'],
    ] as const) {
      expect(await fails(404, 'GET', path)).toMatchObject({ title })
      expect(await fails(404, 'PATCH', path, edit)).toMatchObject({ title })
      expect(await fails(404, 'DELETE', `${path}?userName=${userName}`)).toMatchObject({ title })
    }
    await fails(400, 'GET', `${room}/message/0`)
    expect(
      await fails(404, 'POST', `${room}/message`, { body: { userName: 'nobody', message: 'x' } }),
    ).toMatchObject({
      title: 'User not found',
    })
  })
})

describe('an Idempotency-Key', () => {
  const send = (room: string, userName: string, message: string, key: string) =>
    call('POST', `${room}/message`, { body: { userName, message }, headers: { 'Idempotency-Key': key } })

  it('gives the first answer again and stores nothing', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    const first = await send(room, userName, 'once', key)
    const again = await send(room, userName, 'once', key)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(await again.json()).toEqual(await first.json())
    expect(await say(room, userName, 'next')).toMatchObject({ seq: 2 })
  })

  it('gives the first answer after an edit, and no text after a deletion', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    await send(room, userName, 'first', key)
    await ok('PATCH', `${room}/message/1`, { body: { userName, message: 'second' } })
    const replayed = await (await send(room, userName, 'first', key)).json<Message>()
    expect(replayed).toMatchObject({ seq: 1, message: 'first' })
    expect(replayed).not.toHaveProperty('editedAt')
    await ok('DELETE', `${room}/message/1?userName=${userName}`)
    expect(await (await send(room, userName, 'first', key)).json()).toMatchObject({ seq: 1, message: null })
  })

  it('does not join a sender again after leaving', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    await send(room, userName, 'bye', key)
    await ok('DELETE', `${room}/member/${userName}`)
    expect((await send(room, userName, 'bye', key)).status).toBe(201)
    expect(await ok('GET', room)).toMatchObject({ memberCount: 0 })
  })

  it('used again for another message is refused', async () => {
    const { room, userName } = await roomWithUser()
    const key = fresh('key')
    await send(room, userName, 'one', key)
    const headers = { 'Idempotency-Key': key }
    expect(
      await fails(422, 'POST', `${room}/message`, { body: { userName, message: 'two' }, headers }),
    ).toMatchObject({
      type: '/problems/idempotency-key-reused',
    })
  })

  it('used again for another message is refused once the first is deleted, too', async () => {
    const { room, owner, member } = await roomFixture()
    for (const deletion of [
      'message/1',
      `message?author=${member.name}&from=2000-01-01T00:00:00Z&upTo=2100-01-01T00:00:00Z`,
    ]) {
      const key = fresh('key')
      const { seq } = await (await send(room, member.name, 'one', key)).json<Message>()
      await ok('DELETE', `${room}/${deletion.replace('message/1', `message/${seq}`)}`, { token: owner.token })
      expect((await send(room, member.name, 'two', key)).status).toBe(422)
      const again = await send(room, member.name, 'one', key)
      expect([again.status, await again.json()]).toMatchObject([201, { seq, message: null }])
    }
  })

  it('means something else for another sender, and in another room', async () => {
    const [here, there] = await Promise.all([roomWithUser(), roomWithUser()])
    const key = fresh('key')
    await send(here.room, here.userName, 'mine', key)
    const other = await send(here.room, there.userName, 'mine', key)
    expect(other.headers.get('idempotent-replayed')).toBeNull()
    expect(await other.json()).toMatchObject({ seq: 2, userName: there.userName })
    const again = await send(here.room, there.userName, 'mine', key)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await again.json()).toMatchObject({ seq: 2, userName: there.userName })
    expect(await (await send(there.room, here.userName, 'and here', key)).json()).toMatchObject({ seq: 1 })
  })

  it.each(['', 'k'.repeat(65), 'two words', 'é'])('is not %j', async (key) => {
    const { room, userName } = await roomWithUser()
    const headers = { 'Idempotency-Key': key }
    expect(
      await fails(400, 'POST', `${room}/message`, { body: { userName, message: 'x' }, headers }),
    ).toMatchObject({
      detail: 'Idempotency-Key must be 1 to 64 visible ASCII characters',
    })
  })
})
