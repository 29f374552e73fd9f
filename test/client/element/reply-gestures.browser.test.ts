import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { tag } from '../../support/browser/chat.ts'
import { it, type VisitorOptions } from '../../support/browser/fixtures.ts'
import { announcements, overflowing } from '../../support/browser/page.ts'
import { repliesIn, roomWith } from '../../support/browser/replies.ts'

const phone: VisitorOptions = { hasTouch: true, isMobile: true, viewport: { width: 320, height: 568 } }
const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

/** Moves a finger over a message, and leaves it. `seen` is called before the finger leaves. */
const drag = async (page: Page, text: string, x: number, y: number, seen?: () => Promise<void>) => {
  const row = repliesIn(page).message(text)
  await row.scrollIntoViewIfNeeded()
  const box = await row.boundingBox()
  if (!box) throw new Error('the message is not shown')
  const devtools = await page.context().newCDPSession(page)
  const start = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', part = 0) =>
    devtools.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: start.x + part * x, y: start.y + part * y }],
    })
  await touch('touchStart')
  for (let step = 1; step <= 10; step++) await touch('touchMove', step / 10)
  await seen?.()
  await touch('touchEnd')
}

describe('a swipe in <parlour-room>', () => {
  for (const [direction, html, towardsStart] of [
    ['left to right', 'lang="en"', -90],
    ['right to left', 'lang="en" dir="rtl"', 90],
  ] as const)
    it(`towards the start of the line begins a reply: ${direction}`, async ({
      api,
      server,
      site,
      visitor,
    }) => {
      const room = await roomWith(api, [['Ada', 'swipe me']])
      const page = await visitor(phone)
      const chat = repliesIn(page)
      await page.goto(site.page(tag(server.url, `name="${room}"`), { html }))
      await chat.message('swipe me').tap()
      await chat.message('swipe me').locator('[part="tools"]').waitFor({ state: 'attached' })
      const shift = () => chat.message('swipe me').evaluate((row) => (row as HTMLElement).style.translate)
      await drag(page, 'swipe me', -towardsStart, 0)
      await drag(page, 'swipe me', towardsStart / 3, 0)
      expect(await chat.draft.count()).toBe(0)
      await drag(page, 'swipe me', towardsStart, 3, async () => {
        await expect.poll(shift).toBe(`${Math.sign(towardsStart) * 72}px`)
      })
      await chat.draft.waitFor()
      expect(await shift()).toBe('')
    })

  it('leaves scrolling to the browser', async ({ api, server, site, visitor }) => {
    const lines = Array.from({ length: 40 }, (_, index) => ['Ada', `line ${index};`] as const)
    const room = await roomWith(api, lines)
    const page = await visitor(phone)
    const chat = repliesIn(page)
    await chat.open(server.url, site, room)
    const row = chat.message('line 35;')
    await row.tap()
    await row.locator('[part="tools"]').waitFor({ state: 'attached' })
    const top = () => chat.log.evaluate((log) => log.scrollTop)
    const before = await top()
    await drag(page, 'line 35;', -20, 150)
    await expect.poll(top).toBeLessThan(before - 80)
    expect(await chat.draft.count()).toBe(0)
  })

  it('leaves the message in its place for a reader who wants less motion', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [['Ada', 'swipe me']])
    const page = await visitor({ ...phone, reducedMotion: 'reduce' })
    const chat = repliesIn(page)
    await chat.open(server.url, site, room)
    const row = chat.message('swipe me')
    await row.tap()
    await row.locator('[part="tools"]').waitFor({ state: 'attached' })
    await drag(page, 'swipe me', -90, 0, async () => {
      await expect.poll(() => row.evaluate((each) => (each as HTMLElement).dataset.swipe)).toBe('done')
      expect(await row.evaluate((each) => (each as HTMLElement).style.translate)).toBe('')
    })
    await chat.draft.waitFor()
  })
})

