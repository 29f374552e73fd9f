import { describe, expect } from 'vitest'
import { chatIn, tag } from '../support/browser/chat.ts'
import { head, listen, logOf, open } from '../support/browser/client.ts'
import { it } from '../support/browser/fixtures.ts'
import { speaker } from '../support/browser/long-room.ts'
import { fresh } from '../support/browser/names.ts'
import { ask } from '../support/node/poster.ts'

/** The errors that a browser reports while the network or the server is away. Their names depend on the moment. */
const away = [/net::ERR_/, /WebSocket connection/]

type History = { messages: { seq: number; userName: string; message: string }[] }

describe('when the network or the server goes away', () => {
  it('loses and doubles nothing that is said or heard while the server is killed and started again', async ({
    server,
    site,
    visitor,
  }) => {
    const name = fresh('killed')
    await ask(`${server.url}/api/chatroom`, 'POST', { name })
    const page = await visitor({ expects: away })
    await open(page, site.page('', { head }))
    await page.evaluate(
      async ([api = '', name = '']) => {
        await window.parlour(api).signIn({ name })
      },
      [server.url, fresh('kim')],
    )
    await listen(page, server.url, name)
    const texts = Array.from({ length: 30 }, (_, index) => `No. ${index}`)
    const say = (texts: string[]) =>
      page.evaluate((texts) => {
        for (const text of texts) window.room.send(text)
      }, texts)
    const other = await visitor({ expects: away })
    await other.goto(site.page(tag(server.url, `name="${name}"`)))
    const chat = chatIn(other)
    await chat.say('mine 0')
    await chat.name(fresh('una'))
    await chat.message('mine 0').waitFor()

    await say(texts.slice(0, 10))
    // Before the answers arrive.
    await expect.poll(async () => (await logOf(page)).length).toBeGreaterThan(2)
    await server.kill()
    await say(texts.slice(10, 20))
    for (const count of [1, 2, 3]) await chat.say(`mine ${count}`)
    await server.start()
    await ask(`${server.url}/chatroom/${name}/message`, 'POST', {
      userName: speaker,
      message: 'welcome back',
    })
    await say(texts.slice(20))
    await chat.say('mine 4')
    await page.waitForFunction(() => window.room.outbox.length === 0)
    await chat.message('mine 4').waitFor()
    await expect.poll(chat.waiting).toBe(0)

    const { body } = await ask<History>(`${server.url}/chatroom/${name}/message?limit=100`, 'GET')
    const said = body.messages.map(({ message }) => message)
    expect(said.filter((text) => text.startsWith('No.'))).toEqual(texts)
    expect(said.filter((text) => text.startsWith('mine'))).toEqual(
      [0, 1, 2, 3, 4].map((count) => `mine ${count}`),
    )
    expect(said).toHaveLength(texts.length + 6)
    await expect
      .poll(async () => (await logOf(page)).map(([, seq, text]) => [seq, text]), { timeout: 60_000 })
      .toEqual(
        // It has listened from the first entry.
        body.messages.map(({ seq, message }) => [seq, message]),
      )
    // It tries again after 30 seconds at most.
    await expect.poll(chat.texts, { timeout: 60_000 }).toEqual(said)
  })

  it('sends what was written without a network when there is one again, in order and once', async ({
    api,
    tunnel,
    visitor,
  }) => {
    const name = fresh('offline')
    await api('POST', '/api/chatroom', { name })
    const page = await visitor({ expects: away, asks: tunnel.asks })
    await open(page, tunnel.site.page('', { head }))
    await page.evaluate(
      async ([api = '', name = '']) => {
        await window.parlour(api).signIn({ name })
      },
      [tunnel.url, fresh('lena')],
    )
    await listen(page, tunnel.url, name)
    await tunnel.enter(page)
    await page.evaluate(() => {
      for (let count = 1; count <= 12; count++) window.room.send(`No. ${count}`)
    })
    await api('POST', `/chatroom/${name}/message`, { userName: speaker, message: 'are you there?' })
    await tunnel.leave(page)
    await page.waitForFunction(() => window.room.outbox.length === 0)
    const { messages } = await api<History>('GET', `/chatroom/${name}/message`)
    expect(messages.map(({ message }) => message)).toEqual([
      'are you there?',
      ...Array.from({ length: 12 }, (_, index) => `No. ${index + 1}`),
    ])
    await expect
      .poll(() => logOf(page))
      .toEqual(messages.map(({ seq, message }) => ['message', seq, message]))
  })

  it('shows what was written in <parlour-room> without a network as waiting, and sends it in order and once', async ({
    api,
    tunnel,
    visitor,
  }) => {
    const room = fresh('underground')
    const page = await visitor({ expects: [...away, /console: .*404/], asks: tunnel.asks })
    await page.goto(tunnel.site.page(tag(tunnel.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('before the tunnel')
    await chat.name(fresh('Tess'))
    await chat.message('before the tunnel').waitFor()
    await tunnel.enter(page)
    await chat.root.getByText('You are offline.').waitFor()
    const texts = ['one', 'two', 'three', 'four', 'five'].map((count) => `${count} in the tunnel`)
    for (const text of texts) await chat.say(text)
    await expect.poll(chat.waiting).toBe(texts.length)
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'outside' })
    await tunnel.leave(page)
    await chat.root.getByText('You are offline.').waitFor({ state: 'detached' })
    await expect.poll(chat.waiting).toBe(0)
    const { messages } = await api<History>('GET', `/chatroom/${room}/message`)
    const stored = messages.map(({ message }) => message)
    expect(stored).toEqual(['before the tunnel', 'outside', ...texts])
    await expect.poll(chat.texts).toEqual(stored)
  })
})
