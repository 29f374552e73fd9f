import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { pick, picture } from '../../support/browser/pictures.ts'

type History = { messages: { message: string; files: { name: string }[] }[] }

/** Holds back the images that the page scales down, until the returned function is called. */
const slowScaling = async (page: Page) => {
  await page.evaluate(() => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const original = window.createImageBitmap
    Object.assign(window, {
      finishScaling: resolve,
      createImageBitmap: async (source: ImageBitmapSource) => {
        await promise
        return original(source)
      },
    })
  })
  return () => page.evaluate(() => (window as unknown as { finishScaling: () => void }).finishScaling())
}

const goTo = (page: Page, room: string) =>
  page.locator('parlour-room').evaluate((element, room) => element.setAttribute('name', room), room)

describe('a message whose images are being scaled down in <parlour-room>', () => {
  it('goes into the room in which Enter was pressed, and leaves the draft of another one alone', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [here, there] = [fresh('here'), fresh('there')]
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${there}"`)))
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(fresh('ann'))
    await chat.message('hello').waitFor()
    await chat.composer.fill('a draft')
    await goTo(page, here)
    await expect.poll(() => chat.composer.inputValue()).toBe('')
    const finish = await slowScaling(page)
    await pick(page, [await picture(page, 'big.jpg', { width: 3000, height: 1500, mimeType: 'image/jpeg' })])
    await chat.say('look')
    await goTo(page, there)
    await expect.poll(() => chat.composer.inputValue()).toBe('a draft')
    await finish()
    const messagesOf = async (room: string) =>
      (await api<History>('GET', `/chatroom/${room}/message`)).messages.map(({ message, files }) => [
        message,
        ...files.map(({ name }) => name),
      ])
    await expect.poll(() => messagesOf(here)).toEqual([['look', 'big.jpg']])
    expect(await messagesOf(there)).toEqual([['hello']])
    expect(await chat.composer.inputValue()).toBe('a draft')
    expect(await chat.root.locator('[part="attachment"]').count()).toBe(0)
    await goTo(page, here)
    await chat.message('look').waitFor()
    expect(await chat.composer.inputValue()).toBe('')
    expect(await chat.root.locator('[part="attachment"]').count()).toBe(0)
  })

  it('keeps what is written after Enter for the next message, and sends no picture that was removed', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('typing')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(fresh('ann'))
    await chat.message('hello').waitFor()
    const finish = await slowScaling(page)
    const photo = { width: 3000, height: 1500, mimeType: 'image/jpeg' }
    await pick(page, [await picture(page, 'one.jpg', photo), await picture(page, 'two.jpg', photo)])
    await chat.say('look')
    await chat.composer.press('Enter')
    await chat.composer.pressSequentially(' and then')
    await chat.button('Remove two.jpg').click()
    await finish()
    await chat.message('look').waitFor()
    await expect.poll(() => chat.composer.inputValue()).toBe('and then')
    const { messages } = await api<History>('GET', `/chatroom/${room}/message`)
    expect(messages).toMatchObject([{ message: 'hello' }, { message: 'look', files: [{ name: 'one.jpg' }] }])
    expect(messages[1]?.files).toHaveLength(1)
  })
})

describe('a message that waits for a name in <parlour-room>', () => {
  it('goes into the room in which Enter was pressed', async ({ api, server, site, visitor }) => {
    const [here, there] = [fresh('here'), fresh('there')]
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${there}"`)))
    const chat = chatIn(page)
    await chat.composer.fill('a draft')
    await goTo(page, here)
    await expect.poll(() => chat.composer.inputValue()).toBe('')
    await chat.say('hello')
    await chat.root.getByRole('textbox', { name: 'What should the others call you?' }).waitFor()
    await goTo(page, there)
    await expect.poll(() => chat.composer.inputValue()).toBe('a draft')
    await chat.name(fresh('ann'))
    const texts = async (room: string) =>
      (await api<History>('GET', `/chatroom/${room}/message`)).messages.map(({ message }) => message)
    await expect.poll(() => texts(here)).toEqual(['hello'])
    expect(await texts(there)).toEqual([])
    expect(await chat.composer.inputValue()).toBe('a draft')
  })
})