describe('the link to a message', () => {
  it('is copied by button and by key, read out, and opens the message', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, [
      ['Ada', 'one'],
      ['Ada', 'two'],
    ])
    const page = await visitor({ permissions: ['clipboard-read', 'clipboard-write'] })
    const said = await announcements(page)
    const chat = repliesIn(page)
    await chat.open(server.url, site, room)
    const here = page.url()
    const copied = () => page.evaluate(() => navigator.clipboard.readText())
    await chat.message('one').hover()
    await chat.button('Copy link', chat.message('one')).click()
    await chat.message('one').getByText('Link copied.').waitFor()
    expect(await copied()).toBe(`${here}#message-1`)
    expect(await said()).toContain('Link copied.')
    await chat.press('two', 'l')
    await expect.poll(copied).toBe(`${here}#message-2`)
    expect((await said()).filter((text) => text === 'Link copied.')).toHaveLength(2)
    await page.goto('about:blank')
    await page.goto(`${here}#message-2`)
    await expect.poll(chat.focused).toBe('2')
  })

  it('is shown in a field where there is no clipboard, and has the room’s id if it is not the first', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, other] = [await roomWith(api, [['Ada', 'one']]), await roomWith(api, [['Ada', 'three']])]
    const page = await visitor()
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined })
    })
    await page.goto(
      site.page(
        `${tag(server.url, `name="${other}"`)}<parlour-room name="${room}" id="b"></parlour-room><parlour-room name="${room}"></parlour-room>`,
      ),
    )
    const [second, third] = [1, 2].map((index) => page.locator('parlour-room').nth(index))
    if (!second || !third) throw new Error('there are three')
    const row = second.locator('[data-key="1"]')
    await row.hover()
    await row.getByRole('button', { name: 'Copy link' }).click()
    const field = row.getByRole('textbox', { name: 'Copy this link:' })
    await expect.poll(() => field.evaluate((input) => input.matches(':focus'))).toBe(true)
    expect(await field.inputValue()).toBe(`${page.url()}#b-message-1`)
    expect(await field.evaluate((input) => (input as HTMLInputElement).selectionEnd)).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await field.waitFor({ state: 'detached' })
    await expect.poll(() => row.evaluate((element) => element.matches(':focus'))).toBe(true)
    // A link to the third room would open the first one.
    await third.locator('[data-key="1"]').hover()
    await third.getByRole('button', { name: 'Reply' }).waitFor()
    expect(await third.getByRole('button', { name: 'Copy link' }).count()).toBe(0)
  })
})

describe('replies', () => {
  for (const [what, options, html] of [
    ['in 320 pixels, dark', { ...phone, colorScheme: 'dark' }, 'lang="en"'],
    ['from right to left', { viewport: { width: 800, height: 600 } }, 'lang="ar" dir="rtl"'],
  ] as const)
    it(`fit ${what}, and axe-core finds no fault in them`, async ({ api, server, site, visitor }) => {
      const long = 'a very long original '.repeat(20)
      const room = await roomWith(api, [
        ['Ada', long],
        ...Array.from({ length: 40 }, (_, index) => ['Blaise', `line ${index};`] as const),
        ['Chen', `${'w'.repeat(200)}`, 1],
        ['Chen', 'short', 2],
      ])
      await api('DELETE', `/chatroom/${room}/message/2?userName=Blaise`)
      const page = await visitor(options)
      await page.goto(site.page(around(tag(server.url, `name="${room}"`)), { html }))
      const chat = repliesIn(page)
      await chat.quote('short').waitFor()
      expect(await overflowing(page)).toEqual([])
      expect(await violations(page)).toEqual([])
      await chat.press('short', 'r')
      await chat.draft.waitFor()
      await chat.quote('short').click()
      await chat.root.locator('[part="back"]').waitFor()
      await chat.press('line 3;', 'l')
      await chat.message('line 3;').locator('[part="copied"], [part="link"]').first().waitFor()
      expect(await overflowing(page)).toEqual([])
      expect(await violations(page)).toEqual([])
      const heights = await chat.root
        .locator('[part="quote"]')
        .evaluateAll((quotes) => quotes.map((quote) => quote.getBoundingClientRect().height))
      // Each is one line.
      expect(Math.max(...heights)).toBeLessThan(30)
    })
})
