import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished } from 'vitest'
import { signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { adminToken, it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'

/** The server's answer to those who have no role on the site. */
const notStaff = /console: .*403.*\/api\/admin/
/** The server's answer to a webhook that it refuses. */
const refused = /console: .*400.*\/webhook/

/** Starts a program that is told of what happens. It answers with `status`, which can be changed. */
const openReceiver = async (status: number) => {
  const receiver = { status, url: '' }
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(receiver.status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/parlour`
  return receiver
}

describe('the outgoing webhooks on /admin', () => {
  it('are added to a room, switched off by a 410, sent again and deleted', async ({
    api,
    server,
    visitor,
  }) => {
    const room = fresh('told')
    const owner = { name: fresh('Vera'), protected: true }
    const { token } = await api<{ token: string }>('POST', '/api/users', owner)
    await api('POST', '/api/chatroom', { name: room }, token)
    const receiver = await openReceiver(410)
    const page = await visitor({
      viewport: { width: 320, height: 640 },
      expects: [notStaff, refused, /^dialog: .*webhook/],
    })
    const fits = async () => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
      expect(await violations(page)).toEqual([])
    }
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const secret = page.getByLabel('Secret', { exact: true })
    await signIn(page, `${server.url}/admin#rooms/${room}/webhooks`, token)
    await page.getByText('No other program is told').waitFor()

    await page.getByLabel('URL').fill('https://10.0.0.1/parlour')
    await page.getByLabel('Messages', { exact: true }).check()
    await press('Add a webhook')
    await page.getByText('url must lead to a public address').waitFor()
    await page.getByLabel('URL').fill(receiver.url)
    await press('Add a webhook')
    await page.getByText(/Webhook \d+ is added\./).waitFor()
    const first = await secret.inputValue()
    expect(first).toMatch(/^whsec_/)
    expect(await page.getByLabel('Messages', { exact: true }).isChecked()).toBe(false)
    await page.getByText(receiver.url).waitFor()
    await fits()

    await press('Last attempts')
    await page.getByText('Nothing has been sent yet.').waitFor()
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'hello!' })
    const attempts = async (text: string) => {
      await press('Look again')
      await page.locator('[aria-busy=false]').waitFor()
      return page.locator('.log li').filter({ hasText: text }).count()
    }
    await expect.poll(() => attempts('The receiver answered 410.')).toBe(1)
    await page.reload()
    await page.getByText(/off since .*: the receiver answered 410/).waitFor()
    expect(await secret.count()).toBe(0)

    receiver.status = 200
    await press('Send again')
    await page.getByText('is on again, and goes on where it stopped.').waitFor()
    await page.getByText(`On, for ${room}.`).waitFor()
    await press('Last attempts')
    await expect.poll(() => attempts('message')).toBe(2)
    await page.getByText('The receiver answered 200.').waitFor()
    await fits()

    await press('New secret')
    await page.getByText('has a new secret').waitFor()
    expect(await secret.inputValue()).not.toBe(first)
    await press('Switch off')
    await page.getByText('somebody switched it off').waitFor()
    await press('Switch on')
    await page.getByText('sends what happens from now on').waitFor()
    await press('Delete')
    await page.getByText(/Webhook \d+ is deleted\./).waitFor()
    await page.getByText('No other program is told').waitFor()
    expect(await secret.count()).toBe(0)
  })

  it('of all rooms are shown to admins, and those that are off on the tab of the site', async ({
    api,
    server,
    visitor,
  }) => {
    const room = fresh('told')
    await api('POST', '/api/chatroom', { name: room, owner: null }, adminToken)
    const given = { url: 'https://example.org/parlour', events: ['report'], format: 'slack' }
    const path = `/chatroom/${room}/webhook`
    const { id } = await api<{ id: number }>('POST', path, given, adminToken)
    await api('PATCH', `${path}/${id}`, { enabled: false }, adminToken)
    const page = await visitor({ viewport: { width: 320, height: 640 }, expects: [/^dialog: .*webhook/] })
    await signIn(page, `${server.url}/admin#site`, adminToken)
    await page.getByText(`Webhook ${id}, for ${room}, is off since`).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByRole('link', { name: 'All outgoing webhooks' }).click()

    await page.getByLabel('URL').fill('https://example.com/parlour')
    await page.getByLabel('Bans').check()
    await page.getByLabel('Format').selectOption('Discord')
    await page.getByRole('button', { name: 'Add a webhook' }).click()
    await page.getByText('Discord · Bans').waitFor()
    await page.getByText('On, for all rooms.').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(await violations(page)).toEqual([])

    const ofRoom = page.locator('.cards > li').filter({ hasText: `Webhook ${id} ` })
    await ofRoom.getByRole('button', { name: 'Switch on' }).click()
    await ofRoom.getByText(`On, for ${room}.`).waitFor()
    for (const card of [ofRoom, page.locator('.cards > li').filter({ hasText: 'Discord · Bans' })]) {
      await card.getByRole('button', { name: 'Delete' }).click()
      await card.waitFor({ state: 'detached' })
    }
    await page.getByRole('link', { name: 'Site' }).click()
    await page.getByRole('heading', { name: 'Outgoing webhooks' }).waitFor()
    expect(await page.getByText(`Webhook ${id},`).count()).toBe(0)
  })
})
