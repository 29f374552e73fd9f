import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { announcements } from '../../support/browser/page.ts'

describe('mentions in <parlour-room>', () => {
  it('are completed after an @, marked for everybody, and stand out and are read out for whom they name', async ({
    server,
    site,
    visitor,
    api,
  }) => {
    const name = fresh('mentions')
    const [ada, bob] = [`Ada ${name}`, fresh('bob')]
    const url = site.page(`<main><h1>A site</h1>${tag(server.url, `name="${name}"`)}</main>`)
    const bobs = await visitor()
    const said = await announcements(bobs)
    await bobs.goto(url)
    await chatIn(bobs).say('hello')
    await chatIn(bobs).name(bob)
    await chatIn(bobs).message('hello').waitFor()
    await api('POST', '/api/users', { name: ada })
    await api('POST', `/chatroom/${name}/message`, { userName: ada, message: 'hi' })
    const adas = await visitor()
    await adas.goto(url)
    const { root, composer } = chatIn(adas)
    const list = root.getByRole('listbox')
    await composer.pressSequentially('hi @bob')
    await list.waitFor()
    await expect.poll(() => list.getByRole('option').allInnerTexts()).toEqual([bob])
    await composer.press('Enter')
    expect(await composer.inputValue()).toBe(`hi @${bob} `)
    await composer.pressSequentially('and @ada')
    await expect.poll(() => list.getByRole('option').allInnerTexts()).toEqual([ada])
    await composer.press('Tab')
    expect(await composer.inputValue()).toBe(`hi @${bob} and @"${ada}" `)

    await api('POST', `/chatroom/${name}/message`, { userName: ada, message: `\`@${bob}\` but @${bob}!` })
    const bobsRoot = chatIn(bobs).root
    const marked = bobsRoot.locator('[part~=mention]')
    await expect.poll(() => marked.allInnerTexts()).toEqual([`@${bob}`])
    expect(await bobsRoot.locator('[part~=mentioned]').count()).toBe(1)
    await expect.poll(said).toContain(`${ada} (mentions you): \`@${bob}\` but @${bob}!`)
    await expect.poll(() => root.locator('[part~=mention]').allInnerTexts()).toEqual([`@${bob}`])
    expect(await root.locator('[part~=mentioned]').count()).toBe(0)
    for (const colorScheme of ['light', 'dark'] as const) {
      await bobs.emulateMedia({ colorScheme })
      expect(await violations(bobs)).toEqual([])
    }
  })
})
