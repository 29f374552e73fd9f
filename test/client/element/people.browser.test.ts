import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { chromiumPath } from '../../support/browser/chromium.ts'
import { withFixtures } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { localServer } from '../../support/node/server.ts'

const pictures = 'https://pictures.example'
/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A server that allows pictures. */
const it = withFixtures
  .extend('server', { scope: 'worker' }, async ({ filling }, { onCleanup }) => {
    const server = await localServer({ AVATAR_HOSTS: 'pictures.example' })
    onCleanup(server.remove)
    await server.start()
    server.fill(filling)
    return server
  })
  .runIf(chromiumPath)

/** Returns a page's policy that allows the pictures. */
const policyOf = ({ styled }: { styled: string }) =>
  styled.replace("img-src 'self' data:", `img-src data: ${pictures}`)

const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

/** Returns how far a picture is from the top and the left of its message. */
const edgesIn = (face: Element): number[] => {
  const row = face.closest('.row')?.getBoundingClientRect()
  const { top, left } = face.getBoundingClientRect()
  return [top - (row?.top ?? 0), left - (row?.left ?? 0)]
}

const peopleIn = (page: Page) => {
  const { root, message } = chatIn(page)
  return {
    author: (text: string) => message(text).locator('.head button'),
    face: (text: string) => message(text).locator('.face'),
    profile: root.getByRole('dialog'),
    results: root.locator('[part="results"] [part="result"]'),
  }
}

/** Answers requests for pictures, and returns the headers of each. */
const servePictures = async (page: Page, status = 200) => {
  const headers: Record<string, string>[] = []
  await page.route(`${pictures}/**`, async (route) => {
    headers.push(await route.request().allHeaders())
    await route.fulfill({ status, contentType: 'image/png', body: status === 200 ? png : '' })
  })
  return headers
}

