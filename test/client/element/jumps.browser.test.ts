import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { deepRoom, longRoom, otherRoom, speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { repliesIn, roomWith } from '../../support/browser/replies.ts'

/** Returns the queries of the pages of history that a page asks for. */
const pagesOf = (page: Page): string[] => {
  const pages: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (request.method() === 'GET' && pathname.endsWith('/message')) pages.push(search)
  })
  return pages
}

/** Returns the numbers of the messages in the document. */
const numbers = (page: Page): Promise<number[]> =>
  chatIn(page)
    .log.locator('[data-key]')
    .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset.key)))

const sayTo = (api: Api, room: string, message: string, replyTo?: number) =>
  api<{ seq: number }>('POST', `/chatroom/${room}/message`, { userName: speaker, message, replyTo })

/** Scrolls to one end of what the log shows, and lets it load what comes next. */
const scrollTo = (page: Page, end: 'top' | 'bottom') =>
  chatIn(page).log.evaluate((log, top) => {
    log.scrollTop = top ? 0 : log.scrollHeight
  }, end === 'top')

describe('a quote in <parlour-room>', () => {
  it('leads to an original that is 10,000 messages away, and back, with a page for each way', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const text = `I still think so ${fresh('')}`
    const { seq } = await sayTo(api, deepRoom.name, text, 12)
    const page = await visitor()
    const pages = pagesOf(page)
    const chat = repliesIn(page)
    await chat.open(server.url, site, deepRoom.name)
    await expect.poll(() => chat.quote(text).innerText()).toMatch(/No\. 12:/)
    await chat.quote(text).click()
    await expect.poll(chat.focused).toBe('12')
    expect(await chat.message('No. 12:').isVisible()).toBe(true)
    // A page of older messages may come ahead of the reader.
    const asked = () => pages.filter((page) => !page.startsWith('?before='))
    expect(asked()).toEqual(['?limit=60&ifMissing=empty', '?around=12&limit=100'])
    // The room's first messages are there, and nothing between them and the newest.
    expect((await numbers(page))[0]).toBe(1)
    await chat.back.click()
    await expect.poll(chat.focused).toBe(`${seq}`)
    expect(asked()).toHaveLength(2)
    expect(pages.length).toBeLessThanOrEqual(3)
    expect(await chat.back.count()).toBe(0)
    expect((await numbers(page)).at(-1)).toBe(seq)
  })

  it('leads there and back by keyboard, through several quotes', async ({ api, server, site, visitor }) => {
    const first = await sayTo(api, deepRoom.name, `one ${fresh('')}`, 500)
    const text = `two ${fresh('')}`
    const second = await sayTo(api, deepRoom.name, text, first.seq)
    const page = await visitor()
    const chat = repliesIn(page)
    await chat.open(server.url, site, deepRoom.name)
    for (const [from, to] of [
      [second.seq, first.seq],
      [first.seq, 500],
    ]) {
      const row = chat.root.locator(`[data-key="${from}"]`)
      await row.focus()
      await row.locator('[part="quote"]').focus()
      await page.keyboard.press('Enter')
      await expect.poll(chat.focused).toBe(`${to}`)
    }
    for (const seq of [first.seq, second.seq]) {
      await chat.root.locator('[part="tools"]').first().waitFor({ state: 'attached' })
      await page.keyboard.press('Escape')
      await expect.poll(chat.focused).toBe(`${seq}`)
    }
  })

  it('leads to messages that can be scrolled both ways, while new ones are counted', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const text = `look there ${fresh('')}`
    await sayTo(api, deepRoom.name, text, 5000)
    const page = await visitor()
    const pages = pagesOf(page)
    const chat = repliesIn(page)
    await chat.open(server.url, site, deepRoom.name)
    await chat.quote(text).click()
    await expect.poll(chat.focused).toBe('5000')
    for (const [end, isThere] of [
      ['bottom', (shown: number[]) => (shown.at(-1) ?? 0) > 5150],
      ['top', (shown: number[]) => (shown[0] ?? 5000) < 4900],
    ] as const)
      await expect
        .poll(async () => {
          await scrollTo(page, end)
          return isThere(await numbers(page))
        })
        .toBe(true)
    const shown = await numbers(page)
    expect(shown).toEqual(Array.from({ length: shown.length }, (_, index) => (shown[0] ?? 0) + index))
    const extra = `new ${fresh('')}`
    const { seq } = await sayTo(api, deepRoom.name, extra)
    await chat.button('1 new message').waitFor()
    expect(await chat.message(extra).count()).toBe(0)
    await chat.button('1 new message').click()
    await chat.message(extra).waitFor()
    expect((await numbers(page)).at(-1)).toBe(seq)
    expect(await chat.back.count()).toBe(0)
    expect(pages.length).toBeLessThan(12)
  })

  it('leads to messages that meet the newest ones further down', async ({ api, server, site, visitor }) => {
    const room = await roomWith(api, [
      ['Ada', 'the beginning'],
      ...Array.from({ length: 240 }, (_, index) => ['Blaise', `line ${index + 2}`] as const),
      ['Chen', 'and the end', 1],
    ])
    const page = await visitor()
    const chat = repliesIn(page)
    await chat.open(server.url, site, room)
    await chat.quote('and the end').click()
    await expect.poll(chat.focused).toBe('1')
    await sayTo(api, room, 'meanwhile')
    await chat.button('1 new message').waitFor()
    await expect
      .poll(async () => {
        await scrollTo(page, 'bottom')
        return (await numbers(page)).at(-1)
      })
      .toBe(243)
    await chat.message('meanwhile').waitFor()
    // The last messages may have been added below the place that was scrolled to.
    await scrollTo(page, 'bottom')
    // The reader is at the end: what comes now is shown at once.
    await sayTo(api, room, 'and now')
    await chat.message('and now').waitFor()
    const shown = await numbers(page)
    expect(shown).toEqual(Array.from({ length: shown.length }, (_, index) => 245 - shown.length + index))
    await expect.poll(() => chat.back.count()).toBe(0)
  })

  it('says why its original can’t be shown, and tries again', async ({ api, server, site, visitor }) => {
    const text = `where is it ${fresh('')}`
    await sayTo(api, deepRoom.name, text, 3000)
    const page = await visitor({ expects: [/./] })
    const chat = repliesIn(page)
    await chat.open(server.url, site, deepRoom.name)
    await page.route('**/message?around=*', (route) => route.abort())
    await chat.quote(text).click()
    await chat.button('Try again').waitFor()
    await page.unroute('**/message?around=*')
    await chat.button('Try again').click()
    await expect.poll(chat.focused).toBe('3000')
    await chat.back.waitFor()
  })
})

