import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { roomOf, roomsSql, sizes } from '../../../bench/paint/rooms.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { chromiumPath } from '../../support/browser/chromium.ts'
import { withFixtures } from '../../support/browser/fixtures.ts'

const it = withFixtures.extend('filling', { scope: 'worker' }, roomsSql()).runIf(chromiumPath)

declare global {
  interface Window {
    /** The number of changes in rows of a log after they were added to it. */
    rowChanges: number
    /** The number of messages that were rendered at first. */
    firstRows: number
  }
}

/** Counts changes in rows that are in the log already. */
const countRowChanges = (page: Page) =>
  page.addInitScript(() => {
    window.rowChanges = window.firstRows = 0
    const attach = Element.prototype.attachShadow
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init)
      const known = new WeakSet<Element>()
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target instanceof Element ? target : target.parentElement
          const row = element?.closest('[data-key]')
          if (row && known.has(row)) window.rowChanges++
        }
        const rows = root.querySelectorAll('[data-key]')
        window.firstRows ||= rows.length
        for (const row of rows) known.add(row)
      }).observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
      return root
    }
  })

/**
 * Opens a room until it is live, and returns the paths that the page asks for. The part for later comes before the messages, and the server
 * doesn't tell of the room before it is asked for the messages.
 */
const open = async (page: Page, api: string, site: { page: (html: string) => string }, room: string) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const later = page.waitForEvent('requestfinished', (request) => request.url().includes('/later-'))
  const live = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
  const messages = page.waitForRequest('**/message?*')
  await page.route('**/message?*', async (route) => {
    await later
    await route.continue()
  })
  await page.route('**/api/chatroom?*', async (route) => {
    await messages
    await route.continue()
  })
  await page.goto(site.page(tag(api, `name="${room}"`)))
  await chatIn(page).message(`No. ${sizes.short}:`).waitFor()
  await live
  // The frame after the next one shows that the room is live.
  for (let i = 0; i < 2; i++) await page.evaluate(() => new Promise(requestAnimationFrame))
  return asked
}

const listeners = async (page: Page): Promise<number> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'JSEventListeners')?.value ?? 0
}

describe('the first paint of a room of 50 messages, with replies and reactions', () => {
  it('has its newest messages with their quotes and reactions at once: no message is drawn a second time', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await countRowChanges(page)
    const asked = await open(page, server.url, site, roomOf('short', false))
    const { log, root } = chatIn(page)
    expect(await root.locator('[part="quote"]').count()).toBe(12)
    expect(await root.locator('[part="reaction"]').count()).toBe(90)
    expect(await page.evaluate(() => window.rowChanges)).toBe(0)
    // Those above the messages in view follow in the next frame.
    expect(await page.evaluate(() => window.firstRows)).toBe(24)
    const parts = asked.filter((path) => path.includes('/parlour/'))
    expect(parts.map((path) => path.replace(/.*\/|-\w+\.js$/g, ''))).toEqual(['en', 'later'])
    // The room and its messages are asked for at once, and once.
    const api = asked.filter((path) => /^\/(api|chatroom)\//.test(path))
    expect(api.slice(0, 2).toSorted()).toEqual([
      '/api/chatroom',
      `/chatroom/${roomOf('short', false)}/message`,
    ])
    expect(api.filter((path) => path.endsWith('/message'))).toHaveLength(1)
    const first = asked.findIndex((path) => path.startsWith('/chatroom/'))
    expect(asked.slice(0, first)).toEqual(expect.arrayContaining(parts))
    const counts = await log.evaluate((log) => {
      const walker = document.createTreeWalker(log)
      let nodes = 0
      while (walker.nextNode()) nodes++
      return { elements: log.querySelectorAll('*').length, nodes }
    })
    expect(counts).toEqual({ elements: 499, nodes: 1851 })
  })

  it('listens for events in as few places as without them', async ({ server, site, visitor }) => {
    const counts: number[] = []
    for (const isPlain of [true, false]) {
      const page = await visitor()
      await open(page, server.url, site, roomOf('short', isPlain))
      counts.push(await listeners(page))
    }
    const [plain = 0, full = 0] = counts
    // Each quote has one.
    expect(full - plain).toBe(12)
  })

  it('draws the buttons of the messages in view, and no others, once the reader points at it', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await open(page, server.url, site, roomOf('short', false))
    const { log, message } = chatIn(page)
    /** Returns for the messages in view, and for those more than a height away, which share has buttons. */
    const shares = () =>
      log.evaluate((log) => {
        const view = log.getBoundingClientRect()
        const rows = [...log.querySelectorAll('[data-key]')].map((row) => ({
          box: row.getBoundingClientRect(),
          hasTools: row.querySelector('[part="tools"]') !== null,
        }))
        const share = (some: typeof rows) => some.filter(({ hasTools }) => hasTools).length / some.length
        return [
          share(rows.filter(({ box }) => box.bottom > view.top && box.top < view.bottom)),
          share(rows.filter(({ box }) => box.bottom < view.top - 1.1 * view.height)),
        ]
      })
    expect(await shares()).toEqual([0, 0])
    await log.hover()
    await expect.poll(shares).toEqual([1, 0])
    // The first message gets its buttons by a scroll, and by the focus.
    await message('No. 1:').first().focus()
    await message('No. 1:').first().locator('[part="tools"]').waitFor({ state: 'attached' })
    await expect.poll(async () => (await shares())[0]).toBe(1)
  })
})
