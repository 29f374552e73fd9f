import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { NewUser } from '../../../src/contract/index.ts'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { hideable } from '../../support/browser/visibility.ts'

/** A room with a member, whose token the page's visitor has. */
const roomWithReader = async (api: Api) => {
  const room = fresh('mentioned')
  await api('POST', '/api/chatroom', { name: room })
  const reader = await api<NewUser>('POST', '/api/users', { name: fresh('reader') })
  await api('PUT', `/chatroom/${room}`, {}, reader.token)
  const say = (message: string) => api('POST', `/chatroom/${room}/message`, { userName: speaker, message })
  const signIn = (page: Page, server: string) =>
    page.addInitScript(
      ([key = '', identity = '']) => localStorage.setItem(key, identity),
      [
        `parlour ${server}`,
        JSON.stringify({ userId: reader.id, userName: reader.name, token: reader.token }),
      ],
    )
  return { room, reader, say, signIn }
}

const mentionsIn = (page: Page) => {
  const { root } = chatIn(page)
  return {
    open: root.locator('[part="mentions-button"]'),
    badge: root.locator('[part="badge"]'),
    panel: root.getByRole('dialog', { name: 'Mentions of you' }),
    results: root.locator('[part="results"] [part="result"]'),
  }
}

/** Returns the number of the message that has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const row = document.querySelector('parlour-room')?.shadowRoot?.activeElement as HTMLElement | null
    return row?.dataset.key
  })

const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

describe('the mentions of the reader in <parlour-room>', () => {
  it('are listed page by page, newest first, and a click goes to the message', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, reader, say, signIn } = await roomWithReader(api)
    for (let i = 1; i <= 36; i++) await say(i % 9 === 8 ? 'to nobody' : `@${reader.name} question ${i}`)
    await say(`\`@${reader.name}\` in code`)
    const page = await visitor()
    await signIn(page, server.url)
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const { open, panel, results } = mentionsIn(page)
    await open.click()
    await expect.poll(() => results.count()).toBe(30)
    expect(await results.first().innerText()).toContain('question 36')
    await chatIn(page).button('Show older messages', panel).click()
    await expect.poll(() => results.count()).toBe(32)
    await say(`@${reader.name} just now`)
    await expect.poll(() => results.first().innerText()).toContain('just now')
    await results.filter({ hasText: 'question 1' }).last().click()
    await expect.poll(() => focused(page)).toBe('1')
    await panel.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(await open.evaluate((button) => button.matches(':focus'))).toBe(true)
  })

  it('are counted while they are new, by name for a screen reader', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, reader, say, signIn } = await roomWithReader(api)
    await say('hello')
    const page = await visitor()
    const look = await hideable(page)
    await signIn(page, server.url)
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const { open, badge } = mentionsIn(page)
    await open.waitFor()
    expect(await badge.count()).toBe(0)
    await look('hidden')
    for (const text of ['one', 'two', 'three']) await say(`@${reader.name} ${text}`)
    await api('DELETE', `/chatroom/${room}/message/3?userName=${speaker}`)
    await expect.poll(() => badge.allInnerTexts()).toEqual(['2'])
    await chatIn(page).button('2 new mentions').waitFor()
    await look('visible')
    await badge.waitFor({ state: 'detached' })
    await chatIn(page).button('Mentions of you').waitFor()
  })

  it('are none for a reader without a name, and say so for one whom nobody has mentioned', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, say, signIn } = await roomWithReader(api)
    await say('hello')
    const url = site.page(around(tag(server.url, `name="${room}"`)))
    const guest = await visitor()
    await guest.goto(url)
    await chatIn(guest).message('hello').waitFor()
    expect(await mentionsIn(guest).open.count()).toBe(0)
    const page = await visitor()
    await signIn(page, server.url)
    await page.goto(url)
    await mentionsIn(page).open.click()
    await mentionsIn(page).panel.getByText('Nobody has mentioned you here yet.').waitFor()
  })

  it('are accessible, also from right to left and on 320 pixels', async ({ api, server, site, visitor }) => {
    const { room, reader, say, signIn } = await roomWithReader(api)
    await say(`@${reader.name} question`)
    const page = await visitor()
    await signIn(page, server.url)
    await page.setViewportSize({ width: 320, height: 600 })
    for (const dir of ['ltr', 'rtl']) {
      await page.goto(site.page(around(tag(server.url, `name="${room}" dir="${dir}"`))))
      const { open, panel, results } = mentionsIn(page)
      await open.focus()
      await open.press('Enter')
      await results.first().waitFor()
      expect(await panel.evaluate((element) => element.matches(':focus'))).toBe(true)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await violations(page)).toEqual([])
      }
      expect(await overflowing(page)).toEqual([])
      await results.first().focus()
      await results.first().press('Enter')
      await panel.waitFor({ state: 'detached' })
      await expect.poll(() => focused(page)).toBe('1')
    }
  })
})
