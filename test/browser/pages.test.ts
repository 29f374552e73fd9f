import { describe, expect } from 'vitest'
import { violations } from './support/axe.ts'
import { it } from './support/bed.ts'
import { paste } from './support/paste.ts'

describe('the landing page', () => {
  it('has four calls that make a conversation, pasted into its console', async ({ api, server, visitor }) => {
    const page = await visitor()
    await page.goto(server.url)
    const code = page.locator('pre', { hasText: "await send('POST'" })
    const answer = await paste(page, await code.innerText())
    expect(answer).toMatchObject({ seq: 1, chatroom: 'class-channel', userName: 'danny', message: 'hello!' })
    expect(await api('GET', '/chatroom/class-channel/message')).toMatchObject({ messages: [answer] })
  })
})

describe('the pages', () => {
  for (const path of ['/']) {
    it(`${path} keeps a policy without exceptions`, async ({ server, visitor }) => {
      const page = await visitor()
      const response = await page.goto(server.url + path)
      const policy = response?.headers()['content-security-policy']
      expect(policy).toContain("default-src 'self'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
    })

    it(`${path} is accessible by all that axe-core knows, in light and in dark`, async ({
      server,
      visitor,
    }) => {
      const page = await visitor()
      await page.goto(server.url + path)
      expect(await violations(page)).toEqual([])
    })
  }
})
