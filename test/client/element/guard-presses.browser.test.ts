import type { Locator, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { NewUser } from '../../../src/contract/index.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

/** Presses the mouse on something, lets the list change meanwhile, and releases the mouse in the same place. */
const pressDuring = async (page: Page, row: Locator, change: () => Promise<void>) => {
  await row.hover()
  await page.mouse.down()
  await change()
  await page.mouse.up()
}

describe('a press on a row of a list that changes meanwhile', () => {
  it('chooses no other suggestion', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('press')}"`)))
    const { root, composer } = chatIn(page)
    const options = root.getByRole('option')
    await composer.pressSequentially('see :fire')
    await expect.poll(() => options.count()).toBeGreaterThan(1)
    const before = await options.nth(1).innerText()
    await pressDuring(page, options.nth(1), async () => {
      await page.keyboard.press('Backspace')
      await page.keyboard.press('Backspace')
      await expect.poll(() => options.nth(1).innerText()).not.toBe(before)
    })
    expect(await composer.inputValue()).toBe('see :fi')
    // The next click counts again.
    await options.first().click()
    expect(await composer.inputValue()).toMatch(/^see [^:]/)
  })

  it('gives no other reaction', async ({ api, server, site, visitor }) => {
    const [room, ada, bob] = [fresh('press'), fresh('ada'), fresh('bob')]
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', '/api/users', { name: ada })
    await api('POST', `/chatroom/${room}/message`, { userName: ada, message: 'look' })
    const react = (method: string, emoji: string, query = '') =>
      api(
        method,
        `/chatroom/${room}/message/1/reaction/${emoji}${query}`,
        query ? undefined : { userName: ada },
      )
    for (const emoji of ['👍', '🎉', '❤️']) await react('PUT', emoji)
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(bob)
    await chat.message('hello').waitFor()
    const chips = chat.message('look').locator('.reaction')
    const texts = () => chips.allInnerTexts()
    await expect.poll(texts).toEqual(['👍 1', '🎉 1', '❤️ 1'])
    await pressDuring(page, chips.first(), async () => {
      await react('DELETE', '👍', `?userName=${ada}`)
      await expect.poll(texts).toEqual(['🎉 1', '❤️ 1'])
    })
    await chips.nth(1).click()
    await expect.poll(texts).toEqual(['🎉 1', '❤️ 2'])
  })

  it('approves no other message', async ({ api, server, site, visitor }) => {
    const [room, host, ada] = [fresh('press'), fresh('host'), fresh('ada')]
    const { token } = await api<NewUser>('POST', '/api/users', { name: host, protected: true })
    await api('POST', '/api/chatroom', { name: room }, token)
    await api('PATCH', `/chatroom/${room}`, { approval: 'all' }, token)
    await api('POST', '/api/users', { name: ada })
    const hold = (message: string) =>
      api<{ id: string }>('POST', `/chatroom/${room}/message`, { userName: ada, message })
    const first = await hold('good')
    await hold('bad')
    await hold('fair')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(page, token)
    const { root, button, message } = chatIn(page)
    await button('3 messages wait for approval').click()
    const rows = root.locator('[part="held"]').getByRole('listitem')
    const texts = async () => (await rows.allInnerTexts()).map((text) => /good|bad|fair/.exec(text)?.[0])
    await expect.poll(texts).toEqual(['good', 'bad', 'fair'])
    await pressDuring(page, button('Approve', rows.first()), async () => {
      await api('DELETE', `/chatroom/${room}/held/${first.id}`, undefined, token)
      await expect.poll(texts).toEqual(['bad', 'fair'])
    })
    await button('Approve', rows.nth(1)).click()
    await message('fair').waitFor()
    expect(await message('bad').count()).toBe(0)
    await expect.poll(texts).toEqual(['bad'])
  })
})
