import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { longRoom, speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'

/** The search of a room, as somebody uses it. */
const searchIn = (page: Page) => {
  const { root, button } = chatIn(page)
  const field = root.getByRole('searchbox')
  return {
    field,
    panel: root.getByRole('search'),
    results: root.locator('[part="results"] [part="result"]'),
    status: root.getByRole('search').getByRole('status'),
    marked: () => root.locator('[part="results"] mark').allInnerTexts(),
    async open(): Promise<void> {
      await button('Search messages').click()
      await field.waitFor()
    },
  }
}

const roomWith = async (api: Api, messages: string[]): Promise<string> => {
  const room = fresh('searched')
  await api('POST', '/api/chatroom', { name: room })
  for (const message of messages)
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message })
  return room
}

/** Returns the number of the message that has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const row = document.querySelector('parlour-room')?.shadowRoot?.activeElement as HTMLElement | null
    return row?.dataset.key
  })

const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

describe('the search of <parlour-room>', () => {
  it('shows what is found, newest first, with marks, and follows what is written', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, ['Straße in Köln', 'nothing here', 'die STRASSE und der Weg', 'ein Weg'])
    const page = await visitor({ expects: [/console: .*400/] })
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const { field, results, status, marked, open } = searchIn(page)
    await open()
    await field.fill('strasse')
    await expect.poll(() => results.allInnerTexts()).toHaveLength(2)
    expect(await marked()).toEqual(['STRASSE', 'Straße'])
    expect(await results.first().innerText()).toContain(speaker)
    expect(await status.innerText()).toBe('2 messages found')
    await field.fill('weg')
    await expect.poll(marked).toEqual(['Weg', 'Weg'])
    await field.fill('%')
    await expect.poll(() => status.innerText()).toBe('Nothing found.')
    await field.fill('""')
    await page.getByText('Type a word to search for.').waitFor()
    await field.fill('')
    await expect.poll(() => status.count()).toBe(0)
    expect(await results.count()).toBe(0)
  })

  it('finds what somebody else has just written, and drops what was deleted', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, ['an apple'])
    const [page, other] = [await visitor(), await visitor()]
    for (const each of [page, other]) await each.goto(site.page(tag(server.url, `name="${room}"`)))
    await chatIn(other).say('another <b>apple</b>')
    await chatIn(other).name(fresh('Olga'))
    await chatIn(page).message('another').waitFor()
    const { field, results, marked, open } = searchIn(page)
    await open()
    await field.fill('apple')
    await expect.poll(marked).toEqual(['apple', 'apple'])
    expect(await results.first().innerText()).toContain('another <b>apple</b>')
    await api('DELETE', `/chatroom/${room}/message/1?userName=${speaker}`)
    await expect.poll(() => results.count()).toBe(1)
  })

  it('opens by its key and closes by Escape, and the focus goes back', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const { message, composer, button, root } = chatIn(page)
    const { field, panel } = searchIn(page)
    await composer.fill('')
    await composer.press('/')
    expect(await composer.inputValue()).toBe('/')
    await composer.fill('')
    await message(`No. ${longRoom.messages}:`).focus()
    await page.keyboard.press('/')
    await expect.poll(() => field.evaluate((input) => input.matches(':focus'))).toBe(true)
    expect(await field.inputValue()).toBe('')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    const isBack = () => button('Search messages').evaluate((element) => element.matches(':focus'))
    await expect.poll(isBack).toBe(true)
    await page.keyboard.press('Enter')
    await field.waitFor()
    await button('Close', root).click()
    await panel.waitFor({ state: 'detached' })
    await expect.poll(isBack).toBe(true)
  })

  it('goes to a message, also to one that is not loaded, and searches further back', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ viewport: { width: 1200, height: 700 } })
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const { message, button } = chatIn(page)
    const { field, results, panel, open } = searchIn(page)
    await open()
    // A request looks at 2,000 messages, so pages in between are empty.
    await field.fill('"No. 8500:"')
    await results.first().click()
    await expect.poll(() => focused(page)).toBe('8500')
    expect(await message('No. 8500:').isVisible()).toBe(true)
    // Beside a wide log, the results stay.
    expect(await panel.isVisible()).toBe(true)
    const box = await message('No. 8500:').boundingBox()
    expect(box?.y).toBeGreaterThan(0)
    expect(box?.y).toBeLessThan(700)
    await field.fill('yes')
    await expect.poll(() => results.count()).toBe(30)
    await button('Search further back').click()
    await expect.poll(() => results.count()).toBe(60)
  })

  it('asks whether to go on after some pages without a result', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.route('**/message?*q=*', async (route) => {
      const url = new URL(route.request().url())
      const before = Number(url.searchParams.get('before') ?? 20)
      if (!url.searchParams.has('before')) asked.length = 0
      asked.push(before)
      url.searchParams.set('before', String(before - 2))
      const next = before > 2 ? url.href : null
      await route.fulfill({ json: { messages: [], next }, headers: { 'Access-Control-Allow-Origin': '*' } })
    })
    const asked: number[] = []
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const { button } = chatIn(page)
    const { field, status, open } = searchIn(page)
    await open()
    await field.fill('rare')
    await expect.poll(() => status.innerText()).toBe('Nothing found so far.')
    expect(asked).toEqual([20, 18, 16, 14, 12])
    await button('Search further back').click()
    await expect.poll(() => status.innerText()).toBe('Nothing found.')
    expect(asked).toEqual([20, 18, 16, 14, 12, 10, 8, 6, 4, 2])
    expect(await button('Search further back').count()).toBe(0)
  })

  it('says in its place what went wrong, and tries again', async ({ api, server, site, visitor }) => {
    const room = await roomWith(api, ['an apple'])
    const page = await visitor({ expects: [/console: .*503/] })
    await page.route('**/message?*q=*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        headers: { 'Access-Control-Allow-Origin': '*' },
        body: JSON.stringify({
          type: `${server.url}/problems/unavailable`,
          title: 'Busy',
          status: 503,
          detail: 'Busy',
        }),
      }),
    )
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { button } = chatIn(page)
    const { field, panel, marked, open } = searchIn(page)
    await open()
    await field.fill('apple')
    await panel.getByText('The server is busy. Try again in a moment.').waitFor()
    await page.unroute('**/message?*q=*')
    await button('Try again').click()
    await expect.poll(marked).toEqual(['apple'])
  })

  it('does not look for the half-written word of an input method', async ({ api, server, site, visitor }) => {
    const room = await roomWith(api, ['東京へ行く'])
    const page = await visitor()
    const queries: (string | null)[] = []
    page.on('request', (request) => {
      const { searchParams } = new URL(request.url())
      if (searchParams.has('q')) queries.push(searchParams.get('q'))
    })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { marked, open } = searchIn(page)
    await open()
    const devtools = await page.context().newCDPSession(page)
    for (const text of ['と', 'とう', 'とうきょう'])
      await devtools.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 })
    await devtools.send('Input.insertText', { text: '東京' })
    await expect.poll(marked).toEqual(['東京'])
    expect(queries).toEqual(['東京'])
  })

  it('covers the log of a narrow page, and closes when it goes to a message: dark, 320 px', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, ['the first apple', `${'long '.repeat(200)}apple`, 'a'.repeat(300)])
    const page = await visitor({ viewport: { width: 320, height: 600 }, colorScheme: 'dark', hasTouch: true })
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const { log } = chatIn(page)
    const { field, results, panel, open } = searchIn(page)
    await open()
    await field.fill('apple')
    await expect.poll(() => results.count()).toBe(2)
    expect(await log.isVisible()).toBe(false)
    expect(await overflowing(page)).toEqual([])
    expect(await violations(page)).toEqual([])
    await results.last().click()
    await panel.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('1')
    expect(await log.isVisible()).toBe(true)
  })

  it('has no fault that axe-core finds, in Arabic too', async ({ api, server, site, visitor }) => {
    const room = await roomWith(api, ['مَرحَبًا بكم', 'hello'])
    const page = await visitor({ viewport: { width: 1000, height: 600 } })
    await page.goto(site.page(around(tag(server.url, `name="${room}"`)), { html: 'lang="ar" dir="rtl"' }))
    const { root } = chatIn(page)
    await root.locator('[part="search-button"]').click()
    const { field, marked, panel } = searchIn(page)
    await field.fill('مرحبا')
    await expect.poll(marked).toEqual(['مَرحَبًا'])
    const [panelBox, logBox] = await Promise.all([panel.boundingBox(), root.getByRole('log').boundingBox()])
    // It stands at the end of the line, which is the left.
    expect(panelBox?.x).toBeLessThan(logBox?.x ?? 0)
    expect(await violations(page)).toEqual([])
  })
})
