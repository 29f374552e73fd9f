import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { HeldMessage, Message } from '../../../src/contract/index.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

type User = { name: string; token: string }

const newUser = (api: Api, name: string) =>
  api<User>('POST', '/api/users', { name: fresh(name), protected: true })

/** Makes two rooms of one owner, each with a message of another person. */
const twoRooms = async (api: Api) => {
  const owner = await newUser(api, 'owner')
  const rooms = [fresh('first'), fresh('second')] as const
  for (const name of rooms) {
    await api('POST', '/api/chatroom', { name }, owner.token)
    const { token } = await newUser(api, 'guest')
    await api('POST', `/chatroom/${name}/message`, { message: `hello from ${name}` }, token)
  }
  return { rooms, token: owner.token }
}

/** Holds back the answers to such requests until the returned function is called. */
const holdBack = async (page: Page, method: string, path: RegExp) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const asked = page.waitForRequest((request) => request.method() === method && path.test(request.url()))
  await page.route(path, async (route) => {
    const response = await route.fetch()
    if (route.request().method() === method) await promise
    await route.fulfill({ response })
  })
  return { asked, release: resolve }
}

/** Has the element show another room, as a page with tabs does. */
const goTo = async (page: Page, room: string) => {
  const { root, message, composer } = chatIn(page)
  await root.evaluate((element, name) => element.setAttribute('name', name), room)
  await message(`hello from ${room}`).waitFor()
  await composer.focus()
}

describe('when the page goes to another room before the server has answered', () => {
  it('a mute deletes the messages of the person who was muted, and the focus stays', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { rooms, token } = await twoRooms(api)
    const [first, second] = rooms
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${first}"`)))
    await signInByToken(page, token)
    const { root, message, button, composer } = chatIn(page)
    await message(`hello from ${first}`).focus()
    await page.keyboard.press('m')
    await root.getByRole('checkbox', { name: /Delete their messages/ }).check()
    const { asked, release } = await holdBack(page, 'POST', /\/sanction$/)
    await button('Mute', root.locator('form')).click()
    await asked
    await goTo(page, second)
    const deletion = page.waitForResponse((response) => response.request().method() === 'DELETE')
    release()
    await deletion
    const textOf = async (room: string) =>
      (await api<Message>('GET', `/chatroom/${room}/message/1`, undefined, token)).message
    expect([await textOf(first), await textOf(second)]).toEqual([null, `hello from ${second}`])
    await expect.poll(() => composer.evaluate((field) => field.matches(':focus'))).toBe(true)
  })

  it('a ban refuses the messages that wait in the room of the ban', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { rooms, token } = await twoRooms(api)
    const [first, second] = rooms
    const spammer = await newUser(api, 'spammer')
    for (const room of rooms) {
      await api('PATCH', `/chatroom/${room}`, { approval: 'all' }, token)
      await api('POST', `/chatroom/${room}/message`, { message: 'buy this' }, spammer.token)
    }
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${first}"`)))
    await signInByToken(page, token)
    const { root, button } = chatIn(page)
    await button('1 message waits for approval').click()
    await button('Ban', root.locator('[part="held"]')).click()
    const { asked, release } = await holdBack(page, 'PATCH', /\/member\//)
    await button('Ban', root.locator('form[part="ask"]')).click()
    await asked
    await goTo(page, second)
    const refusal = page.waitForResponse((response) => response.request().method() === 'DELETE')
    release()
    await refusal
    const waiting = async (room: string) =>
      (await api<{ held: HeldMessage[] }>('GET', `/chatroom/${room}/held`, undefined, token)).held.length
    expect([await waiting(first), await waiting(second)]).toEqual([0, 1])
  })

  it('a report is remembered with its room', async ({ api, server, site, visitor }) => {
    const { rooms } = await twoRooms(api)
    const [first, second] = rooms
    const { token } = await newUser(api, 'reader')
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${first}"`)))
    await signInByToken(page, token)
    const { root, message, button } = chatIn(page)
    await message(`hello from ${first}`).hover()
    await button('Report', message(`hello from ${first}`)).click()
    await root.locator('form[part="ask"] textarea').fill('spam')
    const { asked, release } = await holdBack(page, 'POST', /\/report$/)
    await button('Report', root.locator('form[part="ask"]')).click()
    await asked
    await goTo(page, second)
    release()
    const remembered = () =>
      page.evaluate((key) => localStorage.getItem(key), `parlour-reports ${server.url}`)
    await expect.poll(remembered).toContain(first)
    expect(await remembered()).not.toContain(second)
  })
})

describe('a form below a message', () => {
  it('stays open when the answer to the form of another message comes', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { rooms, token } = await twoRooms(api)
    const [first] = rooms
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${first}"`)))
    await signInByToken(page, token)
    const { root, message, button } = chatIn(page)
    await message(`hello from ${first}`).focus()
    await page.keyboard.press('Delete')
    const { asked, release } = await holdBack(page, 'DELETE', /\/message\/1$/)
    await button('Delete', message(`hello from ${first}`).locator('form')).click()
    await asked
    await message('I am here').focus()
    await page.keyboard.press('e')
    const field = root.locator('form[part="ask"] textarea')
    await field.fill('I was here')
    const answer = page.waitForResponse(/\/message\/1$/)
    release()
    await (await answer).finished()
    await message('Message deleted').waitFor()
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
    expect(await field.inputValue()).toBe('I was here')
    expect(await field.evaluate((each) => each.matches(':focus'))).toBe(true)
  })
})
