import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it, type VisitorOptions } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { announcements, overflowing, tabTo } from '../../support/browser/page.ts'
import { pressOn, react, roomWithReactions, shown } from '../../support/browser/reactions.ts'

const around = (element: string) => `<main><h1>A site</h1>${element}</main>`
const arabic = { html: 'lang="ar" dir="rtl"' }

describe('reactions in <parlour-room>', () => {
  it('are given and taken back by two people, who see the same counts and their own marked', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWithReactions(api, { '🎉': ['Ada', 'Chen'] })
    const pages: Page[] = []
    const names = [fresh('Mia'), fresh('Noa')]
    for (const name of names) {
      const page = await visitor()
      await page.goto(site.page(tag(server.url, `name="${room}"`)))
      const { say, name: answer, message } = chatIn(page)
      await say(`I am ${name}`)
      await answer(name)
      await message(`I am ${name}`).waitFor()
      pages.push(page)
    }
    const [hers, his] = pages
    if (!hers || !his) throw new Error('there are two')
    const party = (page: Page) => chatIn(page).message('a good idea').getByRole('button', { name: '🎉' })
    await party(hers).click()
    await expect.poll(() => shown(hers)).toEqual(['🎉 3 *'])
    await expect.poll(() => shown(his)).toEqual(['🎉 3'])
    await chatIn(his).message('a good idea').hover()
    await chatIn(his).button('Add a reaction', chatIn(his).message('a good idea')).click()
    const menu = his.getByRole('dialog', { name: 'Add a reaction' })
    await expect
      .poll(() => menu.getByRole('button').allInnerTexts())
      .toEqual([...['👍', '❤️', '😂', '🎉', '😮', '😢'], 'More emoji'])
    await menu.getByRole('button', { name: '👍' }).click()
    await menu.waitFor({ state: 'detached' })
    await expect.poll(() => shown(his)).toEqual(['🎉 3', '👍 1 *'])
    await expect.poll(() => shown(hers)).toEqual(['🎉 3 *', '👍 1'])
    await party(hers).click()
    for (const page of pages) await expect.poll(async () => (await shown(page))[0]).toBe('🎉 2')
    await his.reload()
    await expect.poll(() => shown(his)).toEqual(['🎉 2', '👍 1 *'])
  })

  it('ask a reader without a name for one, and then give the reaction', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWithReactions(api, { '🎉': ['Ada'] })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await chatIn(page).message('a good idea').getByRole('button', { name: '🎉' }).click()
    await chatIn(page).name(fresh('Pia'))
    await expect.poll(() => shown(page)).toEqual(['🎉 2 *'])
  })

  it('say why one is refused, and are as they were', async ({ api, server, site, visitor }) => {
    const [room, name] = [await roomWithReactions(api, { '🎉': ['Ada'] }), fresh('Rio')]
    const page = await visitor({ expects: [/console: .*403/] })
    await page.route('**/reaction/**', (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        headers: { 'Access-Control-Allow-Origin': '*' },
        body: JSON.stringify({ type: '/problems/reaction-not-allowed', title: '', status: 403, detail: '' }),
      }),
    )
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await chatIn(page).message('a good idea').getByRole('button', { name: '🎉' }).click()
    await chatIn(page).name(name)
    await chatIn(page).message('a good idea').getByRole('alert').waitFor()
    expect(await chatIn(page).message('a good idea').getByRole('alert').innerText()).toBe(
      'This room does not allow this reaction.',
    )
    expect(await shown(page)).toEqual(['🎉 1'])
    await page.unroute('**/reaction/**')
    await chatIn(page).message('a good idea').getByRole('button', { name: '🎉' }).click()
    await expect.poll(() => shown(page)).toEqual(['🎉 2 *'])
    expect(await chatIn(page).message('a good idea').getByRole('alert').count()).toBe(0)
  })

  it('offer what the tag names and the room allows, and nothing where the room allows nothing', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('host'),
      protected: true,
    })
    const offered = async (reactions: string[] | null, attribute: string): Promise<string[] | undefined> => {
      const room = fresh('allowed')
      await api('POST', '/api/chatroom', { name: room }, token)
      await api('PATCH', `/chatroom/${room}`, { reactions }, token)
      await api('POST', `/chatroom/${room}/message`, { userName: 'Ada', message: 'a good idea' })
      const page = await visitor()
      await page.goto(site.page(tag(server.url, `name="${room}" ${attribute}`)))
      const { message, button } = chatIn(page)
      await message('a good idea').hover()
      // Nobody can edit the message of somebody else, or report one without a name: there may be no button at all.
      if (reactions?.length === 0) {
        await page.waitForResponse(/message-tools/).catch(() => {})
        expect(await button('Add a reaction').count()).toBe(0)
        return undefined
      }
      await button('Add a reaction').click()
      return page.getByRole('dialog').getByRole('button').allInnerTexts()
    }
    expect(await offered(null, 'reactions="🚀 👀"')).toEqual(['🚀', '👀', 'More emoji'])
    expect(await offered(['👀', '🐛', '❤️'], 'reactions="🚀 ❤ 👀"')).toEqual(['❤️', '👀', 'More emoji'])
    expect(await offered(['🐛', '🐞'], '')).toEqual(['🐛', '🐞'])
    expect(await offered([], '')).toBeUndefined()
  })

  it('are announced to the author of the message only', async ({ api, server, site, visitor }) => {
    const room = await roomWithReactions(api)
    const page = await visitor()
    const said = await announcements(page)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { say, name, message } = chatIn(page)
    await say('what do you think?')
    await name(fresh('Quin'))
    await message('what do you think?').waitFor()
    await react(api, room, '🎉', 'Ada')
    await expect.poll(() => shown(page)).toEqual(['🎉 1'])
    await api('PUT', `/chatroom/${room}/message/3/reaction/${encodeURIComponent('👍')}`, { userName: 'Chen' })
    await expect.poll(said).toContain('Reaction to your message: 👍 Chen')
    expect((await said()).filter((each) => each.includes('Reaction'))).toHaveLength(1)
  })

  const allEmoji = [...'😀😃😄😁😆😅🤣😂🙂🙃🫠😉😊😇🥰😍🤩😘']
  for (const [what, options, html] of [
    ['in 320 pixels', { viewport: { width: 320, height: 568 } }, 'lang="en"'],
    ['from right to left', { viewport: { width: 320, height: 568 } }, arabic.html],
  ] as const satisfies [string, VisitorOptions, string][])
    it(`fit ${what}, and axe-core finds no fault in them, in their menu and in the picker`, async ({
      api,
      server,
      site,
      visitor,
    }) => {
      const room = await roomWithReactions(api, Object.fromEntries(allEmoji.map((each) => [each, ['Ada']])))
      const page = await visitor(options)
      await page.goto(site.page(around(tag(server.url, `name="${room}"`)), { html }))
      const row = chatIn(page).message('a good idea')
      await row.getByRole('button', { name: '😘' }).waitFor()
      expect(await overflowing(page)).toEqual([])
      expect(await violations(page)).toEqual([])
      await pressOn(page, ':')
      const menu = page.locator('[part~="reaction-menu"]')
      await menu.waitFor()
      expect(await overflowing(page)).toEqual([])
      expect(await violations(page)).toEqual([])
      await menu.locator('[part~="more-reactions"]').click()
      await menu.getByRole('grid').waitFor()
      expect(await overflowing(page)).toEqual([])
      expect(await violations(page)).toEqual([])
      const box = await menu.boundingBox()
      expect([box && box.x >= 0, box && box.y >= 0, box && box.x + box.width <= 320]).toEqual([
        true,
        true,
        true,
      ])
    })
})

