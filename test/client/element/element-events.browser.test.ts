import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { ParlourMessageDetail, ParlourRoomEvents } from '../../../src/client/element/element-events.ts'
import type { NewUser } from '../../../src/contract/index.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { deepRoom, speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { hideable } from '../../support/browser/visibility.ts'

type Heard = { type: string; on: string; detail: unknown }

/** Notes the element's events as a page's script gets them at the document. */
const listen = async (page: Page): Promise<() => Promise<Heard[]>> => {
  await page.addInitScript(() => {
    const heard: Heard[] = []
    Object.assign(window, { heard })
    const note = <Type extends keyof ParlourRoomEvents>(
      type: Type,
      told: (detail: ParlourRoomEvents[Type]['detail']) => unknown = (detail) => detail,
    ) =>
      document.addEventListener(type, ({ detail, target, bubbles, composed }) => {
        if (bubbles && composed) heard.push({ type, on: (target as Element).localName, detail: told(detail) })
      })
    note('parlour-message')
    note('parlour-unread')
    note('parlour-identity')
    // An error doesn't travel out of the page.
    note('parlour-error', ({ chatroom, problem }) => ({ chatroom, problem: Object(problem).type }))
  })
  return () => page.evaluate(() => Object(window).heard)
}

const of = (type: string, heard: Heard[]) =>
  heard.filter((each) => each.type === type).map(({ detail }) => detail)
/** Returns the texts of the messages that were told, each with what it has to do with the reader. */
const messagesOf = (heard: Heard[]) =>
  of('parlour-message', heard).map((detail) => {
    const { message, chatroom, ...flags } = detail as ParlourMessageDetail
    return [message.message, ...Object.entries(flags).flatMap(([flag, isSet]) => (isSet ? [flag] : []))]
  })

