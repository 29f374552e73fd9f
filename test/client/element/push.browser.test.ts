import { readFile } from 'node:fs/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

/** Stands in for the browser's push service, which a browser without a network has not. The rest is real. */
const standIn = async (context: BrowserContext): Promise<void> => {
  await context.grantPermissions(['notifications'])
  await context.addInitScript(() => {
    const kept = 'subscribed for this test'
    const subscription = (endpoint: string) => ({
      endpoint,
      toJSON: () => ({
        endpoint,
        expirationTime: null,
        keys: {
          p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
          auth: 'BTBZMqHH6r4Tts7J_aSIgg',
        },
      }),
      unsubscribe: async () => localStorage.removeItem(kept),
    })
    PushManager.prototype.getSubscription = async () => {
      const endpoint = localStorage.getItem(kept)
      return endpoint === null ? null : (subscription(endpoint) as never)
    }
    PushManager.prototype.subscribe = async (options) => {
      if (Object(window).fails) throw new DOMException('no push service', 'AbortError')
      const key = new Uint8Array(options?.applicationServerKey as ArrayBuffer)
      const endpoint =
        localStorage.getItem(kept) ?? `https://push.example/${crypto.randomUUID()}?key=${key.length}`
      localStorage.setItem(kept, endpoint)
      return subscription(endpoint) as never
    }
  })
}

/** Returns the token of the reader of a page. */
const tokenIn = (page: Page, api: string): Promise<string> =>
  page.evaluate((api) => JSON.parse(localStorage.getItem(`parlour ${api}`) ?? '{}').token, api)

const endpointIn = (page: Page): Promise<string | null> =>
  page.evaluate(() => localStorage.getItem('subscribed for this test'))

/** Delivers a message to the worker of a page as a push service does. */
const deliver = async (page: Page, origin: string, payload: object): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  const registered = new Promise<string>((found) =>
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const { registrationId, isDeleted } of registrations) if (!isDeleted) found(registrationId)
    }),
  )
  await devtools.send('ServiceWorker.enable')
  const registrationId = await registered
  const data = JSON.stringify(payload)
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data })
  await devtools.detach()
}

/** Returns the notifications that the worker shows, and closes them. */
const shownIn = (page: Page) =>
  page.evaluate(async () => {
    const [registration] = await navigator.serviceWorker.getRegistrations()
    const shown = (await registration?.getNotifications()) ?? []
    return shown.map(({ title, body, tag, data }) => ({ title, body, tag, data: String(data) }))
  })