describe('the people of <parlour-room>', () => {
  it('have a profile: role, since when, and what they wrote; a click on a message goes to it', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, owner] = [fresh('people'), fresh('Olga')]
    const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner, protected: true })
    await api('POST', '/api/chatroom', { name: room }, token)
    for (let count = 1; count <= 40; count++)
      await api('POST', `/chatroom/${room}/message`, { message: `words ${count}.` }, token)
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'hello' })
    const page = await visitor({ viewport: { width: 1100, height: 700 } })
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const { root, button, message } = chatIn(page)
    const { author, profile, results } = peopleIn(page)
    const [top, left] = await message('words 1.').locator('.face').evaluate(edgesIn)
    await author('words 1.').click()
    // The filter of a button under the mouse would move the picture into the button.
    expect(await message('words 1.').locator('.face').evaluate(edgesIn)).toEqual([top, left])
    await profile.getByText('Owner of this room.').waitFor()
    const year = new Date().getFullYear()
    expect(await profile.locator('[part="member-since"]').innerText()).toContain(`${year}`)
    await expect.poll(() => results.count()).toBe(30)
    expect(await results.first().innerText()).toContain('words 40.')
    expect(await violations(page)).toEqual([])
    await button('Show older messages').click()
    await expect.poll(() => results.count()).toBe(40)
    expect(await results.last().innerText()).toContain('words 1.')
    await results.last().click()
    await expect.poll(() => message('words 1.').evaluate((row) => row.matches(':focus'))).toBe(true)
    await profile.press('Escape')
    await profile.waitFor({ state: 'detached' })
    await expect.poll(() => message('words 1.').evaluate((row) => row.matches(':focus'))).toBe(true)
    // By the keyboard.
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await root.getByRole('dialog', { name: owner }).waitFor()
  })

  it('can be mentioned, also with two words, where the caret is', async ({ api, server, site, visitor }) => {
    const [room, name] = [fresh('people'), `Two ${fresh('words')}`]
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', '/api/users', { name })
    await api('POST', `/chatroom/${room}/message`, { userName: name, message: 'hello' })
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'hi' })
    const page = await visitor({ viewport: { width: 320, height: 600 } })
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const { composer, button } = chatIn(page)
    const { author, profile } = peopleIn(page)
    await composer.fill('good morning')
    await author('hello').click()
    await profile.waitFor()
    expect(await overflowing(page)).toEqual([])
    await button('Mention').click()
    await expect.poll(() => composer.inputValue()).toBe(`good morning @"${name}" `)
    // The panel covers a narrow log, so it closes.
    await profile.waitFor({ state: 'detached' })
    await expect.poll(() => composer.evaluate((field) => field.matches(':focus'))).toBe(true)
    await author('hi').click()
    await button('Mention').click()
    await expect.poll(() => composer.inputValue()).toBe(`good morning @"${name}" @${speaker} `)
  })

  it('who left are shown as such, with their messages, and deleted ones have no profile', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, former, gone] = [fresh('people'), fresh('Fritz'), fresh('Gustav')]
    await api('POST', '/api/chatroom', { name: room })
    const ids: number[] = []
    const tokens: string[] = []
    for (const name of [former, gone]) {
      const { id, token } = await api<{ id: number; token: string }>('POST', '/api/users', { name })
      ids.push(id)
      tokens.push(token)
      await api('POST', `/chatroom/${room}/message`, { userName: name, message: `from ${name}` })
    }
    await api('DELETE', `/chatroom/${room}/member/${former}?userName=${former}`)
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { author, profile, results } = peopleIn(page)
    const { button } = chatIn(page)
    await author(former).click()
    await profile.getByText('This person is not in the room.').waitFor()
    await expect.poll(() => results.count()).toBe(1)
    await button('Close').click()
    await api('DELETE', `/api/users/${ids[1]}`, undefined, tokens[1])
    // The page doesn't know it yet.
    await author(gone).click()
    await profile.getByText('There is nobody of this name.').first().waitFor()
    await page.reload()
    await chatIn(page).message(gone).getByText('Deleted user').waitFor()
    expect(await author(gone).count()).toBe(0)
  })

  it('rename themselves and set a picture, which another page shows without a referrer', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name, next] = [fresh('people'), fresh('Paula'), fresh('Pauline')]
    await api('POST', '/api/chatroom', { name: room })
    const asks = [pictures]
    const [page, other] = [await visitor({ asks, expects: [/console: .*400/] }), await visitor({ asks })]
    const policy = policyOf(site)
    for (const each of [page, other]) {
      await servePictures(each)
      await each.goto(site.page(tag(server.url, `name="${room}"`), { policy }))
    }
    const { root, button, say, name: giveName, message } = chatIn(page)
    const { author, profile, face } = peopleIn(page)
    await say('hello')
    await giveName(name)
    await message('hello').waitFor()
    await author('hello').click()
    await button('Change name', profile).click()
    await root.getByRole('textbox', { name: 'Your new name' }).fill(next)
    await button('Save', profile).click()
    await root.getByRole('dialog', { name: next }).waitFor()
    await expect.poll(() => author('hello').innerText()).toContain(next)
    await button('Set picture', profile).click()
    const field = root.getByRole('textbox', { name: /^The web address of your picture/ })
    await field.fill('https://elsewhere.example/me.png')
    await button('Save', profile).click()
    await profile.getByText('This picture cannot be used.').waitFor()
    expect(await field.inputValue()).toBe('https://elsewhere.example/me.png')
    await field.fill(`${pictures}/me.png`)
    await button('Save', profile).click()
    await field.waitFor({ state: 'detached' })
    await face('hello').locator('img').waitFor()
    await profile.press('Escape')
    await say('with a picture')
    const headers = await servePictures(other)
    const picture = peopleIn(other).face('with a picture').locator('img')
    await picture.waitFor()
    await expect.poll(() => picture.evaluate((image) => getComputedStyle(image).opacity)).toBe('1')
    expect(headers.length).toBeGreaterThan(0)
    for (const { referer, cookie } of headers) expect([referer, cookie]).toEqual([undefined, undefined])
    const member = await api<{ avatar: string }>('GET', `/chatroom/${room}/member/${next}`)
    expect(member.avatar).toBe(`${pictures}/me.png`)
    // The answer with the picture comes late. It would come into a field in which somebody writes.
    const answer = Promise.withResolvers<void>()
    await page.route(`**/member/${encodeURIComponent(next)}`, async (route) => {
      await answer.promise
      await route.continue()
    })
    await author('hello').click()
    await profile.getByText('hello').waitFor()
    expect(await button('Set picture', profile).count()).toBe(0)
    answer.resolve()
    await button('Set picture', profile).click()
    await field.fill('')
    await button('Save', profile).click()
    await face('hello').locator('img').waitFor({ state: 'detached' })
  })

  it('have letters where the picture can’t be loaded, and nothing moves', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name] = [fresh('people'), fresh('Rita')]
    await api('POST', '/api/chatroom', { name: room })
    const { id, token } = await api<{ id: number; token: string }>('POST', '/api/users', { name })
    await api('POST', `/chatroom/${room}/message`, { userName: name, message: 'hello' })
    const page = await visitor({ asks: [pictures], expects: [/console: .*404/] })
    const policy = policyOf(site)
    await page.goto(site.page(tag(server.url, `name="${room}"`), { policy }))
    const { message } = chatIn(page)
    const { face } = peopleIn(page)
    await message('hello').waitFor()
    const before = await face('hello').boundingBox()
    await api('PATCH', `/api/users/${id}`, { avatar: `${pictures}/gone.png` }, token)
    const headers = await servePictures(page, 404)
    const failed = page.waitForResponse(`${pictures}/gone.png`)
    await page.reload()
    await failed
    expect(headers).toHaveLength(1)
    const image = face('hello').locator('img')
    await expect.poll(() => image.evaluate((image: HTMLImageElement) => image.complete)).toBe(true)
    expect(await image.evaluate((image) => getComputedStyle(image).opacity)).toBe('0')
    expect(await face('hello').innerText()).toBe('R')
    expect(await face('hello').boundingBox()).toEqual(before)
  })
})
