/**
 * `npm run screenshots`: makes docs/screenshots, from pages as `npm start` serves them and a site of another origin, with
 * the same people saying the same things each time.
 */
import { mkdir } from 'node:fs/promises'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { localServer } from '../node/server.ts'
import { chatIn, tag } from './chat.ts'
import { chromiumPath, launch } from './chromium.ts'
import { staticSite } from './site.ts'

const FOLDER = 'docs/screenshots'

/** A message. `replyTo` is the number of another, and `reactions` are given by others. */
type Line = [name: string, text: string, more?: { replyTo?: number; reactions?: Record<string, string[]> }]

const english: Line[] = [
  ['Ada', 'Good morning! Did anybody try the **new recipe**?'],
  ['Ada', 'I have:\n\n- courgettes\n- a lemon\n- no idea'],
  [
    'Blaise',
    '> I have no idea\n\nThat is how the best ones begin. Here is mine: https://example.org/lemon-courgettes',
  ],
  ['Chen', 'With `mint`, not basil', { replyTo: 3 }],
  [
    'Ada',
    'It is in the oven now. Wish me luck!',
    { reactions: { '❤️': ['Blaise', 'Chen', 'Emil'], '☀️': ['Blaise', 'Chen'] } },
  ],
]
const arabic: Line[] = [
  ['ليلى', 'صباح الخير! هل جرّب أحدكم **الوصفة الجديدة**؟'],
  ['يوسف', 'نعم، وهي لذيذة جدا.\n\n- كوسا\n- ليمون\n- نعناع', { replyTo: 1, reactions: { '❤️': ['ليلى'] } }],
  ['ليلى', 'إنها في الفرن الآن. الوصفة هنا: https://example.org/lemon'],
]

const ADMIN_TOKEN = 'the-admin-of-the-screenshots'
const server = await localServer({ ADMIN_TOKEN })
const browser = await launch(chromiumPath)
try {
  await server.start()
  await mkdir(FOLDER, { recursive: true })
  await take(browser, server.url)
} finally {
  await browser.close()
  await server.remove()
}

async function take(browser: Browser, api: string): Promise<void> {
  const ask = async <T>(method: string, path: string, body: unknown, token?: string): Promise<T> => {
    const response = await fetch(api + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    return response.json()
  }
  const post = <T>(path: string, body: unknown, token?: string) => ask<T>('POST', path, body, token)
  const { token } = await post<{ token: string }>('/api/users', { name: 'Host', protected: true })
  await post('/api/users', { name: 'Emil' })
  const fill = async (room: string, lines: Line[]) => {
    await post('/api/chatroom', { name: room }, token)
    const path = `/chatroom/${encodeURIComponent(room)}`
    for (const [userName, message, { replyTo } = {}] of lines) {
      await post('/api/users', { name: userName })
      await post(`${path}/message`, { userName, message, replyTo })
    }
    for (const [index, [, , { reactions = {} } = {}]] of lines.entries())
      for (const [emoji, names] of Object.entries(reactions))
        for (const userName of names)
          await ask('PUT', `${path}/message/${index + 1}/reaction/${encodeURIComponent(emoji)}`, { userName })
    await ask('PUT', `${path}/pin/2`, undefined, token)
  }
  await fill('lobby', english)
  await fill('garden-club', english)
  await fill('حديقة', arabic)
  await post('/api/users', { name: 'Troll' })
  const { seq } = await post<{ seq: number }>('/chatroom/lobby/message', {
    userName: 'Troll',
    message: 'Buy my coins!',
  })
  await post(`/chatroom/lobby/message/${seq}/report`, { userName: 'Ada', reason: 'spam' })

  const site = await staticSite(api)
  const shoot = async (
    name: string,
    url: string,
    options: BrowserContextOptions,
    ready: (page: Page) => Promise<unknown>,
  ) => {
    const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en', ...options })
    const page = await context.newPage()
    await page.goto(url)
    await ready(page)
    // A room says that it connects, until it has.
    await page.waitForFunction(() => {
      const room = document.querySelector('parlour-room')?.shadowRoot
      return !room?.querySelector('[part="status"]')?.textContent?.trim()
    })
    // The fonts, and what is drawn in the next frame.
    await page.evaluate(() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)))
    await page.screenshot({ path: `${FOLDER}/${name}.png` })
    await context.close()
    console.log(`${FOLDER}/${name}.png`)
  }
  const wide = { viewport: { width: 1100, height: 760 } }
  const narrow = { viewport: { width: 320, height: 500 } }
  const said = (text: string) => (page: Page) => page.getByText(text).first().waitFor()
  const oven = said('It is in the oven now')
  const room = site.page(tag(api, 'name="garden-club"'))

  for (const colorScheme of ['light', 'dark'] as const)
    await shoot(`landing-${colorScheme}`, api, { ...wide, colorScheme }, said('Buy my coins'))
  await shoot('element-320', room, narrow, oven)
  await shoot('element-dark', room, { ...narrow, colorScheme: 'dark' }, async (page) => {
    const chat = chatIn(page)
    await oven(page)
    await chat.say('Good luck!')
    await chat.name('Dalia')
    await chat.message('Good luck!').waitFor()
  })
  await shoot('element-search', room, { viewport: { width: 860, height: 560 } }, async (page) => {
    const { root, button } = chatIn(page)
    await oven(page)
    await button('Search messages').click()
    await root.locator('[part~="search-input"]').fill('lemon')
    await root.locator('[part~="result"]').nth(1).waitFor()
  })
  await shoot(
    'element-arabic',
    site.page(tag(api, 'name="حديقة"'), { html: 'lang="ar" dir="rtl"' }),
    { ...narrow, locale: 'ar' },
    said('إنها في الفرن'),
  )
  await shoot('example', `${site.url}/element/`, { viewport: { width: 700, height: 640 } }, oven)
  await shoot('docs', `${api}/docs`, wide, (page) => page.locator('.opblock').first().waitFor())
  await shoot('admin', `${api}/admin`, wide, async (page) => {
    await page.getByLabel('Token').fill(ADMIN_TOKEN)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await said('Buy my coins!')(page)
  })
  site.close()
}
