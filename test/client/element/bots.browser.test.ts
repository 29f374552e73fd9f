import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

const owner = async (api: Api) => {
  const name = fresh('owner')
  return { name, ...(await api<{ token: string }>('POST', '/api/users', { name, protected: true })) }
}

describe('a message of an incoming webhook in <parlour-room>', () => {
  it('has a badge and no profile, and its moderator may delete it, but not ban it', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [{ token }, room] = [await owner(api), fresh('bots')]
    await api('POST', '/api/chatroom', { name: room }, token)
    const hook = await api<{ url: string }>('POST', `/chatroom/${room}/hook`, { name: 'CI' }, token)
    await fetch(hook.url, { method: 'POST', body: '{"text":"*passed* <https://ci.example/1|log>"}' })
    const page = await visitor()
    await page.goto(site.page(`<main><h1>A site</h1>${tag(server.url, `name="${room}" lang="en"`)}</main>`))
    const { root, message, button } = chatIn(page)
    const first = message('passed')
    await first.waitFor()
    expect(await first.locator('[part=author]').innerText()).toBe('CI')
    expect(await first.locator('[part=bot]').innerText()).toBe('bot')
    expect(await first.getAttribute('aria-label')).toMatch(/^CI \(bot\), /)
    expect(await first.locator('.head button').count()).toBe(0)
    expect(await first.locator('strong').innerText()).toBe('passed')
    expect(await first.getByRole('link', { name: 'log' }).getAttribute('href')).toBe('https://ci.example/1')

    await fetch(hook.url, { method: 'POST', body: '{"text":"failed"}' })
    await message('failed').waitFor()
    expect(await message('failed').locator('[part=bot]').count()).toBe(0)
    expect(await violations(page)).toEqual([])

    await signInByToken(page, token)
    await first.hover()
    await button('Delete', first).waitFor()
    expect(await button('Ban', first).count()).toBe(0)
    expect(await button('Edit', first).count()).toBe(0)
    expect(await root.locator('[part=bot]').count()).toBe(1)
  })
})
