import { readdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { otherRoom } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { roomWithReactions } from '../../support/browser/reactions.ts'

/** Returns the parts that a page has asked for so far, by their names without the hash. */
const partsOf = (page: Page): string[] => {
  const parts: string[] = []
  page.on('request', (request) => {
    const [, name] = /\/parlour\/(.+)-[0-9A-Z]{8}\.js$/.exec(request.url()) ?? []
    if (name) parts.push(name)
  })
  return parts
}

/** Makes the loading of a part fail until the returned function is called. */
const withhold = async (page: Page, part: string): Promise<() => Promise<void>> => {
  const pattern = `**/parlour/${part}-*.js*`
  await page.route(pattern, (route) => route.fulfill({ status: 404, body: '' }))
  return () => page.unroute(pattern)
}

/** Holds a part back until the returned function is called. */
const hold = async (page: Page, part: string): Promise<() => void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(`**/parlour/${part}-*.js`, async (route) => {
    await promise
    await route.continue()
  })
  return resolve
}

const failed = 'This part of the chat could not be loaded. Try again, or reload the page.'

describe('the parts of <parlour-room>', () => {
  it('are loaded when they are used: of a room that is only shown, its texts and the part for later', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const parts = partsOf(page)
    await page.goto(site.page(tag(server.url, `name="${otherRoom.name}"`)))
    const { log, composer } = chatIn(page)
    await log.getByRole('article').first().waitFor()
    await expect.poll(() => parts).toEqual(['en', 'later'])
    await composer.focus()
    const used = ['composing', 'en', 'identity-form', 'later', 'message-tools']
    await expect.poll(() => parts.toSorted()).toEqual(used)
  })

  it('may be kept by browsers for good, and read by pages of other origins', async ({ server }) => {
    for (const name of readdirSync('public/parlour').filter((name) => name.endsWith('.js'))) {
      const { status, headers } = await fetch(`${server.url}/parlour/${name}`)
      expect([status, headers.get('cache-control'), headers.get('access-control-allow-origin')]).toEqual([
        200,
        'public, max-age=31536000, immutable',
        '*',
      ])
    }
    const missing = await fetch(`${server.url}/parlour/en-00000000.js`)
    expect(missing.status).toBe(404)
    const { headers } = await fetch(`${server.url}/parlour.js`)
    for (const mutable of [missing.headers, headers])
      expect(mutable.get('cache-control') ?? '').not.toContain('immutable')
  })

  it('say so in their place when they can’t be loaded, and can be tried again: the form for a name', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${fresh('unloaded')}"`)))
    const release = await withhold(page, 'identity-form')
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.root.getByText(failed).waitFor()
    await chat.button('Try again').click()
    await chat.root.getByText(failed).waitFor()
    await chat.button('Cancel').click()
    await chat.root.getByText(failed).waitFor({ state: 'detached' })
    expect(await chat.composer.inputValue()).toBe('hello')
    await chat.composer.press('Enter')
    await chat.root.getByText(failed).waitFor()
    await release()
    await chat.button('Try again').click()
    await chat.name(fresh('Una'))
    await chat.message('hello').waitFor()
  })

  it('say so in their place when they can’t be loaded, and can be tried again: a message’s buttons', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    const release = await withhold(page, 'message-tools')
    await page.goto(site.page(tag(server.url, `name="${fresh('unloaded')}"`)))
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(fresh('Udo'))
    await chat.message('hello').getByText(failed).waitFor()
    await chat.composer.press('ArrowUp')
    await chat.root.locator('[part~="composer"]').locator('..').getByText(failed).waitFor()
    await release()
    await chat.button('Try again', chat.message('hello')).click()
    await chat.message('hello').hover()
    await chat.button('Edit', chat.message('hello')).waitFor()
    await chat.composer.press('ArrowUp')
    await chat.root.getByRole('textbox', { name: 'Edit' }).waitFor()
    expect(await chat.root.getByText(failed).count()).toBe(0)
  })

  it('do what the reader asked for while they were on their way', async ({ api, server, site, visitor }) => {
    const page = await visitor()
    const [helped, equipped] = [await hold(page, 'composing'), await hold(page, 'message-tools')]
    const room = await roomWithReactions(api, { '🎉': ['Ada'] })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { composer, message, button, name } = chatIn(page)
    await composer.fill('a word')
    await composer.selectText()
    await composer.press('ControlOrMeta+b')
    helped()
    await expect.poll(() => composer.inputValue()).toBe('**a word**')
    const idea = message('a good idea')
    await button('🎉 1', idea).click()
    await idea.focus()
    await page.keyboard.press(':')
    equipped()
    await page.getByRole('dialog', { name: 'Add a reaction' }).waitFor()
    await page.keyboard.press('Escape')
    await name(fresh('Ina'))
    await button('🎉 2', idea).waitFor()
  })

  it('miss nothing that happens before the part for later is loaded', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const later = await hold(page, 'later')
    const [room, ada, bob] = [fresh('later'), fresh('Ada'), fresh('Bob')]
    await api('POST', '/api/chatroom', { name: room })
    for (const name of [ada, bob]) {
      await api('POST', '/api/users', { name })
      await api('PUT', `/chatroom/${room}`, { userName: name })
    }
    const send = (message: string) =>
      api('POST', `/chatroom/${room}/message`, { userName: ada, message: `${message} @${bob}` })
    await send('early')
    await page.goto(site.page(tag(server.url, `name="${room}"`), { html: 'lang="en"' }))
    const { root, message, say, name } = chatIn(page)
    await message('early').waitFor()
    await say('written')
    await name(fresh('Cleo'))
    await message('written').waitFor()
    await send('news')
    await message('news').waitFor()
    await page.evaluate(() => document.documentElement.setAttribute('lang', 'de'))
    expect(await root.locator('[part="mention"]').count()).toBe(0)
    later()
    await root.getByPlaceholder('Nachricht schreiben').waitFor()
    await expect.poll(() => root.locator('[part="mention"]').allInnerTexts()).toEqual([`@${bob}`, `@${bob}`])
    await expect.poll(() => root.locator('[part="announcer"]').innerText()).toContain('news')
  })

  it('are tried again by themselves where they are the texts', async ({ server, site, visitor }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    const [release, german] = [await withhold(page, 'en'), await withhold(page, 'de')]
    const fallback = page.waitForResponse(/\/en-/)
    await page.goto(site.page(tag(server.url, `name="${otherRoom.name}"`), { html: 'lang="de"' }))
    await fallback
    await release()
    await german()
    await chatIn(page).root.getByPlaceholder('Nachricht schreiben').waitFor()
  })
})
