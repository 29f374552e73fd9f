import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { tcpProxy } from '../node/proxy.ts'
import { localServer } from '../node/server.ts'
import { chromiumPath, launch } from './chromium.ts'
import { longRoomSql } from './long-room.ts'
import { staticSite } from './site.ts'
import { watch } from './watch.ts'

export type VisitorOptions = BrowserContextOptions & {
  /** Faults that the test is about; see `watch`. */
  expects?: RegExp[]
  /** URLs that the page may ask beside the API and the site. */
  asks?: string[]
}

/** Asks the API; what isn't answered with 2xx is an error. */
export type Api = <T = unknown>(method: string, path: string, body?: unknown, token?: string) => Promise<T>

/** The ADMIN_TOKEN of the server. */
export const adminToken = 'the-admin-of-the-browser-tests'

/** The fixtures of the tests in a browser; each is made when a test asks for it. */
export const withFixtures = test
  .extend('executable', { scope: 'worker' }, chromiumPath)
  .extend('browser', { scope: 'worker' }, async ({ executable }, { onCleanup }) => {
    const browser = await launch(executable)
    onCleanup(() => browser.close())
    return browser
  })
  /** The API as `npm start` serves it, with a long room in its database. */
  .extend('filling', { scope: 'worker' }, longRoomSql)
  .extend('server', { scope: 'worker' }, async ({ filling }, { onCleanup }) => {
    const server = await localServer({
      ADMIN_TOKEN: adminToken,
      VAPID_PRIVATE_KEY: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
      VAPID_SUBJECT: 'mailto:owner@site.example',
      WEBHOOK_LOCALHOST: 'true',
    })
    onCleanup(server.remove)
    await server.start()
    server.fill(filling)
    return server
  })
  /** A site on another origin. */
  .extend('site', { scope: 'worker' }, async ({ server }, { onCleanup }) => {
    const site = await staticSite(server.url)
    onCleanup(site.close)
    return site
  })
  /** The API as it is reached over a network that can go away, and the site that belongs to it. */
  .extend('tunnel', async ({ server }, { onCleanup }) => {
    const network = await tcpProxy(server.url)
    const site = await staticSite(network.url)
    onCleanup(() => {
      site.close()
      network.close()
    })
    return {
      url: network.url,
      site,
      asks: [network.url, site.url],
      /** Takes the network from a page. The browser lets open WebSockets live on, so they are cut. */
      async enter(page: Page): Promise<void> {
        await page.context().setOffline(true)
        network.cut(() => true)
      },
      /** Ends all connections. New ones can be made. */
      cut: (): void => network.cut(() => true),
      leave: (page: Page): Promise<void> => page.context().setOffline(false),
    }
  })
  .extend('api', async ({ server }): Promise<Api> => {
    return async (method, path, body, token) => {
      const response = await fetch(server.url + path, {
        method,
        headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
        body: body === undefined ? null : JSON.stringify(body),
      })
      const answer = await response.json()
      if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
      return answer
    }
  })
  /** Somebody with a browser of their own: gives an empty page. When the test ends, nothing may have gone wrong in it. */
  .extend('visitor', async ({ browser, server, site }, { onCleanup }) => {
    const ends: (() => Promise<void>)[] = []
    onCleanup(async () => {
      for (const end of ends) await end()
    })
    return async ({ expects = [], asks = [], ...options }: VisitorOptions = {}): Promise<Page> => {
      const context = await browser.newContext(options)
      context.setDefaultTimeout(15_000)
      const hosts = [server.url, site.url, ...asks].map((url) => new URL(url).host)
      const faults = await watch(context, hosts, expects)
      ends.push(async () => {
        // A request that a test holds back may still be on its way.
        for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' })
        await context.close()
        expect(faults).toEqual([])
      })
      return context.newPage()
    }
  })

/** A test in Chromium, skipped where it is not installed. */
export const it = withFixtures.runIf(chromiumPath)