describe('Web Push, where the tag has a worker', () => {
  it('is offered to readers with a token, and turned on and off', async ({ api, server, site, visitor }) => {
    const worker = await readFile('public/parlour-push.js', 'utf8')
    const path = `/${crypto.randomUUID()}.js`
    site.script(path, worker)
    const [room, bob] = [fresh('push'), fresh('bob')]
    const url = site.page(
      `<main><h1>A site</h1>${tag(server.url, `name="${room}" notify="mentions" push-worker="${path}"`)}</main>`,
    )
    const page = await visitor({ expects: [/AbortError|no push service/] })
    await standIn(page.context())
    await page.goto(url)
    const chat = chatIn(page)
    const box = chat.root.getByLabel('Notify me of mentions and replies also when this page is closed')
    await chat.button('Notifications').click()
    await chat.root.getByLabel('Play a sound').waitFor()
    expect(await box.count()).toBe(0)
    await page.keyboard.press('Escape')
    await chat.say('hello')
    await chat.name(bob)
    await chat.message('hello').waitFor()
    await chat.button('Notifications').click()
    await box.waitFor()
    expect([await box.isChecked(), await violations(page)]).toEqual([false, []])

    await page.evaluate(() => Object.assign(window, { fails: true }))
    await box.click()
    await chat.root.getByText('Your browser could not turn this on. Try again later.').waitFor()
    expect(await box.isChecked()).toBe(false)
    await page.evaluate(() => Object.assign(window, { fails: false }))

    await box.check()
    const token = await tokenIn(page, server.url)
    const listed = () => api<{ subscriptions: object[] }>('GET', '/api/users/me/push', undefined, token)
    await expect
      .poll(async () => (await listed()).subscriptions)
      .toMatchObject([{ service: 'push.example', page: `${url}#message-` }])
    // The key of the server.
    expect(await endpointIn(page)).toMatch(/\?key=65$/)

    await page.reload()
    await chat.message('hello').waitFor()
    await chat.button('Notifications').click()
    await expect.poll(() => box.isChecked()).toBe(true)
    await box.uncheck()
    await expect.poll(async () => (await listed()).subscriptions).toEqual([])
    expect(await endpointIn(page)).toBeNull()

    // Another reader of this browser must not get what is for this one.
    await box.check()
    await expect.poll(async () => (await listed()).subscriptions).toHaveLength(1)
    await page.evaluate((api) => {
      const key = `parlour ${api}`
      localStorage.removeItem(key)
      dispatchEvent(new StorageEvent('storage', { key }))
    }, server.url)
    await expect.poll(() => endpointIn(page)).toBeNull()
  })

  it('shows a message where no window shows its page, and a click leads there', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const path = `/${crypto.randomUUID()}.js`
    site.script(path, `importScripts('${server.url}/parlour-push.js')`)
    const [room, bob, ada] = [fresh('push'), fresh('bob'), fresh('ada')]
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', '/api/users', { name: ada })
    const attributes = `name="${room}" notify="mentions" push-worker="${path}"`
    const url = site.page(tag(server.url, attributes))
    const elsewhere = site.page('<h1>Another page</h1>')
    const page = await visitor()
    await standIn(page.context())
    await page.goto(url)
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(bob)
    await chat.message('hello').waitFor()
    await chat.button('Notifications').click()
    await chat.root.getByLabel('Notify me of mentions').check()
    await expect.poll(() => endpointIn(page)).not.toBeNull()
    await expect
      .poll(() =>
        page.evaluate(async (room) => {
          const [registration] = await navigator.serviceWorker.getRegistrations()
          return (await caches.match(registration?.scope + room))?.text()
        }, room),
      )
      .toBe(`${url}#message-`)

    const pushed = { chatroom: room, userName: ada, url: `${elsewhere}#message-1` }
    await deliver(page, site.url, { ...pushed, seq: 1, message: `seen @${bob}` })
    const other = await page.context().newPage()
    await other.goto(elsewhere)
    await page.goto(site.page('<h1>A third page</h1>'))
    const [worker] = page.context().serviceWorkers()
    const windows = () =>
      worker?.evaluate(async () => {
        const { clients } = globalThis as unknown as {
          clients: { matchAll(options: object): Promise<{ url: string }[]> }
        }
        return (await clients.matchAll({ type: 'window', includeUncontrolled: true })).map(({ url }) => url)
      })
    await expect.poll(windows).not.toContain(url)
    await deliver(page, site.url, { ...pushed, seq: 7, message: `hello @${bob}` })
    const news = {
      title: ada,
      body: `hello @${bob}`,
      tag: `parlour ${room}`,
      // The page on which this browser has read the room, and not the one of the subscription.
      data: `${url}#message-7`,
    }
    await expect.poll(() => shownIn(other)).toEqual([news])

    // Only a person's click may open a window, so the worker is asked what it would open.
    const opened = await worker?.evaluate(async () => {
      const scope = globalThis as unknown as {
        registration: ServiceWorkerRegistration
        clients: { openWindow: unknown }
      }
      const [notification] = await scope.registration.getNotifications()
      return new Promise((resolve) => {
        scope.clients.openWindow = async (url: string) => resolve(url)
        const Click = Object(globalThis).NotificationEvent
        dispatchEvent(new Click('notificationclick', { notification }))
      })
    })
    expect(opened).toBe(news.data)
    await expect.poll(() => shownIn(other)).toEqual([])

    // In a window that shows the page, the tag goes to the message.
    await page.goto(url)
    await chat.message('hello').waitFor()
    await page.evaluate((url) => {
      const data = { parlour: `${url}#message-1` }
      navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data }))
    }, url)
    await expect
      .poll(() => chat.root.evaluate(({ shadowRoot }) => shadowRoot?.activeElement?.textContent ?? ''))
      .toContain('hello')
  })
})
