import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { give, pick, picture, words } from '../../support/browser/pictures.ts'

type History = { messages: { message: string; files: { name: string; bytes: number; width: number }[] }[] }

/** Answers `/api/hello` as a server does that takes files of so many bytes, or none. */
const limitTo = (page: Page, files: { bytes: number } | null) =>
  page.route('**/api/hello', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), files } })
  })

describe('adding files to a message in <parlour-room>', () => {
  it('takes what is pasted, and what is dropped on the room, and shows where to drop it', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('attach')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    const attached = chat.root.locator('[part="attachment"]')
    await chat.composer.focus()
    expect(await give(chat.composer, 'paste', [await picture(page, 'image.png')])).toBe(true)
    await attached.filter({ hasText: 'image.png' }).locator('canvas').waitFor()
    const dropped = [words('one.txt', 'one')]
    expect(await give(chat.log, 'dragover', dropped)).toBe(true)
    const target = chat.root.getByText('Drop files here to add them to your message')
    await target.waitFor()
    expect(await give(chat.log, 'drop', dropped)).toBe(true)
    await attached.filter({ hasText: 'one.txt' }).waitFor()
    // A spreadsheet's cells come as an image and as a text.
    expect(await give(chat.composer, 'paste', [await picture(page, 'cells.png')], 'cells')).toBe(false)
    await target.waitFor({ state: 'detached' })
    await chat.button('Remove image.png').click()
    await expect.poll(() => attached.count()).toBe(1)
    await chat.composer.press('Enter')
    await chat.name(fresh('pat'))
    await chat.root.getByRole('link', { name: /one\.txt/ }).waitFor()
    const { messages } = await api<History>('GET', `/chatroom/${room}/message`)
    expect(messages).toMatchObject([{ message: '', files: [{ name: 'one.txt', bytes: 3 }] }])
  })

  it('scales large photographs down, unless the sender wants the original sent', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('photo')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    const photo = await picture(page, 'photo.jpg', { width: 3000, height: 1500, mimeType: 'image/jpeg' })
    await pick(page, [photo, { ...photo, name: 'original.jpg' }])
    const item = (name: string) => chat.root.locator('[part="attachment"]').filter({ hasText: name })
    await item('photo.jpg').getByText('2,048 × 1,024').waitFor()
    await item('original.jpg')
      .getByRole('checkbox', { name: /Send the original/ })
      .check()
    await item('original.jpg').getByText('3,000 × 1,500').waitFor()
    await chat.say('see')
    await chat.name(fresh('phil'))
    await chat.message('see').getByRole('img').first().waitFor()
    const { messages } = await api<History>('GET', `/chatroom/${room}/message`)
    expect(messages[0]?.files.map(({ name, width }) => [name, width])).toEqual([
      ['photo.jpg', 2048],
      ['original.jpg', 3000],
    ])
  })

  it('says which file is too large and how large one may be, and takes ten files', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await limitTo(page, { bytes: 2000 })
    await page.goto(site.page(tag(server.url, `name="${fresh('large')}"`)))
    const chat = chatIn(page)
    const attached = chat.root.locator('[part="attachment"]')
    await pick(page, [words('large.txt', 'x'.repeat(2001)), words('empty.txt', '')])
    await attached.first().getByText('This file is too large. A file can have at most 2 kB.').waitFor()
    await attached.last().getByText('This file is empty.').waitFor()
    await chat.composer.press('Enter')
    // Nothing is sent, and the focus is on the button that removes the file.
    await expect
      .poll(() => chat.button('Remove large.txt').evaluate((each) => each.matches(':focus')))
      .toBe(true)
    for (const name of ['large.txt', 'empty.txt']) await chat.button(`Remove ${name}`).click()
    await pick(
      page,
      Array.from({ length: 11 }, (_, index) => words(`${index}.txt`, 'x')),
    )
    await chat.root.getByText('A message can have at most 10 files.').waitFor()
    expect(await attached.count()).toBe(10)
  })

  it('offers none where the server takes no files, and says so when one is pasted', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await limitTo(page, null)
    await page.goto(site.page(tag(server.url, `name="${fresh('none')}"`)))
    const chat = chatIn(page)
    const asked = page.waitForResponse('**/api/hello')
    await chat.composer.focus()
    await asked
    await give(chat.composer, 'paste', [words('a.txt', 'x')])
    const notice = chat.root.getByText('Images and files cannot be sent here.')
    await notice.waitFor()
    await chat.composer.press('a')
    await notice.waitFor({ state: 'detached' })
    expect(await chat.root.locator('[part="attach"], [part="attachment"]').count()).toBe(0)
  })
})
