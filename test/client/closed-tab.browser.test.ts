import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../support/browser/chat.ts'
import { head, listen, open } from '../support/browser/client.ts'
import { it } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'
import { httpProxy } from '../support/node/http-proxy.ts'

type History = { messages: { message: string }[] }

const DELAY_MILLISECONDS = 120
const policy = "default-src 'self' http: ws:; img-src data:"
const refusesSockets = /WebSocket connection .* failed/

/** Starts a slow or broken network in front of the server, without WebSockets. */
const farAway = async (url: string) => {
  const network = { isAway: false }
  const proxy = await httpProxy(async (_, forward) => {
    if (network.isAway) return undefined
    await new Promise((resolve) => setTimeout(resolve, DELAY_MILLISECONDS))
    return forward()
  }, url)
  return Object.assign(proxy, { network })
}

const roomOf = (page: Page, api: string, name: string) =>
  page.evaluate(
    ([api = '', name = '']) => {
      window.room = window.parlour(api).room(name)
    },
    [api, name],
  )

const sent = (page: Page) => page.waitForFunction(() => window.room.outbox.length === 0)

const newPage = async (context: BrowserContext, url: string) => {
  const page = await context.newPage()
  await open(page, url)
  return page
}

describe('a message that is sent just before its tab is closed', () => {
  it('arrives, however soon the tab is closed after Enter', async ({ api, server, site, visitor }) => {
    const name = fresh('closed')
    await api('POST', '/api/chatroom', { name })
    const proxy = await farAway(server.url)
    const page = await visitor({ expects: [refusesSockets], asks: [proxy.url] })
    const url = site.page(tag(proxy.url, `name="${name}"`), { policy })
    await page.goto(url)
    const chat = chatIn(page)
    await chat.say('first')
    await chat.name(fresh('quick'))
    await chat.message('first').waitFor()
    const other = await page.context().newPage()
    await chat.say('last words')
    await page.waitForTimeout(60)
    await page.close()
    const said = async () =>
      (await api<History>('GET', `/chatroom/${name}/message`)).messages.map(({ message }) => message)
    await expect.poll(said).toEqual(['first', 'last words'])
    // The next visit sends it again, under its key.
    await other.goto(url)
    await chatIn(other).message('last words').waitFor()
    await expect.poll(chatIn(other).waiting).toBe(0)
    expect(await said()).toEqual(['first', 'last words'])
    await other.close()
    proxy.close()
  })

  it('arrives also when it was sent on an open connection', async ({ api, server, site, visitor }) => {
    const name = fresh('framed')
    await api('POST', '/api/chatroom', { name })
    const page = await visitor()
    await open(page, site.page('', { head }))
    await page.evaluate(
      async ([api = '', name = '']) => {
        await window.parlour(api).signIn({ name })
      },
      [server.url, fresh('quinn')],
    )
    await listen(page, server.url, name)
    await page.evaluate(() => window.room.send('first').done)
    const posts: string[] = []
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()))
    // The page is left in the same moment.
    await page.evaluate(() => {
      window.room.send('last words')
      window.location.href = 'about:blank'
    })
    await page.waitForURL('about:blank')
    const said = async () =>
      (await api<History>('GET', `/chatroom/${name}/message`)).messages.map(({ message }) => message)
    await expect.poll(said).toEqual(['first', 'last words'])
    expect(posts.filter((url) => url.endsWith('/message')).length).toBeLessThanOrEqual(1)
  })

  it('is kept beyond the tab where there is no network, and sent once by the next page of the site', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [name, another] = [fresh('kept'), fresh('elsewhere')]
    for (const each of [name, another]) await api('POST', '/api/chatroom', { name: each })
    const proxy = await farAway(server.url)
    const page = await visitor({ expects: [refusesSockets, /ERR_/], asks: [proxy.url] })
    const url = site.page('', { head, policy })
    await open(page, url)
    await page.evaluate(
      async ([api = '', name = '']) => {
        await window.parlour(api).signIn({ name })
      },
      [proxy.url, fresh('olga')],
    )
    await roomOf(page, proxy.url, name)
    proxy.network.isAway = true
    await page.evaluate(() => {
      for (const text of ['one', 'two', 'three']) window.room.send(text)
    })
    await expect.poll(() => proxy.requests.some(({ path }) => path.endsWith('/message'))).toBe(true)
    const context = page.context()
    await page.close()
    proxy.network.isAway = false

    // Two pages at once, in other rooms: the client sends what an earlier page has left.
    const pages = await Promise.all([newPage(context, url), newPage(context, url)])
    for (const each of pages) await roomOf(each, proxy.url, another)
    const said = async () =>
      (await api<History>('GET', `/chatroom/${name}/message`)).messages.map(({ message }) => message)
    await expect.poll(said).toEqual(['one', 'two', 'three'])
    for (const each of pages) {
      await roomOf(each, proxy.url, name)
      await sent(each)
    }
    expect(await said()).toEqual(['one', 'two', 'three'])
    proxy.close()
  })

  it('is sent by another open tab, while it waits in that one no longer', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('tabs')
    await api('POST', '/api/chatroom', { name })
    const proxy = await farAway(server.url)
    const page = await visitor({ expects: [refusesSockets, /ERR_/], asks: [proxy.url] })
    const url = site.page('', { head, policy })
    await open(page, url)
    const other = await newPage(page.context(), url)
    await page.evaluate(
      async ([api = '', name = '']) => {
        await window.parlour(api).signIn({ name })
      },
      [proxy.url, fresh('pia')],
    )
    for (const each of [page, other]) await roomOf(each, proxy.url, name)
    proxy.network.isAway = true
    await page.evaluate(() => window.room.send('from the tab that goes') && undefined)
    await other.evaluate(() => window.room.send('from the tab that stays') && undefined)
    await page.waitForFunction(() => window.room.outbox.length === 1)
    expect(await other.evaluate(() => window.room.outbox.map(({ text }) => text))).toEqual([
      'from the tab that stays',
    ])
    await page.close()
    await other.waitForFunction(() => window.room.outbox.length === 2)
    proxy.network.isAway = false
    await sent(other)
    const { messages } = await api<History>('GET', `/chatroom/${name}/message`)
    expect(messages.map(({ message }) => message).sort()).toEqual([
      'from the tab that goes',
      'from the tab that stays',
    ])
    proxy.close()
  })
})

