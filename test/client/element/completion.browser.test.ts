import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { announcements, overflowing } from '../../support/browser/page.ts'

describe('the completion of emoji in <parlour-room>', () => {
  it('offers names after a colon and two letters, by keyboard, and reads them out', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const said = await announcements(page)
    await page.goto(site.page(`<main><h1>A site</h1>${tag(server.url, `name="${fresh('emoji')}"`)}</main>`))
    const { root, composer } = chatIn(page)
    const list = root.getByRole('listbox')
    await composer.pressSequentially('Hot :fire')
    await list.waitFor()
    const options = list.getByRole('option')
    await expect.poll(async () => (await options.allInnerTexts())[0]).toBe('🔥 fire')
    const names = await options.allInnerTexts()
    /** Returns the text of the row that the field names as its active one. */
    const active = () =>
      composer.evaluate((field) => {
        const id = field.getAttribute('aria-activedescendant') ?? ''
        const row = (field.getRootNode() as ShadowRoot).getElementById(id)
        return row?.getAttribute('aria-selected') === 'true' ? row.innerText : undefined
      })
    await expect.poll(active).toBe(names[0])
    await composer.press('ArrowDown')
    await expect.poll(active).toBe(names[1])
    await composer.press('ArrowUp')
    await composer.press('ArrowUp')
    await expect.poll(active).toBe(names.at(-1))
    expect(await violations(page)).toEqual([])
    await composer.press('ArrowDown')
    await composer.press('Enter')
    expect(await composer.inputValue()).toBe('Hot 🔥')
    await list.waitFor({ state: 'detached' })
    expect(await composer.getAttribute('aria-activedescendant')).toBeNull()
    expect(await said()).toContain('6 suggestions')
    await composer.press('Control+z')
    expect(await composer.inputValue()).toBe('Hot :fire')
  })

  it('replaces a whole name at its second colon, closes with Escape, and leaves times, addresses and code alone', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('colons')}"`)))
    const { root, composer } = chatIn(page)
    const list = root.getByRole('listbox')
    await composer.pressSequentially(':tada')
    await list.waitFor()
    await composer.press('Escape')
    await list.waitFor({ state: 'detached' })
    await composer.pressSequentially(':')
    await expect.poll(() => composer.inputValue()).toBe('🎉')
    for (const text of ['at 10:30am', 'https://example.org', '```\n:tada', ':D', 'a:tada']) {
      await composer.fill('')
      await composer.pressSequentially(text.slice(0, -1))
      await composer.pressSequentially(text.slice(-1))
      // A click chooses a suggestion only where a list is open. The next list proves that this text had none.
      expect([text, await list.count()]).toEqual([text, 0])
    }
    await composer.fill('')
    await composer.pressSequentially('see :fire')
    // The list of ":fir" has it in another row.
    await expect.poll(() => list.getByRole('option').first().innerText()).toBe('🔥 fire')
    await list.getByRole('option').first().click()
    expect(await composer.inputValue()).toBe('see 🔥')
    expect(await composer.evaluate((field) => field.matches(':focus'))).toBe(true)
  })

  it('leaves the keys to an input method that composes', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('ime')}"`), { html: 'lang="ja"' }))
    const { root } = chatIn(page)
    const composer = root.locator('[part="input"]')
    await composer.focus()
    const devtools = await page.context().newCDPSession(page)
    await composer.pressSequentially('：')
    const compose = (text: string) =>
      devtools.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      })
    await compose('え')
    await compose('えが')
    await compose('笑顔')
    const list = root.getByRole('listbox')
    await list.getByRole('option').first().waitFor()
    const enter = await composer.evaluate((field) => {
      const init = { key: 'Enter', isComposing: true, bubbles: true, composed: true, cancelable: true }
      return field.dispatchEvent(new KeyboardEvent('keydown', init))
    })
    expect(enter).toBe(true)
    expect(await composer.inputValue()).toBe('：笑顔')
    await devtools.send('Input.insertText', { text: '笑顔' })
    await list.waitFor()
    const [first = ''] = await list.getByRole('option').allInnerTexts()
    await composer.press('Enter')
    expect(first).toContain(await composer.inputValue())
  })

  it('fits into 320 pixels, from right to left, with names of another language where the element has none', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ viewport: { width: 320, height: 568 } })
    const html = 'lang="ar" dir="rtl"'
    const room = `<main><h1>A site</h1>${tag(server.url, `name="${fresh('narrow')}"`)}</main>`
    await page.goto(site.page(room, { html }))
    const { root } = chatIn(page)
    const composer = root.locator('[part="input"]')
    await composer.pressSequentially(':heart')
    const list = root.getByRole('listbox')
    await list.waitFor()
    expect(await overflowing(page)).toEqual([])
    expect(await violations(page)).toEqual([])
    await composer.press('Tab')
    expect(await composer.inputValue()).toMatch(/^\p{RGI_Emoji}$/v)
  })

  it('has the names of the element’s language', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('namen')}"`), { html: 'lang="de"' }))
    const { root } = chatIn(page)
    const composer = root.locator('[part="input"]')
    await composer.pressSequentially(':konfetti')
    await root.getByRole('option').filter({ hasText: 'Konfetti' }).first().waitFor()
    await composer.press('Enter')
    expect(['🎉', '🎊']).toContain(await composer.inputValue())
  })
})
