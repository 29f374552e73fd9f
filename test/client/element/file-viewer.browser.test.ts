import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { pick, picture } from '../../support/browser/pictures.ts'

describe('the viewer of images in <parlour-room>', () => {
  it('shows all images of the log by keys, enlarges and saves them, and gives the focus back', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('viewer')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(`<main><h1>A site</h1>${tag(server.url, `name="${room}"`)}</main>`))
    const chat = chatIn(page)
    await pick(page, [await picture(page, 'one.png'), await picture(page, 'two.png')])
    await chat.root.getByLabel('Description for people who don’t see the image: two.png').fill('the second')
    await chat.say('a pair')
    await chat.name(fresh('vic'))
    await chat.message('a pair').waitFor()
    await pick(page, [await picture(page, 'three.png')])
    await chat.say('a single')
    await chat.message('a single').getByRole('img').waitFor()

    const open = chat.message('a pair').getByRole('button', { name: 'one.png' })
    await open.click()
    const viewer = chat.root.getByRole('dialog')
    const image = viewer.getByRole('img')
    const shown = () => image.getAttribute('alt')
    await viewer.getByText('1 / 3').waitFor()
    expect(await shown()).toBe('one.png')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
    await viewer.getByText('2 / 3').waitFor()
    expect(await shown()).toBe('the second')
    expect(await viewer.locator('.caption').innerText()).toBe('the second')
    await page.keyboard.press('End')
    await expect.poll(shown).toBe('three.png')
    expect(await chat.button('Next image', viewer).count()).toBe(0)
    await chat.button('Previous image', viewer).click()
    await page.keyboard.press('Home')
    await expect.poll(shown).toBe('one.png')

    const width = () => image.evaluate((each) => each.getBoundingClientRect().width)
    const before = await width()
    await page.keyboard.press('+')
    await expect.poll(width).toBe(2 * before)
    await chat.button('Zoom out', viewer).click()
    await expect.poll(width).toBe(before)
    const download = page.waitForEvent('download')
    await viewer.getByRole('link', { name: 'Download' }).click()
    expect((await download).suggestedFilename()).toBe('one.png')

    await page.keyboard.press('Escape')
    await viewer.waitFor({ state: 'detached' })
    await expect.poll(() => open.evaluate((each) => each.matches(':focus'))).toBe(true)
  })

  it('goes the other way in a right-to-left language, and fits into 320 pixels', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ viewport: { width: 320, height: 500 } })
    const room = fresh('rtl')
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await pick(page, [
      await picture(page, 'one.png', { width: 1000, height: 500 }),
      await picture(page, 'two.png', { width: 500, height: 1000 }),
    ])
    await chat.say('two')
    await chat.name(fresh('rita'))
    await chat.message('two').getByRole('img').first().waitFor()
    await page.locator('parlour-room').evaluate((element) => element.setAttribute('lang', 'ar'))
    await chat.root.getByRole('button', { name: 'one.png' }).click()
    const viewer = chat.root.getByRole('dialog')
    await viewer.waitFor()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => viewer.getByRole('img').getAttribute('alt')).toBe('two.png')
    const box = await viewer.boundingBox()
    expect(box).toEqual({ x: 0, y: 0, width: 320, height: 500 })
    const image = await viewer.getByRole('img').boundingBox()
    expect((image?.x ?? -1) >= 0 && (image?.x ?? 0) + (image?.width ?? 400) <= 320).toBe(true)
    expect((image?.y ?? -1) >= 0 && (image?.y ?? 0) + (image?.height ?? 600) <= 500).toBe(true)
  })
})
