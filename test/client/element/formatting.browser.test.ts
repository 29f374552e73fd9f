import type { Locator, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'

/** Waits for the help that is loaded when the field gets the focus. The preview's button is part of it. */
const begin = async (page: Page, field: Locator): Promise<void> => {
  const loaded = page.waitForResponse(/\/parlour\/composing-/)
  await field.focus()
  await loaded
  await field.fill('x')
  await page.locator('parlour-room [part~="preview-button"]').waitFor()
  await field.fill('')
}

const selectAll = (field: Locator) => field.evaluate((element: HTMLTextAreaElement) => element.select())
const selected = (field: Locator): Promise<string> =>
  field.evaluate(({ value, selectionStart, selectionEnd }: HTMLTextAreaElement) =>
    value.slice(selectionStart, selectionEnd),
  )

describe('writing with formats in <parlour-room>', () => {
  it('puts marks around what is selected, takes them away again, and can be undone', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('formats')}"`)))
    const { composer } = chatIn(page)
    await begin(page, composer)
    const keys = { b: '**words**', i: '*words*', e: '`words`', k: '[words](https://)' }
    for (const [key, marked] of Object.entries(keys)) {
      await composer.fill('')
      await composer.pressSequentially('words')
      await selectAll(composer)
      await composer.press(`Control+${key}`)
      expect(await composer.inputValue()).toBe(marked)
      expect(await selected(composer)).toBe(key === 'k' ? 'https://' : 'words')
      await composer.press(`Control+${key}`)
      expect(await composer.inputValue()).toBe('words')
      await composer.press('Control+z')
      expect(await composer.inputValue()).toBe(marked)
      await composer.press('Control+z')
      expect(await composer.inputValue()).toBe('words')
    }
    await composer.fill('')
    await composer.press('Control+b')
    await composer.pressSequentially('loud')
    expect(await composer.inputValue()).toBe('**loud**')
  })

  it('keeps the keys of formats from the page, which may have them for its search, and leaves it the others', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('keys')}"`)))
    const { composer } = chatIn(page)
    await begin(page, composer)
    await page.evaluate(() => {
      const heard: string[] = []
      Object.assign(window, { heard })
      addEventListener('keydown', ({ key }) => heard.push(key))
    })
    await composer.press('Control+k')
    await composer.press('Control+j')
    expect(await page.evaluate(() => Object(window).heard)).toEqual(['Control', 'Control', 'j'])
  })

  it('makes new lines in a block of code, shows its lines, and sends after its end', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${fresh('code')}"`)))
    const chat = chatIn(page)
    await begin(page, chat.composer)
    for (const line of ['```js', 'if (x) {', '  y()', '}', '```']) {
      await chat.composer.pressSequentially(line)
      await chat.composer.press('Enter')
    }
    await chat.name(fresh('Cora'))
    const code = chat.message('if (x)').locator('pre')
    await code.waitFor()
    expect(await code.innerText()).toBe('if (x) {\n  y()\n}')
    await chat.composer.fill('```\nopen')
    await chat.composer.press('Control+Enter')
    await chat.message('open').waitFor()
  })

  it('has a preview', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(`<main><h1>A site</h1>${tag(server.url, `name="${fresh('preview')}"`)}</main>`))
    const { root, composer, button } = chatIn(page)
    await begin(page, composer)
    const preview = root.getByRole('region', { name: 'Preview' })
    await composer.fill('**loud** and\n\n```\ncode\n```')
    expect(await preview.count()).toBe(0)
    await button('Preview').click()
    await preview.locator('strong').filter({ hasText: 'loud' }).waitFor()
    expect(await preview.locator('pre').innerText()).toBe('code')
    await composer.fill('*soft*')
    await preview.locator('em').filter({ hasText: 'soft' }).waitFor()
    expect(await violations(page)).toEqual([])
    await button('Preview').click()
    await preview.waitFor({ state: 'detached' })
    expect(await composer.inputValue()).toBe('*soft*')
  })

  it('edits the last own message after arrow up in an empty field, with the same keys', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('last')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await chat.say('mine')
    await chat.name(fresh('Lea'))
    await chat.message('mine').waitFor()
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'theirs' })
    await chat.message('theirs').waitFor()
    await chat.composer.fill('draft')
    await chat.composer.press('ArrowUp')
    expect(await chat.root.getByRole('textbox', { name: 'Edit' }).count()).toBe(0)
    await chat.composer.fill('')
    await chat.composer.press('ArrowUp')
    const field = chat.root.getByRole('textbox', { name: 'Edit' })
    await field.waitFor()
    await selectAll(field)
    await field.press('Control+b')
    expect(await field.inputValue()).toBe('**mine**')
    await field.press('Enter')
    await chat.message('mine').locator('strong').waitFor()
  })
})
