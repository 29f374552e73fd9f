import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { longRoom } from '../../support/browser/long-room.ts'
import { scrollUp } from '../../support/browser/measure.ts'

declare global {
  interface Window {
    /** Lets the frames go on that a test has held. */
    releaseFrames: () => void
  }
}

/** The number of messages to scroll over, at a reader's pace. */
const MESSAGES = 1500

describe('a room with 10,000 messages', () => {
  it('shows each message once and in order far up, and keeps the reader’s place', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ viewport: { width: 800, height: 700 } })
    const pages: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/message?')) pages.push(request.url())
    })
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const chat = chatIn(page)
    await chat.message(`No. ${longRoom.messages}:`).waitFor()
    expect(pages).toHaveLength(1)

    const { seen, ...figures } = await scrollUp(chat.log, MESSAGES)
    console.info(`${MESSAGES} messages up in a room of ${longRoom.messages}:`, {
      ...figures,
      requests: pages.length,
    })
    const newest = Array.from({ length: seen.length }, (_, index) => longRoom.messages - index)
    expect(seen.length).toBeGreaterThanOrEqual(MESSAGES)
    expect(seen).toEqual(newest)
    expect(figures.isWhole).toBe(true)
    expect(figures.slip).toBeLessThanOrEqual(1)
    // The cost does not grow with the number of messages.
    expect(figures.nodes).toBeLessThan(5000)
    // Pages of 100, and some ahead of the reader.
    expect(pages.length).toBeLessThanOrEqual(MESSAGES / 100 + 4)

    await chat.button('0 new messages').click()
    await chat.message(`No. ${longRoom.messages}:`).waitFor()
    const toEnd = () => chat.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)
    await expect.poll(toEnd).toBeLessThanOrEqual(1)
  })

  it('asks for no older messages before the newest ones are in the document', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/message?')) asked.push(request.url())
    })
    const answer = Promise.withResolvers<void>()
    await page.route('**/message?*', async (route) => {
      await answer.promise
      await route.continue()
    })
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const chat = chatIn(page)
    await chat.log.waitFor()
    await page.evaluate(() => {
      const request = window.requestAnimationFrame
      const held: FrameRequestCallback[] = []
      window.requestAnimationFrame = (callback) => held.push(callback)
      window.releaseFrames = () => {
        window.requestAnimationFrame = request
        for (const callback of held) request(callback)
      }
    })
    // The element listens from the newest page on, so it has the page by now.
    const listening = page.waitForEvent('websocket')
    answer.resolve()
    await listening
    await chat.log.dispatchEvent('scroll')
    await page.evaluate(() => window.releaseFrames())
    await chat.message(`No. ${longRoom.messages}:`).waitFor()
    expect(asked).toHaveLength(1)
  })

  it('lets a script scroll up from the end, though something changes in the same frame', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const chat = chatIn(page)
    await chat.message(`No. ${longRoom.messages}:`).waitFor()
    const { from, to } = await chat.log.evaluate(async (log) => {
      const from = log.scrollTop
      const frame = new Promise(requestAnimationFrame)
      const scrolled = frame.then(() => {
        log.scrollTop -= 300
      })
      // The element renders in the same frame, after the script and before the scroll event.
      ;(log.getRootNode() as ShadowRoot).host.setAttribute('dir', 'ltr')
      await scrolled
      await new Promise(requestAnimationFrame)
      return { from, to: log.scrollTop }
    })
    expect(to).toBe(from - 300)
  })
})
