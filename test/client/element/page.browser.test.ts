import type { Locator } from 'playwright-core'
import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { otherRoom } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'

const room = `name="${otherRoom.name}"`
const isDark = (root: Locator) =>
  root.evaluate((element) => {
    const [, lightness = 1] = /rgb\((\d+)/.exec(getComputedStyle(element).backgroundColor) ?? []
    return Number(lightness) < 128
  })

describe('<parlour-room> and its page', () => {
  it('has the page’s theme, then the system’s, and follows changes', async ({ server, site, visitor }) => {
    const page = await visitor({ colorScheme: 'dark' })
    await page.goto(site.page(tag(server.url, room), { policy: site.styled }))
    await page.evaluate(() => document.querySelector('meta[name="color-scheme"]')?.remove())
    const { root } = chatIn(page)
    await expect.poll(() => isDark(root)).toBe(true)
    await page.evaluate(() => document.documentElement.style.setProperty('color-scheme', 'light'))
    await expect.poll(() => isDark(root)).toBe(false)
    await page.evaluate(() => document.documentElement.style.setProperty('color-scheme', 'light dark'))
    await expect.poll(() => isDark(root)).toBe(true)
    await page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(() => isDark(root)).toBe(false)
    await page.evaluate(() => document.body.style.setProperty('color-scheme', 'dark'))
    await expect.poll(() => isDark(root)).toBe(true)
    await root.evaluate((element) => element.setAttribute('theme', 'light'))
    await expect.poll(() => isDark(root)).toBe(false)
    await root.evaluate((element) => element.setAttribute('theme', 'auto'))
    await expect.poll(() => isDark(root)).toBe(true)
  })

  it('has the page’s language, and follows changes', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(site.page(tag(server.url, room), { html: 'lang="de_DE"' }))
    const { root } = chatIn(page)
    await root.getByPlaceholder('Nachricht schreiben').waitFor()
    await page.evaluate(() => document.documentElement.setAttribute('lang', 'es'))
    await root.getByPlaceholder('Escribe un mensaje').waitFor()
    await page.evaluate(() => document.body.setAttribute('lang', 'en'))
    await root.getByPlaceholder('Write a message').waitFor()
  })

  it('is the room of the page’s path where it has no name, and of the next page after pushState', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const post = fresh('post')
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page(tag(server.url), { path: `/blog/${post}.html` }))
    const chat = chatIn(page)
    await chat.say('about this post')
    await chat.name(fresh('Pia'))
    await chat.message('about this post').waitFor()
    const texts = async (name: string) => {
      const { messages } = await api<{ messages: { message: string }[] }>('GET', `/chatroom/${name}/message`)
      return messages.map(({ message }) => message)
    }
    expect(await texts(`blog_${post}`)).toEqual(['about this post'])
    const next = fresh('post')
    await page.evaluate((path) => history.pushState(null, '', path), `/blog/${next}`)
    await expect.poll(() => chat.texts()).toEqual([])
    await chat.say('about the next post')
    await chat.message('about the next post').waitFor()
    expect(await texts(`blog_${next}`)).toEqual(['about the next post'])
  })

  it('asks for a name in a page without a path, and for a server that there is', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*40[04]/] })
    await page.goto(site.page(tag(server.url, 'name="a/b" heading="Comments"')))
    const { root } = chatIn(page)
    await root.getByText('A room cannot be named “a/b”.').waitFor()
    expect(await root.locator('[part~="title"]').innerText()).toBe('Comments')
    const set = (name: string, value: string | null) =>
      root.evaluate(
        (element, [name, value]) =>
          value === null ? element.removeAttribute(`${name}`) : element.setAttribute(`${name}`, value ?? ''),
        [name, value],
      )
    await set('server', 'ftp://nowhere')
    await root.getByText('There is no chat server at ftp://nowhere.').waitFor()
    await set('server', `${server.url}/nothing`)
    await root.getByText('There is no chat server at').waitFor()
    await page.route('**/html/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<p>A site</p>' }),
    )
    await set('server', `${server.url}/html`)
    await root.getByText('The next try is at').waitFor()
    await root.getByText(`There is no chat server at ${new URL(server.url).host}.`).waitFor()
    await set('server', null)
    await set('name', otherRoom.name)
    await chatIn(page).message(`No. ${otherRoom.messages}:`).waitFor()

    const srcdoc = tag(server.url).replaceAll('"', '&quot;')
    await page.goto(site.page(`<iframe title="frame" srcdoc="${srcdoc}"></iframe>`))
    await page.frameLocator('iframe').getByText('Give the tag a name').waitFor()
  })

  it('says which server does not answer, and when it tries again', async ({ visitor, tunnel }) => {
    const page = await visitor({ asks: tunnel.asks, expects: [/ERR_|console: /] })
    const live = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'))
    await page.goto(tunnel.site.page(tag(tunnel.url, room)))
    const chat = chatIn(page)
    await chat.message(`No. ${otherRoom.messages}:`).waitFor()
    // Without it, the connection is none that is lost.
    await live
    await page.route(`${tunnel.url}/**`, (route) => route.abort())
    await page.routeWebSocket(`${tunnel.url.replace('http', 'ws')}/**`, (socket) => socket.close())
    tunnel.cut()
    await chat.root
      .getByText(`The connection to ${new URL(tunnel.url).host} is lost. The next try is at`)
      .waitFor()
  })

  it('starts with a garbage outbox, draft and identity in the browser’s storage', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    await page.addInitScript((url) => {
      for (const value of ['{', 'null', '"text"', '[null, 1, {"key": 1}]', '{"userName": 5}']) {
        for (const storage of [localStorage, sessionStorage]) {
          const keys = [
            `parlour ${url}`,
            `parlour ${url}/chatroom/other-room/message`,
            `parlour-drafts ${url}`,
          ]
          for (const key of [...keys, ...Object.keys(storage)]) storage.setItem(key, value)
        }
      }
    }, server.url)
    await page.goto(site.page(tag(server.url, room)))
    const chat = chatIn(page)
    await chat.message(`No. ${otherRoom.messages}:`).waitFor()
    expect(await chat.waiting()).toBe(0)
    expect(await chat.composer.inputValue()).toBe('')
  })
})
