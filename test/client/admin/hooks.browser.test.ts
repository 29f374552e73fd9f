import { describe, expect } from 'vitest'
import { signIn } from '../../support/browser/admin.ts'
import { violations } from '../../support/browser/axe.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'

/** The server's answer to those who have no role on the site. */
const notStaff = /console: .*403.*\/api\/admin/

describe('the incoming webhooks of a room on /admin', () => {
  it('are made, whose URL is shown once, given another URL, and deleted', async ({
    api,
    server,
    visitor,
  }) => {
    const room = fresh('hooks')
    const owner = { name: fresh('Vera'), protected: true }
    const { token } = await api<{ token: string }>('POST', '/api/users', owner)
    await api('POST', '/api/chatroom', { name: room }, token)
    const page = await visitor({ expects: [notStaff, /^dialog: .*CI/] })
    await signIn(page, `${server.url}/admin#rooms/${room}/hooks`, token)
    await page.getByText('No other program posts to this room').waitFor()

    await page.getByLabel('Name, such as CI').fill('CI')
    await page.getByRole('button', { name: 'Make a webhook' }).click()
    await page.getByText('CI can post now.').waitFor()
    const url = await page.getByLabel('URL', { exact: true }).inputValue()
    const post = async (url: string) => (await fetch(url, { method: 'POST', body: '{"text":"x"}' })).status
    expect(await post(url)).toBe(200)
    expect(await violations(page)).toEqual([])

    await page.getByRole('button', { name: 'New URL for CI' }).click()
    await page.getByText('CI has a new URL.').waitFor()
    const next = await page.getByLabel('URL', { exact: true }).inputValue()
    expect([await post(url), await post(next)]).toEqual([404, 200])

    await page.getByRole('button', { name: 'Delete CI' }).click()
    await page.getByText('CI is deleted.').waitFor()
    expect(await post(next)).toBe(404)
    expect(await page.getByLabel('URL', { exact: true }).count()).toBe(0)
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByText('deleted the incoming webhook').waitFor()
  })
})
