import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { announcements, overflowing } from '../../support/browser/page.ts'
import { pick, picture, words } from '../../support/browser/pictures.ts'

/** Renders it in a page, as a site does. */
const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

describe('files in <parlour-room>', () => {
  it('are picked, described, sent, and seen and heard by somebody else', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('files')
    await api('POST', '/api/chatroom', { name: room })
    const [hers, his] = [await visitor(), await visitor()]
    const heard = await announcements(his)
    for (const page of [hers, his]) await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const [ada, bob] = [chatIn(hers), chatIn(his)]
    await bob.say('show me')
    await bob.name(fresh('bob'))
    await ada.message('show me').waitFor()
    await pick(hers, [await picture(hers, 'fox.png'), words('notes.txt', 'a fox')])
    await ada.root.getByLabel('Description for people who don’t see the image: fox.png').fill('a red fox')
    expect(await violations(hers)).toEqual([])
    await ada.composer.press('Enter')
    const name = fresh('Ada')
    await ada.name(name)

    for (const { root, log } of [ada, bob]) {
      const image = log.getByRole('img', { name: 'a red fox' })
      await image.waitFor()
      // Its place is there before it is loaded.
      expect(await image.evaluate(({ outerHTML }) => outerHTML)).toMatch(/width="300" height="200"/)
      await expect
        .poll(() => image.evaluate((each: HTMLImageElement) => each.complete && each.naturalWidth))
        .toBe(300)
      const link = root.getByRole('link', { name: /notes\.txt/ })
      expect(await link.getAttribute('href')).toMatch(/\/file\/[\w-]+\/notes\.txt$/)
    }
    await expect.poll(heard).toContainEqual(`${name}: a red fox, notes.txt`)
    expect(await ada.root.locator('[part="attachment"]').count()).toBe(0)
    expect(await violations(his)).toEqual([])
    const download = his.waitForEvent('download')
    await bob.root.getByRole('link', { name: /notes\.txt/ }).click()
    expect((await download).suggestedFilename()).toBe('notes.txt')

    // A reply shows a small image, and a deletion leaves none.
    await bob.log.locator('[data-key]').last().focus()
    await his.keyboard.press('r')
    await bob.root.locator('[part="replying"] img').waitFor()
    await bob.say('lovely')
    await ada.message('lovely').locator('[part="quote"]').getByText('a red fox, notes.txt').waitFor()
    await ada.log.locator('[part~="own"]').last().focus()
    await hers.keyboard.press('Delete')
    await ada.button('Delete', ada.root.locator('[part="ask"]')).click()
    await bob.message('Message deleted').first().waitFor()
    await expect.poll(() => bob.root.locator('[part="files"]').count()).toBe(0)
    await ada.message('lovely').locator('[part="quote"]').getByText('Message deleted').waitFor()
  })

  it('move no message while they load, and several images are a grid', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('grid')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    const images = await Promise.all(
      [1, 2, 3].map((number) => picture(page, `${number}.png`, { width: 100 * number })),
    )
    await pick(page, images)
    await chat.say('three')
    await chat.name(fresh('gil'))
    await pick(page, [await picture(page, 'tall.png', { width: 500, height: 1500 })])
    await chat.say('one')
    await chat.message('one').getByRole('img').waitFor()
    await chat.say('the end')
    await chat.message('the end').waitFor()

    const reader = await visitor()
    const loaded = Promise.withResolvers<void>()
    await reader.route('**/file/**', async (route) => {
      await loaded.promise
      await route.continue()
    })
    await reader.goto(site.page(tag(server.url, `name="${room}"`)))
    const { log, message } = chatIn(reader)
    await message('the end').waitFor()
    /** Returns how far each message is below the first one, and how high it is. */
    const places = () =>
      log.locator('[data-key]').evaluateAll((rows) => {
        const boxes = rows.map((row) => row.getBoundingClientRect())
        return boxes.map(({ top, height }) => [top - (boxes[0]?.top ?? 0), height])
      })
    const before = await places()
    loaded.resolve()
    await expect
      .poll(() =>
        log
          .getByRole('img')
          .evaluateAll((all) => all.every((each) => (each as HTMLImageElement).naturalWidth > 0)),
      )
      .toBe(true)
    expect(await places()).toEqual(before)
    const boxes = await message('three')
      .getByRole('img')
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON() as DOMRect))
    expect(new Set(boxes.map(({ width, height }) => Math.round(width - height)))).toEqual(new Set([0]))
    expect(new Set(boxes.map(({ top }) => top)).size).toBe(1)
    expect(await message('one').getByRole('img').boundingBox()).toMatchObject({ width: 100, height: 300 })
  })

  it('fit into 320 pixels, in both directions', async ({ api, server, site, visitor }) => {
    const room = fresh('narrow')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor({ viewport: { width: 320, height: 640 } })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await pick(page, [
      await picture(page, 'wide.png', { width: 1500, height: 400 }),
      words(`${'a-long-name-'.repeat(20)}.txt`, 'x'),
      {
        name: 'tone.wav',
        mimeType: 'audio/wav',
        buffer: Buffer.from(
          'RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0',
          'latin1',
        ),
      },
    ])
    expect(await overflowing(page)).toEqual([])
    await chat.say('see')
    await chat.name(fresh('nan'))
    await chat.message('see').getByRole('img').waitFor()
    expect(await overflowing(page)).toEqual([])
    const arabic = await visitor({ viewport: { width: 320, height: 640 } })
    await arabic.goto(site.page(tag(server.url, `name="${room}" lang="ar"`)))
    await chatIn(arabic).message('see').getByRole('img').waitFor()
    await chatIn(arabic).message('see').locator('audio').waitFor()
    expect(await overflowing(arabic)).toEqual([])
  })
})
