import { describe, expect, it } from 'vitest'
import type { AuditList, MessageList } from '../../src/contract'
import { fails, newUser, ok, say } from '../support/api'
import { post, roomWithHook } from '../support/hooks'

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
