import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

const around = (element: string) => `<main><h1>A site</h1>${element}</main>`

/** Makes a room with an owner and three messages, and returns the owner’s token. */
const ownedRoom = async (api: Api) => {
  const [room, owner] = [fresh('pins'), fresh('owner')]
  const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner, protected: true })
  await api('POST', '/api/chatroom', { name: room }, token)
  for (const [userName, message] of [
    ['Ada', 'the **first** rule'],
    [
      'Blaise',
      'the second rule, which is so long that one line has no room for all that it says to its readers',
    ],
    ['Chen', 'hello'],
  ])
    await api('POST', `/chatroom/${room}/message`, { userName, message })
  const pin = (seq: number, method = 'PUT') => api(method, `/chatroom/${room}/pin/${seq}`, undefined, token)
  return { room, token, pin }
}

const bar = (page: Page) => page.locator('[part~="pins"]')

describe('pinned messages in <parlour-room>', () => {
  it('are pinned and unpinned by a moderator, and everybody sees the newest one above the log', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, token } = await ownedRoom(api)
    const [hers, his] = [await visitor(), await visitor()]
    const parts: string[] = []
    his.on('request', (request) => parts.push(request.url()))
    for (const page of [hers, his]) await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(hers, token)
    await chatIn(his).message('hello').hover()
    await chatIn(his).button('Add a reaction', chatIn(his).message('hello')).waitFor()
    expect(await chatIn(his).button('Pin').count()).toBe(0)
    expect(parts.filter((url) => /\/parlour\/pins-/.test(url))).toEqual([])

    const first = chatIn(hers).message('the first rule')
    await first.hover()
    await chatIn(hers).button('Pin', first).click()
    for (const page of [hers, his])
      await bar(page).getByRole('button', { name: 'Ada the first rule' }).waitFor()
    const second = chatIn(hers).message('the second rule')
    await second.hover()
    await chatIn(hers).button('Pin', second).click()
    for (const page of [hers, his])
      await bar(page)
        .getByRole('button', { name: /^Blaise the second/ })
        .waitFor()
    await chatIn(hers).button('Unpin', second).click()
    for (const page of [hers, his])
      await bar(page).getByRole('button', { name: 'Ada the first rule' }).waitFor()
    await first.hover()
    await chatIn(hers).button('Unpin', first).click()
    for (const page of [hers, his]) await bar(page).waitFor({ state: 'detached' })
  })

  it('are listed, lead to their messages, and follow edits and deletions', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, token, pin } = await ownedRoom(api)
    for (const seq of [2, 1]) await pin(seq)
    const page = await visitor()
    await page.goto(site.page(around(tag(server.url, `name="${room}"`))))
    const open = bar(page).getByRole('button', { name: '2 pinned' })
    await open.focus()
    await page.keyboard.press('Enter')
    const list = bar(page).getByRole('list', { name: 'Pinned messages' })
    await expect
      .poll(() =>
        list
          .getByRole('button')
          .first()
          .evaluate((each) => each.matches(':focus')),
      )
      .toBe(true)
    expect(await list.getByRole('button').allInnerTexts()).toHaveLength(2)
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    await expect.poll(() => open.evaluate((each) => each.matches(':focus'))).toBe(true)
    await page.keyboard.press('Enter')
    await list.getByRole('button', { name: /^Blaise/ }).click()
    const row = chatIn(page).message('the second rule')
    await expect.poll(() => row.evaluate((each) => each.matches(':focus'))).toBe(true)
    expect(await list.count()).toBe(0)

    await api('PATCH', `/chatroom/${room}/message/1`, { userName: 'Ada', message: 'the only rule' })
    await bar(page).getByRole('button', { name: 'Ada the only rule' }).waitFor()
    await api('DELETE', `/chatroom/${room}/message/1`, undefined, token)
    await bar(page)
      .getByRole('button', { name: /^Blaise/ })
      .waitFor()
  })

  it('fit into 320 pixels, from right to left, in light and dark', async ({ api, server, site, visitor }) => {
    const { room, pin } = await ownedRoom(api)
    for (const seq of [1, 2]) await pin(seq)
    const page = await visitor({ viewport: { width: 320, height: 568 } })
    const html = 'lang="ar" dir="rtl"'
    await page.goto(site.page(around(tag(server.url, `name="${room}"`)), { html }))
    await bar(page).getByRole('button').nth(1).waitFor()
    expect(await overflowing(page)).toEqual([])
    await bar(page).getByRole('button').nth(1).click()
    await bar(page).getByRole('listitem').nth(1).waitFor()
    expect(await overflowing(page)).toEqual([])
    expect(await violations(page)).toEqual([])
  })
})