describe('who reacted', () => {
  it('is shown under a mouse, until it leaves', async ({ api, server, site, visitor }) => {
    const fans = Array.from({ length: 12 }, () => fresh('Fan'))
    for (const name of fans) await api('POST', '/api/users', { name })
    const room = await roomWithReactions(api, { '🎉': fans, '👍': ['Chen', 'Dalia'] })
    const page = await visitor()
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const row = chatIn(page).message('a good idea')
    const tip = page.getByRole('tooltip')
    await row.getByRole('button', { name: '👍' }).hover()
    await tip.waitFor()
    expect(await tip.innerText()).toBe('👍 Chen and Dalia')
    await row.getByRole('button', { name: '🎉' }).hover()
    await expect.poll(() => tip.innerText()).toContain(`🎉 ${fans[0]}, ${fans[1]}`)
    expect(await tip.innerText()).toMatch(/and 2 others$/)
    await tip.hover()
    expect(await violations(page)).toEqual([])
    await chatIn(page).composer.hover()
    await tip.waitFor({ state: 'detached' })
  })

  it('is shown and read out by keyboard, and hidden by Escape', async ({ api, server, site, visitor }) => {
    const room = await roomWithReactions(api, { '🎉': ['Chen', 'Dalia'] })
    const page = await visitor()
    const said = await announcements(page)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await pressOn(page, 'Tab')
    await tabTo(page, /🎉/, 'Shift+Tab')
    const tip = page.getByRole('tooltip')
    await tip.waitFor()
    expect(await said()).toContain('🎉 Chen and Dalia')
    const button = chatIn(page).message('a good idea').getByRole('button', { name: '🎉' })
    expect(await button.getAttribute('aria-describedby')).toBe(await tip.getAttribute('id'))
    await page.keyboard.press('Escape')
    await tip.waitFor({ state: 'detached' })
  })

  it('is shown by a long press, which gives no reaction; a tap does', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWithReactions(api, { '🎉': ['Chen'] })
    const page = await visitor({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 700 } })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    const button = chat.message('a good idea').getByRole('button', { name: '🎉' })
    const devtools = await page.context().newCDPSession(page)
    const box = await button.boundingBox()
    if (!box) throw new Error('the button is not shown')
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }]
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
    const tip = page.getByRole('tooltip')
    await tip.waitFor()
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    expect(await tip.innerText()).toBe('🎉 Chen')
    expect(await shown(page)).toEqual(['🎉 1'])
    await button.tap()
    await chat.name(fresh('Tap'))
    await expect.poll(() => shown(page)).toEqual(['🎉 2 *'])
    expect(await tip.count()).toBe(0)
  })
})