describe('a browser whose storage holds garbage', () => {
  it('reads and writes as ever', async ({ api, server, site, visitor }) => {
    const name = fresh('garbage')
    await api('POST', '/api/chatroom', { name })
    const page = await visitor()
    const url = site.page('', { head })
    await open(page, url)
    await page.evaluate(
      ([api = '', name = '']) => {
        const garbage = ['{', 'null', '7', '[null]', '{"userName":7,"token":{}}', '"\u0000"', '{"text":1}']
        for (const [index, text] of garbage.entries()) {
          localStorage.setItem(`parlour unsent ${api} ${name} ${index}`, text)
          sessionStorage.setItem(`parlour ${api}/chatroom/${name}/message`, text)
          localStorage.setItem(`parlour unsent ${api} %E0%A4%A ${index}`, text)
        }
        localStorage.setItem(`parlour ${api}`, garbage[4] ?? '')
      },
      [server.url, name],
    )
    await page.reload()
    await page.waitForFunction(() => 'parlour' in window)
    await roomOf(page, server.url, name)
    await page.evaluate(
      async ([api = '', name = '']) => {
        const client = window.parlour(api)
        if (client.userName !== undefined) throw new Error('The garbage was taken for a user.')
        window.room = client.room(window.room.name)
        await client.signIn({ name })
      },
      [server.url, fresh('rita')],
    )
    expect(await page.evaluate(() => window.room.send('here I am').done)).toMatchObject({ seq: 1 })
  })
})
