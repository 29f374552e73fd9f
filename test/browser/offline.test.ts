import { describe, expect } from 'vitest'
import { ask } from '../node/support/poster.ts'
import { it } from './support/bed.ts'
import { head, listen, logOf, open } from './support/client.ts'
import { speaker } from './support/long-room.ts'
import { fresh } from './support/names.ts'

/** What a browser says of a network or a server that is away. */
const away = [
  /ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|FAILED|NETWORK_CHANGED)/,
  /WebSocket connection/,
]

type History = { messages: { seq: number; userName: string; message: string }[] }

describe('when the network or the server goes away', () => {
  it('loses and doubles nothing that the client sends or hears while the server is killed and started again', async ({
    frail: { server, site, asks },
    visitor,
  }) => {
    const name = fresh('killed')
    await ask(`${server.url}/api/chatroom`, 'POST', { name })
    const page = await visitor({ expects: away, asks })
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
    await say(texts.slice(0, 10))
    // While they are on their way.
    await expect.poll(async () => (await logOf(page)).length).toBeGreaterThan(2)
    await server.kill()
    await say(texts.slice(10, 20))
    await server.start()
    await ask(`${server.url}/chatroom/${name}/message`, 'POST', {
      userName: speaker,
      message: 'welcome back',
    })
    await say(texts.slice(20))
    await page.waitForFunction(() => window.room.outbox.length === 0)

    const { body } = await ask<History>(`${server.url}/chatroom/${name}/message?limit=100`, 'GET')
    expect(
      body.messages.filter(({ userName }) => userName !== speaker).map(({ message }) => message),
    ).toEqual(texts)
    await expect
      .poll(() => logOf(page), { timeout: 15_000 })
      .toEqual(body.messages.map(({ seq, message }) => ['message', seq, message]))
  })

  it('sends what was written without a network when there is one again, in order and once', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('offline')
    await api('POST', '/api/chatroom', { name })
    const page = await visitor({ expects: away })
    await open(page, site.page('', { head }))
    await page.evaluate(
      async ([api = '', name = '']) => {
        await window.parlour(api).signIn({ name })
      },
      [server.url, fresh('lena')],
    )
    await listen(page, server.url, name)
    await page.context().setOffline(true)
    await page.evaluate(() => {
      for (let count = 1; count <= 12; count++) window.room.send(`No. ${count}`)
    })
    await api('POST', `/chatroom/${name}/message`, { userName: speaker, message: 'are you there?' })
    await page.context().setOffline(false)
    await page.waitForFunction(() => window.room.outbox.length === 0)
    const { messages } = await api<History>('GET', `/chatroom/${name}/message`)
    expect(messages.map(({ message }) => message)).toEqual([
      'are you there?',
      ...Array.from({ length: 12 }, (_, index) => `No. ${index + 1}`),
    ])
    await expect
      .poll(() => logOf(page), { timeout: 15_000 })
      .toEqual(messages.map(({ seq, message }) => ['message', seq, message]))
  })
})
