import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { emptyInbox, signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { type Api, adminToken, it, type VisitorOptions } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

const link = 'coins at https://coins.example'

/** Posts under an open name, and returns whether the message waits. */
const post = async (api: Api, room: string, userName: string, message: string): Promise<boolean> => {
  const answer = await api<{ held?: true }>('POST', `/chatroom/${room}/message`, { userName, message })
  return answer.held === true
}

const textsIn = async (api: Api, room: string): Promise<(string | null)[]> => {
  type Page = { messages: { message: string | null }[] }
  return (await api<Page>('GET', `/chatroom/${room}/message`)).messages.map(({ message }) => message)
}

/** Creates three rooms of the site under approval, in which a visitor and a spammer wrote before, and a moderator of the site. */
const publicSite = async (api: Api) => {
  const [mira, wanda, spammer] = [fresh('Mira'), fresh('Wanda'), fresh('Spammer')]
  const { id: moderatorId, token } = await api<{ id: number; token: string }>('POST', '/api/users', {
    name: mira,
  })
  await api('PATCH', `/api/users/${moderatorId}`, { role: 'moderator' }, adminToken)
  await api('POST', '/api/users', { name: wanda })
  const { id: spammerId } = await api<{ id: number }>('POST', '/api/users', { name: spammer })
  const rooms = [fresh('bread'), fresh('garden'), fresh('bicycles')]
  for (const room of rooms) {
    await api('POST', '/api/chatroom', { name: room, owner: null })
    await post(api, room, spammer, `hello in ${room}`)
    await api('PATCH', `/chatroom/${room}`, { approval: 'newcomers' }, adminToken)
  }
  return { mira, token, wanda, spammer, spammerId, rooms: rooms as [string, string, string] }
}

const focused = (page: Page) => page.locator('.item:focus')
/** Presses Tab until an element has the focus. */
const tabTo = async (page: Page, name: string) => {
  const target = page.getByText(name, { exact: true })
  for (let tries = 0; tries < 40; tries++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach "${name}"`)
}

const width = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth)

const schemes: [string, VisitorOptions][] = [
  ['in light', { colorScheme: 'light' }],
  ['in dark, 320 px wide', { colorScheme: 'dark', viewport: { width: 320, height: 640 } }],
]

describe('a moderator of the site keeps it civil by the keyboard alone', () => {
  for (const [scheme, options] of schemes)
    it(scheme, { timeout: 300_000 }, async ({ api, server, visitor }) => {
      await emptyInbox(api)
      const { mira, token, wanda, spammer, spammerId, rooms } = await publicSite(api)
      const page = await visitor(options)
      await signIn(page, `${server.url}/admin`, token)
      await page.getByText('Nothing waits for you.').waitFor()
      expect(await page.title()).toBe('Inbox · Parlour admin')

      // The inbox shows by itself what begins to wait.
      for (const room of rooms) expect(await post(api, room, spammer, link)).toBe(true)
      expect(await post(api, rooms[0], wanda, 'the bread is good')).toBe(true)
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
      await expect.poll(() => page.title()).toBe('(4) Inbox · Parlour admin')
      await page.keyboard.press('j')
      await expect.poll(() => focused(page).innerText()).toContain(`A message of ${wanda} waits for approval`)
      await focused(page).getByText(`hello in ${rooms[0]}`).waitFor()
      expect(await violations(page)).toEqual([])
      expect(await width(page)).toBe(page.viewportSize()?.width)

      await page.keyboard.press('a')
      await page.getByText(`The message of ${wanda} is published.`).waitFor()
      expect(await textsIn(api, rooms[0])).toEqual([`hello in ${rooms[0]}`, 'the bread is good'])
      await expect.poll(() => focused(page).innerText()).toContain(spammer)
      await expect.poll(() => page.title()).toBe('(3) Inbox · Parlour admin')

      await page.keyboard.press('Shift+D')
      await page.getByText(`3 messages of ${spammer} refused.`).waitFor()
      await page.getByText('Nothing waits for you.').waitFor()
      expect(await page.title()).toBe('Inbox · Parlour admin')

      // The spammer does not stop.
      expect(await post(api, rooms[1], spammer, link)).toBe(true)
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
      await page.locator('.item').waitFor()
      await page.keyboard.press('b')
      await page.getByRole('dialog').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.type('spam in all rooms')
      for (const [field, end] of [
        ['deletes', '86400'],
        ['place', 'site'],
      ] as const) {
        const select = page.locator(`select[name="${field}"]`)
        for (let tries = 0; tries < 4; tries++) {
          await page.keyboard.press('Shift+Tab')
          if (await select.evaluate((element) => element === document.activeElement)) break
        }
        for (let tries = 0; tries < 4 && (await select.inputValue()) !== end; tries++)
          await page.keyboard.press('ArrowDown')
        expect(await select.inputValue()).toBe(end)
      }
      await tabTo(page, 'Ban')
      await page.keyboard.press('Enter')
      await page.getByText(`${spammer} is banned from the whole site. 3 messages are deleted.`).waitFor()
      await page.getByText('Nothing waits for you.').waitFor()
      for (const room of rooms) {
        expect(await textsIn(api, room)).toContain(null)
        await expect(post(api, room, spammer, 'again')).rejects.toThrow('403')
      }
      // The ban holds under another name, and nobody else may take the banned one.
      const renamed = fresh('Somebody new')
      await api('PATCH', `/api/users/${spammerId}`, { name: renamed }, adminToken)
      await expect(post(api, rooms[0], renamed, 'again')).rejects.toThrow('403')
      await expect(api('POST', '/api/users', { name: spammer.toUpperCase() })).rejects.toThrow('409')

      // The moderator finds the ban among the people.
      await page.keyboard.press('Control+Home')
      await tabTo(page, 'People')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'People' }).waitFor()
      await tabTo(page, 'Who is banned from the whole site')
      await page.keyboard.press('Enter')
      await page.locator('.cards > li', { hasText: renamed }).getByText('spam in all rooms').waitFor()
      expect(await violations(page)).toEqual([])
      expect(await width(page)).toBe(page.viewportSize()?.width)

      // The owner sees all of it in the audit log, with the moderator's name.
      const owner = await visitor(options)
      await signIn(owner, `${server.url}/admin#site`, adminToken)
      await owner.getByRole('heading', { name: 'Audit log of all rooms' }).waitFor()
      const entry = (text: string) => owner.locator('.log li', { hasText: mira }).filter({ hasText: text })
      await entry(`banned ${renamed} from the whole site`).filter({ hasText: 'spam in all rooms' }).waitFor()
      expect(await entry(`approved what ${wanda} wrote`).count()).toBe(1)
      expect(await entry(`refused what ${renamed} wrote`).count()).toBe(3)
      expect(await violations(owner)).toEqual([])
      expect(await width(owner)).toBe(owner.viewportSize()?.width)

      // The owner lifts the ban.
      await owner.goto(`${server.url}/admin#people/${spammerId}`)
      await owner.getByRole('button', { name: `Lift the ban of ${renamed}` }).focus()
      await owner.keyboard.press('Enter')
      await owner.getByText(`The ban of ${renamed} from the whole site is lifted.`).waitFor()
      await owner.getByRole('button', { name: 'Ban from the whole site …' }).waitFor()
      expect(await post(api, rooms[0], renamed, 'sorry')).toBe(true)
      await api(
        'DELETE',
        `/chatroom/${rooms[0]}/held?author=${encodeURIComponent(renamed)}`,
        undefined,
        adminToken,
      )
    })
})
