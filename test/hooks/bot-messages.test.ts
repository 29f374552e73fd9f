import { describe, expect, it } from 'vitest'
import type { AuditList, MessageList } from '../../src/contract'
import { call, fails, newUser, ok, say } from '../support/api'
import { post, roomWithHook } from '../support/hooks'
import { listen } from '../support/live'

describe('a message of an incoming webhook', () => {
  it('is answered, reacted to, found and quoted like others', async () => {
    const { room, member, hook } = await roomWithHook()
    await post(hook, { text: 'the build is green' })
    const body = { userName: member.name }
    await ok('POST', `${room}/message`, { body: { ...body, message: 'great', replyTo: 1 } })
    await ok('PUT', `${room}/message/1/reaction/🎉`, { body })
    const bot = { bot: true, userId: null, userName: hook.name }
    const page = await ok<MessageList>('GET', `${room}/message?after=1&limit=1`)
    expect(page).toMatchObject({ messages: [{ message: 'great' }], quoted: [bot] })
    expect(page.messages[0]).not.toHaveProperty('bot')
    const found = await ok<MessageList>('GET', `${room}/message?q=green`)
    expect(found.messages).toMatchObject([{ ...bot, reactions: [{ reaction: '🎉', count: 1 }] }])
    const answered = await ok<MessageList>('GET', `${room}/message?q=great`)
    expect(answered.quoted).toMatchObject([bot])
  })

  it('is edited by nobody, deleted by moderators, and nobody is banned for it', async () => {
    const { room, owner, moderator, member, hook } = await roomWithHook()
    for (const text of ['one', 'two', 'three', 'four']) await post(hook, { text })
    await say(room, member.name, 'mine')
    await fails(403, 'PATCH', `${room}/message/1`, { token: owner.token, body: { message: 'x' } })
    await fails(403, 'DELETE', `${room}/message/1`, { token: (await newUser()).token })
    await ok('POST', `${room}/message/2/report`, { body: { userName: member.name, reason: 'noise' } })
    const token = moderator.token
    await fails(404, 'POST', `${room}/sanction`, { token, body: { authorOf: 2, kind: 'ban' } })
    expect(await ok('DELETE', `${room}/message/1`, { token })).toMatchObject({
      message: null,
      bot: true,
      userName: hook.name,
    })
    const { entries } = await ok<AuditList>('GET', `${room}/audit`, { token })
    expect(entries[0]).toMatchObject({ action: 'deleteMessage', seq: 1, to: null })
    expect(await ok('DELETE', `${room}/message?authorOf=2`, { token })).toEqual({
      userName: null,
      deletedCount: 3,
    })
    const { messages } = await ok<MessageList>('GET', `${room}/message`)
    expect(messages.map(({ message }) => message)).toEqual([null, null, null, null, 'mine'])
  })

  it('comes live and later with its mark, and a normal one without', async () => {
    const { room, member, hook } = await roomWithHook()
    const listener = await listen(room, {})
    await post(hook, { text: 'live' })
    const [frame] = await listener.entries(1)
    expect(frame).toMatchObject({ seq: 1, userId: null, userName: hook.name, bot: true, message: 'live' })
    await say(room, member.name, 'mine')
    expect((await listener.entries(2))[1]).not.toHaveProperty('bot')
    const later = await listen(room, { after: 0 })
    expect(await later.entries(2)).toEqual(listener.log)
  })

  it('is in the feed and the archive under its name', async () => {
    const { room, hook } = await roomWithHook()
    await post(hook, { text: '*passed*' })
    const feed = await ok<{ items: object[] }>('GET', `${room}/feed.json`)
    expect(feed.items).toMatchObject([
      { authors: [{ name: hook.name }], content_html: expect.stringContaining('<strong>passed</strong>') },
    ])
    expect(await (await call('GET', `${room}/archive`)).text()).toContain(`${hook.name}</bdi></b> (bot)`)
  })

  it('counts as unread', async () => {
    const { room, member, hook } = await roomWithHook()
    await ok('PUT', `${room}/member/${member.name}/read`, { body: { seq: 1 } })
    await post(hook, { text: 'one' })
    await post(hook, { text: 'two' })
    const { chatrooms } = await ok<{ chatrooms: object[] }>('GET', '/api/users/me/chatroom', {
      token: member.token,
    })
    expect(chatrooms).toMatchObject([{ unread: 2 }])
  })
})
