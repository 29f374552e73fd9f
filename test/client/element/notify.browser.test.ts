import type { BrowserContext } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { hideable } from '../../support/browser/visibility.ts'

type Shown = { title: string; body: string; tag: string }

/** Stands in for the notifications of the system, and notes them and the sounds of every page. */
const noteNotifications = async (context: BrowserContext, answer: NotificationPermission) => {
  await context.addInitScript((answer) => {
    const shown: unknown[] = []
    const noted = { shown, asked: 0, tones: 0 }
    Object.assign(window, { noted })
    class Notified {
      static permission = 'default'
      static async requestPermission() {
        noted.asked++
        Notified.permission = answer
        return answer
      }
      onclick?: () => void
      constructor(title: string, { body, tag }: Shown) {
        shown.push({ title, body, tag })
        Object.assign(window, { click: () => this.onclick?.() })
      }
      close() {}
    }
    Object.assign(window, { Notification: Notified })
    const { start } = AudioScheduledSourceNode.prototype
    AudioScheduledSourceNode.prototype.start = function (when) {
      noted.tones++
      start.call(this, when)
    }
  }, answer)
  const notedIn = () => Promise.all(context.pages().map((page) => page.evaluate(() => Object(window).noted)))
  return {
    shown: async (): Promise<Shown[]> => (await notedIn()).flatMap(({ shown }) => shown),
    asked: async (): Promise<number[]> => (await notedIn()).map(({ asked }) => asked),
    tones: async (): Promise<number[]> => (await notedIn()).map(({ tones }) => tones),
  }
}

const newRoom = async (api: Api) => {
  const [room, ada, bob] = [fresh('notify'), fresh('ada'), fresh('bob')]
  await api('POST', '/api/chatroom', { name: room })
  await api('POST', '/api/users', { name: ada })
  return {
    room,
    ada,
    bob,
    say: (message: string, replyTo?: number) =>
      api('POST', `/chatroom/${room}/message`, { userName: ada, message, replyTo }),
  }
}

