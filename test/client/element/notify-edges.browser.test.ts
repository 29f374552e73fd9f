import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { hideable } from '../../support/browser/visibility.ts'

// `visitor` fails a test whose page throws.
describe('a tag that notifies', () => {
  it('throws nothing while it can open no room, and notifies once it can', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, ada] = [fresh('notify'), fresh('ada')]
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', '/api/users', { name: ada })
    const page = await visitor()
    const look = await hideable(page)
    await page.goto(
      site.page(
        `<script type="module" src="${server.url}/parlour.js"></script><parlour-room name="${room}" server="ftp://x" notify="all"></parlour-room>`,
      ),
    )
    await page.locator('parlour-room [role=alert]').waitFor()
    await look('hidden')
    await look('visible')
    await page.evaluate(() => document.querySelector('parlour-room')?.removeAttribute('server'))
    await chatIn(page).button('Notifications').waitFor()
    await api('POST', `/chatroom/${room}/message`, { userName: ada, message: 'seen' })
    await chatIn(page).message('seen').waitFor()
    await look('hidden')
    await api('POST', `/chatroom/${room}/message`, { userName: ada, message: 'new' })
    await expect.poll(() => page.title()).toBe('(1) A site')
  })

  it('throws nothing in a page that was opened behind another', async ({ api, server, site, visitor }) => {
    const room = fresh('notify')
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    const look = await hideable(page)
    await page.addInitScript(() => {
      Object(window).look('hidden')
      // A hidden page has no frames.
      const request = window.requestAnimationFrame
      window.requestAnimationFrame = (callback) => {
        if (!document.hidden) return request(callback)
        document.addEventListener('visibilitychange', () => request(callback), { once: true })
        return 0
      }
    })
    const part = page.waitForResponse(/\/parlour\/notify-/)
    await page.goto(site.page(tag(server.url, `name="${room}" notify="mentions"`)))
    await part
    await look('visible')
    await chatIn(page).button('Notifications').waitFor()
  })

  it('shows no message of another room after a click on a notification', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [first, second, ada] = [fresh('notify'), fresh('notify'), fresh('ada')]
    await api('POST', '/api/users', { name: ada })
    for (const name of [first, second]) {
      await api('POST', '/api/chatroom', { name })
    }
    const say = (name: string, message: string) =>
      api('POST', `/chatroom/${name}/message`, { userName: ada, message: `${message} of ${name}` })
    for (const message of ['one', 'two', 'three']) await say(second, message)
    for (const message of ['one', 'two']) await say(first, message)
    const page = await visitor()
    const look = await hideable(page)
    await page.addInitScript(() => {
      class Notified {
        static permission = 'granted'
        onclick?: () => void
        constructor() {
          Object.assign(window, { noted: true, click: () => this.onclick?.() })
        }
        close() {}
      }
      Object.assign(window, { Notification: Notified })
    })
    await page.goto(site.page(tag(server.url, `name="${first}" notify="all"`)))
    const chat = chatIn(page)
    await chat.button('Notifications').click()
    await chat.root.getByLabel('Show a notification').check()
    await look('hidden')
    await say(first, 'three')
    await page.waitForFunction(() => Object(window).noted)
    await page.evaluate((name) => document.querySelector('parlour-room')?.setAttribute('name', name), second)
    const focused = (text: string) => chat.message(text).evaluate((row) => row.matches(':focus'))
    await chat.message(`three of ${second}`).waitFor()
    // The part that goes to messages is loaded before the click.
    await page.evaluate(() => {
      location.hash = 'message-1'
    })
    await expect.poll(() => focused(`one of ${second}`)).toBe(true)
    await page.evaluate(async () => {
      Object(window).click()
      for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame)
    })
    expect(await focused(`three of ${second}`)).toBe(false)
    await page.evaluate(() => {
      document.querySelector('parlour-room')?.remove()
      Object(window).click()
    })
  })

  it('counts in the title together with the element of another copy of the script', async ({
    api,
    server,
    site,
    tunnel,
    visitor,
  }) => {
    const [room, other, ada] = [fresh('notify'), fresh('notify'), fresh('ada')]
    await api('POST', '/api/users', { name: ada })
    for (const name of [room, other]) await api('POST', '/api/chatroom', { name })
    const say = (name: string, message: string) =>
      api('POST', `/chatroom/${name}/message`, { userName: ada, message })
    const page = await visitor({ asks: tunnel.asks })
    const look = await hideable(page)
    // A page that takes the class from the package, and registers it under a name of its own.
    await page.addInitScript(() => {
      const { define } = CustomElementRegistry.prototype
      customElements.get = () => undefined
      let copies = 0
      customElements.define = (name, element) =>
        define.call(customElements, copies++ === 0 ? name : `${name}-copy`, element)
    })
    await page.goto(
      site.page(
        `${tag(server.url, `name="${room}" notify="all"`)}
        <parlour-room-copy name="${other}" notify="all"></parlour-room-copy>`,
        { policy: "object-src 'none'" },
      ),
    )
    await chatIn(page).button('Notifications').waitFor()
    await page.evaluate(`import('${tunnel.url}/parlour.js')`)
    const copy = chatIn(page, page.locator('parlour-room-copy'))
    await copy.button('Notifications').waitFor()
    for (const name of [room, other]) await say(name, 'seen')
    await chatIn(page).message('seen').waitFor()
    await copy.message('seen').waitFor()
    await look('hidden')
    await say(room, 'one')
    await expect.poll(() => page.title()).toBe('(1) A site')
    await say(other, 'two')
    await expect.poll(() => page.title()).toBe('(2) A site')
    await look('visible')
    await expect.poll(() => page.title()).toBe('A site')
  })
})
