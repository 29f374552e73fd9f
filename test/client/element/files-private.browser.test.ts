import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { pick, picture } from '../../support/browser/pictures.ts'
import { signInByToken } from '../../support/browser/sign-in.ts'

/** More than the time for which a signed URL is good. */
const TWO_HOURS = 7_200_000

describe('files in a room for members in <parlour-room>', () => {
  it('are loaded by URLs that end, and get new ones for what is seen after that, by one request', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, owner] = [fresh('members'), fresh('owner')]
    const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner, protected: true })
    await api('POST', '/api/chatroom', { name: room }, token)
    await api('PATCH', `/chatroom/${room}`, { readers: 'members', posters: 'members' }, token)
    const page = await visitor({ expects: [/console: .*40[134]/] })
    await page.clock.install()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await signInByToken(page, token)
    await pick(page, [
      await picture(page, 'a.png'),
      await picture(page, 'b.png'),
      { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('a plan') },
    ])
    await chat.say('for us')
    const image = chat.message('for us').getByRole('img').first()
    await expect.poll(() => image.evaluate((each) => (each as HTMLImageElement).naturalWidth)).toBe(300)
    const source = await image.getAttribute('src')
    expect(source).toMatch(/\?until=\d+&signature=[\w-]+$/)
    const link = chat.root.getByRole('link', { name: /plan\.txt/ })
    const href = await link.getAttribute('href')
    expect(new URL(href ?? '').search).toBe(new URL(source ?? '').search)

    // The server's clock stands still, so its next URLs are told apart by hand.
    await page.route('**/message?*', async (route) => {
      const response = await route.fetch()
      const text = await response.text()
      await route.fulfill({
        response,
        body: text.replace(/until=(\d+)/g, (_, until) => `until=${Number(until) + TWO_HOURS}`),
      })
    })
    asked.length = 0
    await page.clock.fastForward(TWO_HOURS / 2)
    await expect.poll(() => link.getAttribute('href')).not.toBe(href)
    // An image that is loaded is not loaded again.
    expect(await image.getAttribute('src')).toBe(source)
    expect(asked.filter((url) => url.includes('/message?'))).toHaveLength(1)
    expect(asked.filter((url) => url.includes('/file/'))).toEqual([])

    await chat.message('for us').getByRole('button', { name: 'a.png' }).click()
    const viewer = chat.root.getByRole('dialog')
    await viewer.waitFor()
    await page.route('**/file/**', (route) =>
      route.fulfill({ body: 'x', headers: { 'Access-Control-Allow-Origin': '*' } }),
    )
    const wanted = page.waitForRequest((request) => request.url().includes('/file/'))
    await viewer.getByRole('link', { name: 'Download' }).click()
    expect(new URL((await wanted).url()).search).toBe(new URL((await link.getAttribute('href')) ?? '').search)
  })
})
