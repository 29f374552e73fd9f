import { describe, expect } from 'vitest'
import { tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { attackers, batches, payloads, provoke } from '../../support/browser/xss.ts'

describe('text that attackers write', () => {
  it('is a list of many payloads, none of them twice', () => {
    expect(payloads.length).toBeGreaterThan(60)
    expect(new Set(payloads).size).toBe(payloads.length)
  })

  for (const [index, batch] of batches(41).entries()) {
    it(`neither runs nor loads as messages, part ${index + 1}`, async ({ api, server, site, visitor }) => {
      const name = fresh('xss')
      await api('POST', '/api/chatroom', { name })
      await Promise.all(
        batch.map((message) => api('POST', `/chatroom/${name}/message`, { userName: speaker, message })),
      )
      const page = await visitor()
      await page.goto(site.page(tag(server.url, `name="${name}"`)))
      // Messages from before the page was opened, and one that arrives live.
      await page.getByText(speaker).first().waitFor()
      await api('POST', `/chatroom/${name}/message`, { userName: speaker, message: `the end ${batch[0]}` })
      await page.getByText('the end').first().waitFor()
      expect(await provoke(page)).toEqual([])
    })
  }

  it('neither runs nor loads on the landing page', async ({ api, server, visitor }) => {
    const say = (message: string) => api('POST', '/chatroom/lobby/message', { userName: speaker, message })
    await Promise.all(payloads.slice(-50).map(say))
    const page = await visitor()
    await page.goto(server.url)
    await page.getByText(speaker).first().waitFor()
    expect(await provoke(page)).toEqual([])
  })

  it('neither runs nor loads as names, in messages and in who is here and types', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('xss-names')
    await api('POST', '/api/chatroom', { name: room })
    const names = await attackers(api)
    expect(names.length).toBeGreaterThan(20)
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const sockets = names.slice(0, 20).map((name) => {
      const query = new URLSearchParams({ userName: name })
      const socket = new WebSocket(
        `${server.url.replace(/^http/, 'ws')}/chatroom/${room}/live?${query}`,
        'parlour.v1',
      )
      socket.onopen = () => socket.send('{"type":"typing"}')
      return socket
    })
    const say = (userName: string, message: string) =>
      api('POST', `/chatroom/${room}/message`, { userName, message })
    await Promise.all(names.map((name) => say(name, `I am ${name}`)))
    await say(speaker, 'the end')
    await page.getByText('the end').first().waitFor()
    expect(await provoke(page)).toEqual([])
    for (const socket of sockets) socket.close()
  })

  it('neither runs nor loads as a room’s title and topic', async ({ api, server, site, visitor }) => {
    const room = fresh('xss-titles')
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('olaf'),
      protected: true,
    })
    await api('POST', '/api/chatroom', { name: room }, token)
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const set = (settings: object) => api('PATCH', `/chatroom/${room}`, settings, token)
    for (const [index, title] of payloads.entries()) {
      if (index % 2 === 1) continue
      const topic = payloads[index + 1] ?? title
      // One of them may be too long or have a character that isn't allowed. Then the other is set alone.
      await set({ title, topic }).catch(() => Promise.allSettled([set({ title }), set({ topic })]))
    }
    await set({ title: 'the end', topic: 'the end' })
    await page.getByText('the end').first().waitFor()
    expect(await provoke(page)).toEqual([])
  })

  it('neither runs nor loads as the name of a room in the page, and makes no other request', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*40[04]/] })
    await page.goto(site.page(tag(server.url, 'name="lobby"')))
    await page.locator('parlour-room').waitFor()
    for (const name of payloads) {
      await page.evaluate((name) => document.querySelector('parlour-room')?.setAttribute('name', name), name)
    }
    expect(await provoke(page)).toEqual([])
  })
})