describe('the address of a page', () => {
  it('opens a message of the room, when the page is loaded and when the address changes', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const chat = repliesIn(page)
    await page.goto(`${site.page(tag(server.url, `name="${longRoom.name}"`))}#message-1234`)
    await expect.poll(chat.focused).toBe('1234')
    expect(await chat.message('No. 1234:').isVisible()).toBe(true)
    await page.evaluate(() => {
      location.hash = '#message-7000'
    })
    await expect.poll(chat.focused).toBe('7000')
    await page.evaluate(() => {
      location.hash = '#elsewhere'
    })
    expect(await chat.focused()).toBe('7000')
    await page.goBack()
    await page.goBack()
    await expect.poll(chat.focused).toBe('1234')
  })

  it('opens a message that is loaded already, while parts that change the size of the log arrive', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [name, author] = [fresh('short'), fresh('Ada')]
    const { token } = await api<{ token: string }>('POST', '/api/users', { name: author })
    await api('POST', '/api/chatroom', { name }, token)
    const room = `/chatroom/${name}`
    for (let i = 1; i <= 50; i++)
      await api('POST', `${room}/message`, { userName: author, message: `No. ${i}: ${'long '.repeat(i)}` })
    await api('POST', `${room}/message`, { userName: author, message: 'I answer', replyTo: 1 })
    await api('PUT', `${room}/pin/1`, undefined, token)
    const page = await visitor()
    const chat = repliesIn(page)
    await page.goto(`${site.page(tag(server.url, `name="${name}"`))}#message-20`)
    await expect.poll(chat.focused).toBe('20')
    await chat.root.locator('.pins').waitFor()
    await chat.quote('I answer').waitFor({ state: 'attached' })
    const isInView = () =>
      chat.log.evaluate((log) => {
        const box = log.querySelector('[data-key="20"]')?.getBoundingClientRect()
        const view = log.getBoundingClientRect()
        return box !== undefined && box.bottom > view.top && box.top < view.bottom
      })
    await expect.poll(isInView).toBe(true)
    // Something else changes the size of the log.
    await chat.composer.fill('a\nb\nc')
    expect(await isInView()).toBe(true)
  })

  it('names the first room of a page, or another one by its id', async ({ server, site, visitor }) => {
    const page = await visitor()
    const two = `${tag(server.url, `name="${longRoom.name}"`)}<parlour-room name="${otherRoom.name}" id="side"></parlour-room>`
    await page.goto(`${site.page(two)}#side-message-17`)
    const [first, second] = [0, 1].map((index) => page.locator('parlour-room').nth(index))
    if (!first || !second) throw new Error('there are two')
    const focused = (room: typeof first) =>
      room.evaluate((element) => (element.shadowRoot?.activeElement as HTMLElement | null)?.dataset.key)
    await expect.poll(() => focused(second)).toBe('17')
    await page.evaluate(() => {
      location.hash = '#message-18'
    })
    await expect.poll(() => focused(first)).toBe('18')
  })

  it('says so if it names no message of the room', async ({ api, server, site, visitor }) => {
    const room = await roomWith(api, [['Ada', 'only me']])
    const page = await visitor({ expects: [/console: .*404/] })
    const chat = repliesIn(page)
    await page.goto(`${site.page(tag(server.url, `name="${room}"`))}#message-77`)
    await chat.root.getByText('This message does not exist.').waitFor()
    await chat.button('Cancel').click()
    await expect.poll(() => chat.root.getByText('This message does not exist.').count()).toBe(0)
  })
})
