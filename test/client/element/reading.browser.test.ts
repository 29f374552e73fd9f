import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { NewUser, OwnChatroomList } from '../../../src/contract/index.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { type Api, it } from '../../support/browser/fixtures.ts'
import { longRoom, speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { hideable } from '../../support/browser/visibility.ts'

const newRoom = async (api: Api): Promise<string> => {
  const name = fresh('reading')
  await api('POST', '/api/chatroom', { name })
  return name
}

/** Says so many numbered things in a room. Each fills some lines. */
const sayMany = async (api: Api, room: string, count: number, what = 'news') => {
  for (let i = 1; i <= count; i++)
    await api('POST', `/chatroom/${room}/message`, {
      userName: speaker,
      message: `${what} ${i}.\n\nmore\n\nmore`,
    })
}

/** Signs a page's visitor in by a token, as on another device. */
const signIn = (page: Page, server: string, { id, name, token }: NewUser) =>
  page.addInitScript(
    ([key = '', identity = '']) => {
      if (location.protocol !== 'about:') localStorage.setItem(key, identity)
    },
    [`parlour ${server}`, JSON.stringify({ userId: id, userName: name, token })],
  )

/** Waits until the reader's mark at the server is here. */
const markIs = (api: Api, token: string, name: string, readSeq: number) =>
  expect
    .poll(
      async () =>
        (await api<OwnChatroomList>('GET', `/api/users/me/chatroom?name=${name}`, undefined, token))
          .chatrooms,
      {
        timeout: 15_000,
      },
    )
    .toMatchObject([{ readSeq }])

const newsIn = (page: Page) => {
  const { root } = chatIn(page)
  return {
    line: root.locator('[part="marker"]'),
    newest: root.locator('[part="new-messages"]'),
    /** Returns the text of the first message below the line, and whether the line is at the top of the log, to less than two pixels. */
    firstNew: () =>
      root.evaluate(({ shadowRoot }) => {
        const line = shadowRoot?.querySelector('.marker')
        const log = shadowRoot?.querySelector<HTMLElement>('.log')
        if (!line || !log) return undefined
        const fromTop = line.getBoundingClientRect().top - log.getBoundingClientRect().top
        const text = log.textContent ?? ''
        return {
          isAtTop: Math.abs(fromTop) < 2,
          text: /news \d+/.exec(text.slice(text.indexOf('New messages')))?.[0],
        }
      }),
  }
}

describe('new messages in <parlour-room>', () => {
  it('begin at the same line after a reload, for a guest', async ({ api, server, site, visitor }) => {
    const room = await newRoom(api)
    await sayMany(api, room, 10, 'old')
    const url = site.page(tag(server.url, `name="${room}"`))
    const page = await visitor()
    await page.goto(url)
    const { message, root } = chatIn(page)
    await message('old 10').waitFor()
    const { line, newest } = newsIn(page)
    await root.locator('[part="search-button"]').waitFor()
    expect([await line.count(), await newest.count()]).toEqual([0, 0])
    const kept = () => page.evaluate((key) => localStorage.getItem(key), `parlour-read ${server.url}`)
    await expect.poll(kept).toContain(room)
    await page.goto('about:blank')
    await sayMany(api, room, 12)
    await page.goto(url)
    await line.waitFor()
    await expect.poll(newsIn(page).firstNew).toEqual({ isAtTop: true, text: 'news 1' })
    // Those that are in view count as read.
    await newest.filter({ hasText: /^([89]|1\d) new messages$/ }).waitFor()
    const seen = (await newest.innerText()).trim()
    expect(await newsIn(page).firstNew()).toEqual({ isAtTop: true, text: 'news 1' })
    await expect
      .poll(async () => Number(/(\d+)\]\]$/.exec((await kept()) ?? '')?.[1]))
      .toBe(22 - Number.parseInt(seen, 10))
    await page.reload()
    await newest.filter({ hasText: /new messages/ }).waitFor()
    expect(await newsIn(page).firstNew()).toMatchObject({ isAtTop: true })
    await newest.click()
    await newest.waitFor({ state: 'detached' })
    await expect.poll(kept).toContain('22]')
    await page.reload()
    await message('news 12').waitFor()
    await root.locator('[part="search-button"]').waitFor()
    expect(await line.count()).toBe(0)
  })

  it('begin where another device of the same user has stopped', async ({ api, server, site, visitor }) => {
    const room = await newRoom(api)
    const reader = await api<NewUser>('POST', '/api/users', { name: fresh('reader') })
    await api('PUT', `/chatroom/${room}`, {}, reader.token)
    await sayMany(api, room, 10, 'old')
    const url = site.page(tag(server.url, `name="${room}"`))
    const laptop = await visitor()
    await signIn(laptop, server.url, reader)
    await laptop.goto(url)
    await newsIn(laptop).newest.click()
    await markIs(api, reader.token, room, 10)
    await laptop.close()
    await sayMany(api, room, 12)

    const phone = await visitor()
    await signIn(phone, server.url, reader)
    await phone.goto(url)
    const { line, newest, firstNew } = newsIn(phone)
    await line.waitFor()
    await expect.poll(firstNew).toEqual({ isAtTop: true, text: 'news 1' })
    await newest.click()
    await newest.waitFor({ state: 'detached' })
    await markIs(api, reader.token, room, 22)

    const tablet = await visitor()
    await signIn(tablet, server.url, reader)
    await tablet.goto(url)
    await chatIn(tablet).message('news 12').waitFor()
    await tablet.locator('[part="mentions-button"]').waitFor()
    expect(await newsIn(tablet).line.count()).toBe(0)
  })

  it('are stored as read by one request when the page is closed', async ({ api, server, site, visitor }) => {
    const room = await newRoom(api)
    const reader = await api<NewUser>('POST', '/api/users', { name: fresh('reader') })
    await api('PUT', `/chatroom/${room}`, {}, reader.token)
    await sayMany(api, room, 1, 'old')
    const page = await visitor()
    await signIn(page, server.url, reader)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await markIs(api, reader.token, room, 1)
    const marks: string[] = []
    page.on('request', (request) => request.method() === 'PUT' && marks.push(request.url()))
    await sayMany(api, room, 2)
    await chatIn(page).message('news 2').waitFor()
    await page.goto('about:blank')
    await markIs(api, reader.token, room, 3)
    expect(marks.length).toBeLessThanOrEqual(1)
  })

  it('are those that came while the page was hidden', async ({ api, server, site, visitor }) => {
    const room = await newRoom(api)
    const reader = await api<NewUser>('POST', '/api/users', { name: fresh('reader') })
    await api('PUT', `/chatroom/${room}`, {}, reader.token)
    await sayMany(api, room, 1, 'old')
    const page = await visitor()
    const look = await hideable(page)
    await signIn(page, server.url, reader)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await markIs(api, reader.token, room, 1)
    await look('hidden')
    await sayMany(api, room, 1)
    await chatIn(page).message('news 1').waitFor({ state: 'attached' })
    await newsIn(page).line.waitFor()
    await markIs(api, reader.token, room, 1)
    await look('visible')
    await markIs(api, reader.token, room, 2)
    expect(await newsIn(page).firstNew()).toMatchObject({ text: 'news 1' })
    await chatIn(page).say('seen')
    await newsIn(page).line.waitFor({ state: 'detached' })
  })

  it('work where the page may store nothing', async ({ api, server, site, visitor }) => {
    const room = await newRoom(api)
    await sayMany(api, room, 3, 'old')
    const page = await visitor()
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('forbidden', 'SecurityError')
        },
      })
    })
    const look = await hideable(page)
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    await chatIn(page).message('old 3').waitFor()
    await look('hidden')
    await sayMany(api, room, 1)
    await newsIn(page).line.waitFor()
  })

  it('begin at the line also in a room that was left thousands of messages ago', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const { createdAt } = await api<{ createdAt: string }>('GET', `/chatroom/${longRoom.name}`)
    await page.addInitScript(
      ([key = '', marks = '']) => localStorage.setItem(key, marks),
      [`parlour-read ${server.url}`, JSON.stringify([[longRoom.name, createdAt, 0, 500]])],
    )
    await page.goto(site.page(tag(server.url, `name="${longRoom.name}"`)))
    const { line, newest } = newsIn(page)
    await line.waitFor()
    const { root } = chatIn(page)
    const first = root.locator('[data-key="501"]')
    await expect.poll(newsIn(page).firstNew).toMatchObject({ isAtTop: true })
    await first.waitFor()
    await newest.filter({ hasText: /^\d+\+ new messages$/ }).waitFor()
    await newest.click()
    await newest.waitFor({ state: 'detached' })
    await root.locator(`[data-key="${longRoom.messages}"]`).waitFor()
  })
})
