import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

type User = { token: string }
type Held = { id: string }

/** Makes a room whose messages wait for approval, with its owner and two people who write in it. */
const approving = async (api: Api) => {
  const [room, owner, ada, spammer] = [fresh('approving'), fresh('owner'), fresh('Ada'), fresh('Spammer')]
  const user = (name: string) => api<User>('POST', '/api/users', { name, protected: true })
  const { token } = await user(owner)
  const tokens = { [ada]: (await user(ada)).token, [spammer]: (await user(spammer)).token }
  await api('POST', '/api/chatroom', { name: room }, token)
  await api('PATCH', `/chatroom/${room}`, { approval: 'all' }, token)
  const path = `/chatroom/${room}`
  const say = (name: string, message: string) =>
    api<Held>('POST', `${path}/message`, { message }, tokens[name])
  return { room, path, token, ada, spammer, say, tokenOf: (name: string) => tokens[name] ?? '' }
}

const panel = (page: Page) => page.locator('[part="held"]')
const row = (page: Page, text: string) => panel(page).getByRole('listitem').filter({ hasText: text })
const hasFocus = (page: Page, name: string, text: string) =>
  expect
    .poll(() =>
      row(page, text)
        .getByRole('button', { name, exact: true })
        .evaluate((each) => each.matches(':focus')),
    )
    .toBe(true)

