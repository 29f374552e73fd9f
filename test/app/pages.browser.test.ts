import { describe, expect } from 'vitest'
import { violations } from '../support/browser/axe.ts'
import { it } from '../support/browser/fixtures.ts'
import { paste } from '../support/browser/paste.ts'

describe('the landing page', () => {
  it('has four calls that make a conversation, pasted into its console and into that of another site', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*409/] })
    await page.goto(server.url)
    // As a reader copies them, with the URL of this server.
    const calls = await page.locator('#calls').innerText()
    const answer = { chatroom: 'class-channel', userName: 'danny', message: 'hello!' }
    expect(await paste(page, calls)).toMatchObject({ seq: 1, ...answer })

    // The names exist now, and the conversation continues.
    await page.goto(site.page('', { policy: `default-src 'none'; img-src data:; connect-src ${server.url}` }))
    expect(await paste(page, calls)).toMatchObject({ seq: 2, ...answer })
    expect(await api('GET', '/chatroom/class-channel/message')).toMatchObject({ messages: [answer, answer] })
  })

  it('has a tag that opens the same room on another site', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(server.url)
    const tag = await page.locator('#tag').innerText()
    expect(tag).toContain(`src="${server.url}/parlour.js"`)
    await page.goto(site.page(tag))
    await page.waitForFunction(() => document.querySelector('parlour-room')?.shadowRoot)
  })
})

describe('the pages', () => {
  const pages = [
    { path: '/', shows: '[part~="message"]' },
    { path: '/docs', shows: '.opblock' },
    { path: '/admin', shows: 'form' },
    { path: '/problems', shows: 'dl' },
    { path: '/problems/name-taken', shows: 'pre' },
  ]
  for (const { path, shows } of pages) {
    it(`${path} keeps a policy without exceptions, has nothing against it by axe in light and in dark, and fits 320 px`, async ({
      server,
      visitor,
    }) => {
      const page = await visitor()
      const response = await page.goto(server.url + path)
      await page.locator(shows).first().waitFor()
      const policy = response?.headers()['content-security-policy']
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect(await violations(page)).toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    })
  }
})
