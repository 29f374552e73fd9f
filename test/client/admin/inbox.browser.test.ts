import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { emptyInbox, signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { type Api, adminToken, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

/** Creates a room in which a troll wrote between others, and messages of the troll were reported. */
const reportedRoom = async (api: Api, texts = ['buy my coins', 'free coins', 'coins!']) => {
  const [room, troll, reader] = [fresh('inbox'), fresh('Troll'), fresh('Reader')]
  for (const name of [troll, reader]) await api('POST', '/api/users', { name })
  await api('POST', '/api/chatroom', { name: room, owner: null })
  const say = (userName: string, message: string) =>
    api<{ seq: number }>('POST', `/chatroom/${room}/message`, { userName, message })
  for (const text of texts) {
    await say(reader, `before ${text}`)
    const { seq } = await say(troll, text)
    await api('POST', `/chatroom/${room}/message/${seq}/report`, {
      userName: reader,
      reason: `about ${text}`,
    })
  }
  return { room, troll, reader }
}

const focused = (page: Page) => page.locator('.item:focus')
const itemOf = (page: Page, reason: string) => page.locator('.item', { hasText: `about ${reason}` })

describe('the inbox of /admin', () => {
  it('shows the reports of all rooms with the messages around them, and counts them in the title', async ({
    api,
    server,
    visitor,
  }) => {
    await emptyInbox(api)
    const page = await visitor()
    await signIn(page, `${server.url}/admin`, adminToken)
    await page.getByText('Nothing waits for you.').waitFor()
    expect(await page.title()).toBe('Inbox · Parlour admin')

    await reportedRoom(api, ['first'])
    const { room } = await reportedRoom(api, ['second'])
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await itemOf(page, 'second').waitFor()
    await expect.poll(() => page.title()).toBe('(2) Inbox · Parlour admin')
    expect(await page.locator('.item .reason').allInnerTexts()).toEqual([
      'Reason: about second',
      'Reason: about first',
    ])
    await itemOf(page, 'second').getByText('before second').waitFor()
    await itemOf(page, 'second').getByRole('link', { name: room }).waitFor()
    await itemOf(page, 'first').focus()
    await itemOf(page, 'first').getByText('before first').waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('dismisses, deletes and bans by one key each, and the next item gets the focus', async ({
    api,
    server,
    visitor,
  }) => {
    await emptyInbox(api)
    const { room, troll } = await reportedRoom(api)
    const page = await visitor()
    await signIn(page, `${server.url}/admin`, adminToken)
    await itemOf(page, 'coins!').focus()

    await page.keyboard.press('x')
    await page.getByText('The report is dismissed.').waitFor()
    expect(await focused(page).innerText()).toContain('about free coins')
    expect(await api('GET', `/chatroom/${room}/message/6`)).toMatchObject({ message: 'coins!' })

    await page.keyboard.press('d')
    await page.getByText(`Message 4 of ${room} is deleted.`).waitFor()
    expect(await focused(page).innerText()).toContain('about buy my coins')
    expect(await api('GET', `/chatroom/${room}/message/4`)).toMatchObject({ message: null })

    await page.keyboard.press('b')
    await page.getByRole('dialog').getByText(`Ban ${troll} from ${room}`).waitFor()
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused(page).innerText()).toContain('about buy my coins')
    await page.keyboard.press('b')
    await page.keyboard.press('Enter')
    await page.getByText(`${troll} is banned from ${room}.`).waitFor()
    await page.getByText('Nothing waits for you.').waitFor()
    const post = api('POST', `/chatroom/${room}/message`, { userName: troll, message: 'again' })
    await expect(post).rejects.toThrow('403')
    expect(await api('GET', `/chatroom/${room}/message/2`)).toMatchObject({ message: null })
  })

  it('moves by j and k and by arrows, and lets fields have those keys', async ({ api, server, visitor }) => {
    await emptyInbox(api)
    await reportedRoom(api, ['one', 'two', 'three'])
    const page = await visitor()
    await signIn(page, `${server.url}/admin`, adminToken)
    await itemOf(page, 'three').waitFor()
    for (const [key, reason] of [
      ['j', 'three'],
      ['j', 'two'],
      ['ArrowDown', 'one'],
      ['j', 'one'],
      ['k', 'two'],
      ['ArrowUp', 'three'],
    ] as const) {
      await page.keyboard.press(key)
      await expect.poll(() => focused(page).innerText()).toContain(`about ${reason}`)
      await page.locator('section[aria-busy="false"]').waitFor()
    }
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByLabel('Part of a name').fill('')
    await page.getByLabel('Part of a name').pressSequentially('jkdxb')
    expect(await page.getByLabel('Part of a name').inputValue()).toBe('jkdxb')
  })

  it('shows a thousand reports page by page, long names, and fits 320 px', async ({
    api,
    server,
    visitor,
  }) => {
    await emptyInbox(api)
    const { room } = await reportedRoom(api, ['x'.repeat(150)])
    server.fill(`with recursive n(i) as (select 2 union all select i + 1 from n where i <= 1000)
      insert into reports (room_id, number, target, reporter_id, reason, created_at)
      select (select id from rooms where name = '${room}'), i, 2, 1, 'number ' || i, i from n`)
    const page = await visitor({ viewport: { width: 320, height: 640 } })
    await signIn(page, `${server.url}/admin`, adminToken)
    await page.locator('.item').first().waitFor()
    expect(await page.title()).toBe('(100+) Inbox · Parlour admin')
    const count = () => page.locator('.item').count()
    expect(await count()).toBe(30)
    await page.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(count).toBe(60)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    server.fill(`delete from reports where room_id = (select id from rooms where name = '${room}')`)
  })
})
