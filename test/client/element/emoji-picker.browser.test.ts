import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { pressOn, roomWithReactions, shown } from '../../support/browser/reactions.ts'

describe('the picker of emoji', () => {
  it('is loaded when it opens, finds by name, and remembers: by keyboard alone', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name] = [await roomWithReactions(api), fresh('Kay')]
    const page = await visitor()
    const parts: string[] = []
    page.on('request', (request) => parts.push(request.url()))
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(name)
    await chat.message('hello').waitFor()
    const active = () =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-label'))
    /** Opens the picker for the first message, as somebody does who has no mouse. */
    const openPicker = async () => {
      await pressOn(page, ':')
      const menu = page.getByRole('dialog', { name: 'Add a reaction' })
      await menu.waitFor()
      await expect
        .poll(() =>
          menu
            .getByRole('button')
            .first()
            .evaluate((each) => each.matches(':focus')),
        )
        .toBe(true)
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('Enter')
      await expect.poll(active).toBe('Search for emoji')
      return menu
    }
    expect(parts.filter((url) => /emoji-/.test(url))).toEqual([])
    const menu = await openPicker()
    expect(parts.filter((url) => /emoji-/.test(url))).toHaveLength(2)
    await page.keyboard.type('party')
    await expect.poll(() => menu.getByRole('gridcell').first().getAttribute('title')).toBe('partying face')
    await page.keyboard.press('ArrowDown')
    await expect.poll(active).toBe('partying face')
    await page.keyboard.press('End')
    await expect.poll(active).not.toBe('partying face')
    await page.keyboard.press('Home')
    await expect.poll(active).toBe('partying face')
    await page.keyboard.press('ArrowRight')
    await expect.poll(active).toBe('party popper')
    await page.keyboard.press('Enter')
    await expect.poll(() => shown(page)).toEqual(['🎉 1 *'])
    await menu.waitFor({ state: 'detached' })

    // It comes first the next time. Escape closes the picker, and the focus is where it was.
    await openPicker()
    expect(await menu.getByRole('tab').first().getAttribute('title')).toBe('Recent')
    expect(await menu.getByRole('gridcell').count()).toBe(1)
    await page.keyboard.press('Tab')
    await expect.poll(active).toBe('Recent')
    await page.keyboard.press('ArrowRight')
    await expect.poll(active).toBe('smileys & emotion')
    await page.keyboard.press('Tab')
    await expect.poll(active).toBe('grinning face')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.keyboard.press('Control+Home')
    await expect.poll(active).toBe('grinning face')
    await page.keyboard.press('ArrowUp')
    await expect.poll(active).toBe('Search for emoji')
    await page.keyboard.type('no such emoji')
    await menu.getByText('No emoji found.').waitFor()
    await page.keyboard.press('Escape')
    await menu.waitFor({ state: 'detached' })
    await expect.poll(() => chat.message('a good idea').evaluate((each) => each.matches(':focus'))).toBe(true)
  })

  it('has only what the room allows, and the names of the element’s language', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { token } = await api<{ token: string }>('POST', '/api/users', {
      name: fresh('host'),
      protected: true,
    })
    const room = fresh('few')
    const reactions = ['🐛', '🐞', '❤️', '🇩🇪', '👍🏽', '🎉', '🚀', '👀']
    await api('POST', '/api/chatroom', { name: room }, token)
    await api('PATCH', `/chatroom/${room}`, { reactions }, token)
    await api('POST', `/chatroom/${room}/message`, { userName: 'Ada', message: 'a good idea' })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`), { html: 'lang="de"' }))
    await pressOn(page, ':')
    await page.getByRole('button', { name: 'Weitere Emojis' }).click()
    const cells = page.getByRole('gridcell')
    await cells.first().waitFor()
    expect(await cells.allInnerTexts()).toEqual(reactions)
    expect(await cells.nth(5).getAttribute('title')).toBe('Konfettibombe')
  })
})