describe('messages that wait for approval in <parlour-room>', () => {
  it('are counted and listed live for a moderator, approved, refused, and gone for their author', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, path, token, ada, say, tokenOf } = await approving(api)
    const { id: edited } = await say(ada, 'before anybody looks')
    const [hers, his] = [await visitor(), await visitor()]
    for (const page of [hers, his]) await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(hers, token)
    const { root, button, message } = chatIn(hers)
    await button('1 message waits for approval').waitFor()

    await chatIn(his).say('from the page')
    await chatIn(his).button('Enter a token').click()
    await chatIn(his).root.getByLabel('The token of your name').fill(tokenOf(ada))
    await his.keyboard.press('Enter')
    await chatIn(his).root.getByText('Waiting for approval by a moderator.').waitFor()
    await button('2 messages wait for approval').waitFor()
    await expect.poll(() => root.locator('[part="announcer"]').innerText()).toContain(`${ada}: from the page`)
    expect(await message('from the page').count()).toBe(0)

    await button('2 messages wait for approval').click()
    await panel(hers).getByRole('heading', { name: '2 messages wait for approval' }).waitFor()
    // The answer to the approval comes late: the next click counts all the same.
    const refusal = hers.waitForRequest((request) => request.method() === 'DELETE').catch(() => {})
    await hers.route('**/held/*', async (route) => {
      const response = await route.fetch()
      if (route.request().method() === 'PUT') await refusal
      await route.fulfill({ response })
    })
    await button('Approve', row(hers, 'from the page')).click()
    await chatIn(hers).message('from the page').waitFor()
    await chatIn(his).message('from the page').waitFor()
    await expect.poll(() => chatIn(his).root.getByText('Waiting for approval').count()).toBe(0)
    await button('Refuse', row(hers, 'before anybody looks')).click()
    await panel(hers).getByRole('heading', { name: 'No message waits for approval.' }).waitFor()
    await expect.poll(() => panel(hers).evaluate((list) => list.matches(':focus'))).toBe(true)
    await hers.keyboard.press('Escape')
    await panel(hers).waitFor({ state: 'detached' })
    expect(await root.locator('[part="held-button"]').count()).toBe(0)
    await expect(api('PUT', `${path}/held/${edited}`, undefined, token)).rejects.toThrow('held-not-found')

    await chatIn(his).say('never')
    await button('1 message waits for approval').click()
    await button('Refuse', row(hers, 'never')).click()
    const notice = chatIn(his).root.locator('[part="notice"]')
    await notice.getByText('A moderator did not approve your message: “never”').waitFor()
    await expect.poll(() => chatIn(his).root.getByText('Waiting for approval').count()).toBe(0)
    await chatIn(his).root.locator('[part="notice-close"]').click()
    await notice.waitFor({ state: 'detached' })
  })

  it('are decided on by keys, all of an author at once, with a ban, at 320 px, dark, and from right to left', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, path, token, ada, spammer, say } = await approving(api)
    const page = await visitor({ viewport: { width: 320, height: 640 } })
    await page.goto(site.page(`<main><h1>A site</h1>${tag(server.url, `name="${room}" lang="en"`)}</main>`))
    await signInByToken(page, token)
    const { root, button, message } = chatIn(page)
    const { id: first } = await say(ada, 'hello')
    await say(ada, `a long word: ${'x'.repeat(200)}`)
    for (const text of ['buy this', 'buy that', 'buy it all']) await say(spammer, text)
    await button('5 messages wait for approval').focus()
    await page.keyboard.press('Enter')
    for (const lang of ['ar', 'en']) {
      await root.evaluate((room, to) => room.setAttribute('lang', to), lang)
      await root.locator(`[part="room"][lang="${lang}"]`).waitFor()
      expect(await violations(page)).toEqual([])
      expect(await overflowing(page)).toEqual([])
    }

    await button('Refuse', row(page, 'buy that')).focus()
    // Another moderator approves a message before it.
    await api('PUT', `${path}/held/${first}`, undefined, token)
    await panel(page).getByRole('heading', { name: '4 messages wait for approval' }).waitFor()
    await hasFocus(page, 'Refuse', 'buy that')
    await page.keyboard.press('Enter')
    await panel(page).getByRole('heading', { name: '3 messages wait for approval' }).waitFor()
    await hasFocus(page, 'Approve', 'buy it all')
    await say(ada, 'and goodbye')
    await button('Approve all 2 of this person', row(page, 'and goodbye')).click()
    await panel(page).getByRole('heading', { name: '2 messages wait for approval' }).waitFor()

    await button('Ban', row(page, 'buy this')).click()
    await panel(page).getByText(`Ban ${spammer} from this room?`).waitFor()
    expect(await violations(page)).toEqual([])
    expect(await overflowing(page)).toEqual([])
    await button('Ban', panel(page).locator('form')).click()
    await panel(page).getByRole('heading', { name: 'No message waits for approval.' }).waitFor()
    await panel(page).getByText(`${spammer} is banned.`).waitFor()
    const banned = () => api<{ sanctions: unknown[] }>('GET', `${path}/sanction`, undefined, token)
    expect(await banned()).toMatchObject({ sanctions: [{ userName: spammer, kind: 'ban' }] })
    await button('Undo', panel(page)).click()
    await expect.poll(banned).toMatchObject({ sanctions: [] })
    await page.keyboard.press('Escape')
    await panel(page).waitFor({ state: 'detached' })
    expect(await button('Search messages').evaluate((each) => each.matches(':focus'))).toBe(true)
    for (const text of ['hello', 'a long word', 'and goodbye']) await message(text).waitFor()
    expect(await message('buy').count()).toBe(0)
  })

  it('are not shown to other members, who see only their own', async ({ api, server, site, visitor }) => {
    const { room, ada, spammer, say, tokenOf } = await approving(api)
    const page = await visitor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await chatIn(page).say('mine')
    await chatIn(page).button('Enter a token').click()
    await chatIn(page).root.getByLabel('The token of your name').fill(tokenOf(ada))
    await page.keyboard.press('Enter')
    await chatIn(page).root.getByText('Waiting for approval by a moderator.').waitFor()
    await say(spammer, 'secret')
    await chatIn(page).button('Mentions of you').waitFor()
    await page.reload()
    await chatIn(page).root.getByText('Waiting for approval by a moderator.').waitFor()
    await expect.poll(() => asked.filter((path) => path.endsWith('/held')).length).toBeGreaterThan(0)
    await chatIn(page).button('Mentions of you').waitFor()
    expect(await chatIn(page).root.locator('[part="held-button"]').count()).toBe(0)
  })

  it('may be edits, which their author sees waiting below the message', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, path, token, ada, say, tokenOf } = await approving(api)
    const { id } = await say(ada, 'as it was')
    await api('PUT', `${path}/held/${id}`, undefined, token)
    const [hers, his] = [await visitor(), await visitor()]
    for (const page of [hers, his]) await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await signInByToken(hers, token)
    await chatIn(his).say('mine')
    await chatIn(his).button('Enter a token').click()
    await chatIn(his).root.getByLabel('The token of your name').fill(tokenOf(ada))
    await his.keyboard.press('Enter')
    await chatIn(hers).button('1 message waits for approval').waitFor()

    const edit = async (from: string, to: string) => {
      await chatIn(his).message(from).hover()
      await chatIn(his).button('Edit', chatIn(his).message(from)).click()
      await chatIn(his).root.getByRole('textbox', { name: 'Edit' }).fill(to)
      await his.keyboard.press('Enter')
      const waits = chatIn(his).message(from).getByText('Waiting for approval by a moderator.')
      await waits.waitFor()
      await chatIn(hers).button('2 messages wait for approval').waitFor()
      return waits
    }
    await edit('as it was', 'as it will be')
    await chatIn(hers).button('2 messages wait for approval').click()
    await row(hers, 'as it will be').getByRole('button', { name: 'Changes an earlier message' }).click()
    const before = chatIn(hers).message('as it was')
    await expect.poll(() => before.evaluate((each) => each.matches(':focus'))).toBe(true)
    await chatIn(hers).button('Approve', row(hers, 'as it will be')).click()
    for (const page of [hers, his]) await chatIn(page).message('as it will be').waitFor()
    expect(await chatIn(his).message('as it will be').getByText('Waiting for approval').count()).toBe(0)
    const waits = await edit('as it will be', 'as it never was')
    await chatIn(hers).button('Refuse', row(hers, 'as it never was')).click()
    await waits.waitFor({ state: 'detached' })
    expect(await chatIn(his).message('as it will be').count()).toBe(1)
  })
})