describe('the events of <parlour-room>', () => {
  it('tell of a reply to a message of the reader that is not loaded', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const heard = await listen(page)
    await page.addInitScript(
      ([key = '', identity = '']) => {
        if (location.protocol !== 'about:') localStorage.setItem(key, identity)
      },
      [`parlour ${server.url}`, JSON.stringify({ userName: speaker })],
    )
    await page.goto(site.page(tag(server.url, `name="${deepRoom.name}"`)))
    await chatIn(page).message('No. ').last().waitFor()
    const ada = fresh('ada')
    await api('POST', '/api/users', { name: ada })
    const answer = { userName: ada, message: 'so long ago', replyTo: 1 }
    await api('POST', `/chatroom/${deepRoom.name}/message`, answer)
    await expect.poll(async () => messagesOf(await heard())).toEqual([['so long ago', 'isReply']])
  })

  it('count what is unread and what of it mentions the reader, also in a hidden page', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, ada, bob] = [fresh('unread'), fresh('ada'), fresh('bob')]
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', '/api/users', { name: ada })
    const page = await visitor()
    const look = await hideable(page)
    const heard = await listen(page)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('mine')
    await chat.name(bob)
    await chat.message('mine').waitFor()
    await api('POST', `/chatroom/${room}/message`, { userName: ada, message: 'seen' })
    await chat.message('seen').waitFor()
    await look('hidden')
    // No frame is drawn in a hidden page.
    await page.evaluate(() => Object.assign(window, { requestAnimationFrame: () => 0 }))
    for (const message of ['one', `two @${bob}`])
      await api('POST', `/chatroom/${room}/message`, { userName: ada, message })
    const unread = async () => of('parlour-unread', await heard())
    const counts = (unread: number, mentioned: number) => ({ chatroom: room, unread, mentioned })
    await expect.poll(unread).toEqual([counts(1, 0), counts(2, 1)])
    await look('visible')
    await expect.poll(unread).toEqual([counts(1, 0), counts(2, 1), counts(0, 0)])
  })

  it('tell who the reader is, and that it is nobody any more', async ({ api, server, site, visitor }) => {
    const [room, bob] = [fresh('identity'), fresh('bob')]
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    const heard = await listen(page)
    const url = site.page(tag(server.url, `name="${room}"`))
    await page.goto(url)
    const chat = chatIn(page)
    await chat.say('mine')
    await chat.name(bob)
    await chat.message('mine').waitFor()
    const identity = async () => of('parlour-identity', await heard())
    const isBob = { userId: expect.any(Number), userName: bob }
    await expect.poll(identity).toEqual([isBob])
    await page.goto(url)
    await expect.poll(identity).toEqual([isBob])
    await chat.button('Forget me').click()
    await chat.root.locator('[part=confirm], .strong').last().click()
    await expect.poll(identity).toEqual([isBob, null])
  })

  it('tell of each problem that the reader is shown, once', async ({ api, server, site, visitor }) => {
    const [room, bob] = [fresh('problems'), fresh('bob')]
    const { token } = await api<NewUser>('POST', '/api/users', { name: fresh('host'), protected: true })
    await api('POST', '/api/chatroom', { name: room }, token)
    const page = await visitor({ expects: [/console: .*403/] })
    const heard = await listen(page)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('mine')
    await chat.name(bob)
    await chat.message('mine').waitFor()
    await api('PATCH', `/chatroom/${room}/member/${bob}`, { mute: { seconds: 3600 } }, token)
    await chat.say('can you hear me?')
    await chat.root.getByText('Not sent.').waitFor()
    const problems = async () => of('parlour-error', await heard())
    const problem = (type: string) => ({ chatroom: room, problem: `/problems/${type}` })
    await expect.poll(problems).toEqual([problem('muted')])
    await api('PATCH', `/chatroom/${room}/member/${bob}`, { ban: { seconds: 3600 } }, token)
    await chat.root.getByText('You are banned').waitFor()
    await expect.poll(problems).toEqual([problem('muted'), problem('banned')])
  })

  it('tell of each message that arrives, once, and what it has to do with the reader', async ({
    api,
    visitor,
    tunnel,
  }) => {
    const [room, ada, bob] = [fresh('events'), fresh('ada'), fresh('bob')]
    const send = (message: string, replyTo?: number) =>
      api<{ seq: number }>('POST', `/chatroom/${room}/message`, { userName: ada, message, replyTo })
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', '/api/users', { name: ada })
    await send('before')
    const page = await visitor({ asks: tunnel.asks, expects: [/console: .*ERR_|WebSocket/] })
    const heard = await listen(page)
    await page.goto(tunnel.site.page(tag(tunnel.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.message('before').waitFor()
    await chat.say('mine')
    await chat.name(bob)
    await chat.message('mine').waitFor()
    await send('hello')
    await send(`hello @${bob}`)
    await send('I agree', 2)
    await send('to myself', 1)
    const expected = [
      ['mine', 'isOwn'],
      ['hello'],
      [`hello @${bob}`, 'isMention'],
      ['I agree', 'isReply'],
      ['to myself'],
    ]
    await expect.poll(async () => messagesOf(await heard())).toEqual(expected)
    const [first] = await heard().then((all) => all.filter(({ type }) => type === 'parlour-message'))
    expect(first).toMatchObject({
      on: 'parlour-room',
      detail: { chatroom: room, message: { seq: 2, userName: bob, message: 'mine', replyTo: null } },
    })
    await tunnel.enter(page)
    await send('while you were away')
    await tunnel.leave(page)
    await expect
      .poll(async () => messagesOf(await heard()), { timeout: 30_000 })
      .toEqual([...expected, ['while you were away']])
    // The same elements in another place of the page load the room again. A message that comes before they listen is one of those they load.
    const live = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
    await page.evaluate(() => document.body.append(document.querySelector('parlour-room') ?? ''))
    await chat.message('while you were away').waitFor()
    await live
    await send('the last')
    await expect
      .poll(async () => messagesOf(await heard()))
      .toEqual([...expected, ['while you were away'], ['the last']])
  })
})