describe('what <parlour-room> tells a reader who looks elsewhere', () => {
  it('loads nothing more and changes nothing where the tag does not ask for it', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, say } = await newRoom(api)
    const page = await visitor()
    const look = await hideable(page)
    const parts: string[] = []
    page.on('request', (request) => parts.push(request.url()))
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await say('one')
    await chatIn(page).message('one').waitFor()
    await look('hidden')
    await say('two')
    await chatIn(page).message('two').waitFor()
    expect(parts.filter((url) => url.includes('/parlour/notify'))).toEqual([])
    expect([await page.title(), await chatIn(page).button('Notifications').count()]).toEqual(['A site', 0])
  })

  it('is in the title of the page: the number of unread messages of all its rooms', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [one, other, quiet] = [await newRoom(api), await newRoom(api), await newRoom(api)]
    const page = await visitor()
    const look = await hideable(page)
    await page.goto(
      site.page(
        `${tag(server.url, `name="${one.room}" notify="mentions"`)}
        <parlour-room name="${other.room}" title-count="on"></parlour-room>
        <parlour-room name="${quiet.room}" notify="all" title-count="off"></parlour-room>`,
      ),
    )
    for (const { room, say } of [one, other, quiet]) {
      await say('before')
      await chatIn(page, page.locator(`parlour-room[name="${room}"]`))
        .message('before')
        .waitFor()
    }
    const title = () => page.evaluate(() => document.querySelector('title')?.textContent)
    expect(await title()).toBe('A site')
    await look('hidden')
    await quiet.say('not counted')
    await one.say('one')
    await expect.poll(title).toBe('(1) A site')
    await other.say('two')
    await expect.poll(title).toBe('(2) A site')
    // As an app does that shows another page, or adds to the title.
    await page.evaluate(() => {
      document.title = '  Another page '
    })
    await expect.poll(title).toBe('(2) Another page')
    await one.say('three')
    await expect.poll(title).toBe('(3) Another page')
    await page.evaluate(() => {
      document.title = `${document.title}!`
    })
    await expect.poll(title).toBe('(3) Another page!')
    await page.evaluate((room) => document.querySelector(`[name="${room}"]`)?.remove(), one.room)
    await expect.poll(title).toBe('(1) Another page!')
    await page.evaluate(() => document.querySelector('parlour-room')?.scrollIntoView())
    await look('visible')
    await expect.poll(title).toMatch(/^ *Another page!$/)
  })

  it('is a sound and a notification that the reader has allowed, in one tab, for mentions and replies', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, ada, bob, say } = await newRoom(api)
    const url = site.page(
      `<main><h1>A site</h1>${tag(server.url, `name="${room}" notify="mentions"`)}</main>`,
    )
    const page = await visitor()
    const noted = await noteNotifications(page.context(), 'granted')
    const look = await hideable(page)
    await page.goto(url)
    const chat = chatIn(page)
    await chat.say('mine')
    await chat.name(bob)
    await chat.message('mine').waitFor()
    await look('hidden')
    await say(`not yet @${bob}`)
    await chat.message('not yet').waitFor()
    await look('visible')
    expect([await noted.shown(), await noted.asked()]).toEqual([[], [0]])

    await chat.button('Notifications').click()
    await chat.root.getByText('When somebody mentions you or replies to you:').waitFor()
    expect(await noted.asked()).toEqual([0])
    await chat.root.getByLabel('Show a notification').check()
    expect(await noted.asked()).toEqual([1])
    await chat.root.getByLabel('Play a sound').check()
    // The reader hears what it is like.
    await expect.poll(noted.tones).toEqual([2])
    await page.keyboard.press('Escape')
    await chat.root.getByLabel('Play a sound').waitFor({ state: 'detached' })

    const second = await page.context().newPage()
    const lookAtSecond = await hideable(second)
    await second.goto(url)
    await chatIn(second).message('not yet').waitFor()
    await second.evaluate(() => {
      Object(Notification).permission = 'granted'
    })
    // The tabs that tell the others that they show the room.
    const showing = () =>
      page.evaluate(async () => {
        const { held = [] } = await navigator.locks.query()
        return held.filter(({ name }) => name?.startsWith('parlour-shown')).length
      })
    await expect.poll(showing).toBe(2)
    await say(`while you see it @${bob}`)
    await chat.message('while you see it').waitFor()
    await look('hidden')
    await expect.poll(showing).toBe(1)
    await say(`while the other tab is seen @${bob}`)
    await chatIn(second).message('while the other tab').waitFor()
    await lookAtSecond('hidden')
    await expect.poll(showing).toBe(0)
    await say('for somebody else')
    await say(`hello @${bob}`)
    const hello = { title: ada, body: `hello @${bob}`, tag: `parlour ${server.url} ${room}` }
    await expect.poll(noted.shown).toEqual([hello])
    await say('an answer', 1)
    await expect.poll(noted.shown).toHaveLength(2)
    expect(await noted.shown()).toContainEqual({ ...hello, body: 'an answer' })

    // A click shows the message in the tab that has notified.
    const tabs = [page, second]
    const seqs = await Promise.all(
      tabs.map(async (tab) => {
        await tab.evaluate(() => Object(window).click?.())
        return tab.evaluate(() => Object(window).noted.shown.length > 0)
      }),
    )
    const clicked = tabs[seqs.indexOf(true)] ?? page
    await expect
      .poll(() =>
        chatIn(clicked)
          .message('an answer')
          .evaluate((row) => row.matches(':focus')),
      )
      .toBe(true)

    // The tab that has notified goes to another room. The other one notifies now.
    const other = fresh('other')
    await api('POST', '/api/chatroom', { name: other })
    await chatIn(clicked).root.evaluate((element, name) => element.setAttribute('name', name), other)
    const leading = () =>
      page.evaluate(async () => {
        const { held = [] } = await navigator.locks.query()
        return held.filter(({ name }) => name?.startsWith('parlour-notifies')).length
      })
    await expect.poll(leading).toBe(0)
    await say(`to the tab that is left @${bob}`)
    await expect.poll(noted.shown).toHaveLength(3)
  })

  it('comes also after the page has been hidden for long, since it stays connected', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, ada, say } = await newRoom(api)
    const page = await visitor()
    const noted = await noteNotifications(page.context(), 'granted')
    const look = await hideable(page)
    await page.clock.install()
    const [socket] = await Promise.all([
      page.waitForEvent('websocket'),
      page.goto(site.page(tag(server.url, `name="${room}" notify="all"`))),
    ])
    const chat = chatIn(page)
    await chat.button('Notifications').click()
    await chat.root.getByLabel('Show a notification').check()
    await page.keyboard.press('Escape')
    await say('seen')
    await chat.message('seen').waitFor()
    await look('hidden')
    // The client pings every 15 seconds. A page that doesn't notify disconnects after 30.
    for (let pings = 0; pings < 10; pings++) {
      const answered = socket.waitForEvent('framereceived')
      await page.clock.runFor('00:15')
      await answered
    }
    expect(socket.isClosed()).toBe(false)
    await say('much later')
    await expect
      .poll(async () => (await noted.shown()).map(({ title, body }) => [title, body]))
      .toEqual([[ada, 'much later']])
  })

  it('says why where the browser blocks notifications, and fits a narrow page', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const { room, say } = await newRoom(api)
    await say('hello')
    const page = await visitor({ viewport: { width: 320, height: 600 } })
    const noted = await noteNotifications(page.context(), 'denied')
    await page.goto(
      site.page(`<main><h1>A site</h1>${tag(server.url, `name="${room}" notify="all"`)}</main>`),
    )
    const chat = chatIn(page)
    await chat.message('hello').waitFor()
    await chat.button('Notifications').click()
    const box = chat.root.getByLabel('Show a notification')
    await box.click()
    await chat.root.getByText('Your browser blocks notifications from this site.').waitFor()
    expect([await box.isChecked(), await noted.asked()]).toEqual([false, [1]])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page)).toEqual([])
      expect(await overflowing(page)).toEqual([])
    }
  })
})
