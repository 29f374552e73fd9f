import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../support/browser/axe.ts'
import { type Api, adminToken, it } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'

const script = (api: string) => `<script type="module" src="${api}/parlour-count.js"></script>`

/** Creates a room with so many messages. */
const roomWith = async (api: Api, count: number, name = fresh('post')): Promise<string> => {
  await api('POST', '/api/chatroom', { name })
  const userName = fresh('writer')
  await api('POST', '/api/users', { name: userName })
  for (let i = 0; i < count; i++) await api('POST', `/chatroom/${name}/message`, { userName, message: 'x' })
  return name
}

/** Notes which addresses of lists a page asks for. */
const asked = (page: Page): URL[] => {
  const urls: URL[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.pathname === '/api/chatroom') urls.push(url)
  })
  return urls
}

const texts = (page: Page) =>
  page.locator('parlour-count').evaluateAll((tags) =>
    tags.map((tag) => {
      const slot = tag.shadowRoot?.querySelector('slot')
      return slot ? `(${tag.textContent})` : tag.shadowRoot?.textContent
    }),
  )

describe('<parlour-count>', () => {
  it('shows all numbers of a page after one request, also those of links and of rooms that nobody has made', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [none, one, two] = [await roomWith(api, 0), await roomWith(api, 1), await roomWith(api, 2)]
    await api('DELETE', `/chatroom/${one}/message/1`, undefined, adminToken)
    await roomWith(api, 3, `blog_${two}`)
    const page = await visitor()
    const urls = asked(page)
    await page.goto(
      site.page(
        `<main><h1>Posts</h1>${script(server.url)}<ul>
          <li><a href="/x#talk"><parlour-count name="${none}"></parlour-count></a>
          <li><parlour-count name="${one}">Comments</parlour-count>
          <li><parlour-count name="${two.toUpperCase()}">Comments</parlour-count>
          <li><a href="/blog/${two}.html#talk"><parlour-count>Comments</parlour-count></a>
          <li><parlour-count name="${two}" number></parlour-count>
          <li><parlour-count name="${fresh('nowhere')}">Comments</parlour-count></ul></main>`,
        // Without one, axe takes the dark background for white.
        { head: '<style>body { background: Canvas }</style>', policy: site.styled },
      ),
    )
    await expect
      .poll(() => texts(page))
      .toEqual(['No comments', 'No comments', '2 comments', '3 comments', '2', 'No comments'])
    expect(urls.length).toBe(1)
    expect(await violations(page)).toEqual([])
    for (const name of ['No comments', '3 comments'])
      expect(await page.getByRole('link', { name, exact: true }).count()).toBe(1)
  })

  it('shows the numbers of tags that come later, in one request more, and of another name', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [one, two] = [await roomWith(api, 1), await roomWith(api, 2)]
    const page = await visitor()
    const urls = asked(page)
    await page.goto(site.page(`${script(server.url)}<parlour-count name="${one}"></parlour-count>`))
    await expect.poll(() => texts(page)).toEqual(['1 comment'])
    await page.evaluate(
      async (names) => {
        for (const name of names) {
          const tag = document.createElement('parlour-count')
          tag.setAttribute('name', name)
          document.body.append(tag)
          // As a framework does that renders one part after the other.
          await undefined
        }
      },
      [one, two],
    )
    await expect.poll(() => texts(page)).toEqual(['1 comment', '1 comment', '2 comments'])
    expect(urls.length).toBe(2)
    await page.evaluate((name) => document.querySelector('parlour-count')?.setAttribute('name', name), two)
    await expect.poll(() => texts(page)).toEqual(['2 comments', '1 comment', '2 comments'])
  })

  it('asks for at most 100 rooms at once, and for fewer with long names', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const urls = asked(page)
    const tags = (names: string[]) =>
      names.map((name) => `<parlour-count name="${name}"></parlour-count>`).join('')
    const short = Array.from({ length: 150 }, (_, i) => `n${i}`)
    await page.goto(site.page(script(server.url) + tags(short)))
    await expect.poll(() => texts(page)).toEqual(short.map(() => 'No comments'))
    expect(urls.map(({ searchParams }) => searchParams.size)).toEqual([100, 50])
    urls.length = 0
    const long = Array.from({ length: 20 }, (_, i) => '教'.repeat(60) + i)
    await page.goto(site.page(script(server.url) + tags(long)))
    await expect.poll(() => texts(page)).toEqual(long.map(() => 'No comments'))
    expect(Math.max(...urls.map(({ href }) => href.length))).toBeLessThan(8000)
  })

  it('speaks the language of the page, with its plural forms', async ({ api, server, site, visitor }) => {
    const room = await roomWith(api, 3)
    const page = await visitor()
    const tag = (lang: string) => `<p lang="${lang}"><parlour-count name="${room}"></parlour-count></p>`
    const langs = ['de', 'es-MX', 'ja', 'ar', 'fr', 'de_AT', 'x-']
    await page.goto(site.page(script(server.url) + langs.map(tag).join('')))
    await expect
      .poll(() => texts(page))
      .toEqual([
        '3 Kommentare',
        '3 comentarios',
        'コメント3件',
        '3 تعليقات',
        '3 comments',
        '3 Kommentare',
        '3 comments',
      ])
  })

  it('keeps its own content where the number is not known, and moves nothing', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const token = (await api<{ token: string }>('POST', '/api/users', { name: fresh('owner') })).token
    const name = fresh('club')
    await api('POST', '/api/chatroom', { name }, token)
    await api('PATCH', `/chatroom/${name}`, { readers: 'members' }, token)
    const room = await roomWith(api, 2)
    const page = await visitor({ expects: [/ERR_|Failed to load|503/], asks: ['http://127.0.0.1:9'] })
    let fail = true
    await page.route(/\/api\/chatroom\?/, (route) =>
      fail ? route.fulfill({ status: 503, body: '' }) : route.continue(),
    )
    const url = site.page(
      `${script(server.url)}<p><parlour-count name="${room}"></parlour-count></p><p><parlour-count name="${name}">Club</parlour-count></p><p id="below">below</p>`,
    )
    const top = () => page.locator('#below').evaluate((it) => it.getBoundingClientRect().top)
    const answered = page.waitForResponse(/\/api\/chatroom\?/)
    await page.goto(url)
    await answered
    expect(await texts(page)).toEqual(['()', '(Club)'])
    const before = await top()
    fail = false
    await page.reload()
    await expect.poll(() => texts(page)).toEqual(['2 comments', '(Club)'])
    expect(await top()).toBe(before)
  })

  it('keeps its own content for a name that no room can have, and the other tags have their numbers', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = await roomWith(api, 2)
    const page = await visitor()
    const tags = ['/blog/beans', '{{ slug }}', 'x'.repeat(65), room].map(
      (name) => `<p><parlour-count name="${name}">Talk</parlour-count></p>`,
    )
    await page.goto(site.page(script(server.url) + tags.join('')))
    await expect.poll(() => texts(page)).toEqual(['(Talk)', '(Talk)', '(Talk)', '2 comments'])
  })

  it('shows the number of the room that opens under a name, also if the name only looks like its own', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const name = fresh('gabriel')
    await roomWith(api, 2, name)
    const page = await visitor()
    const lookAlike = name.replace('gabriel', 'gabrie1')
    const tags = [name, lookAlike, ` ${name} `, fresh('nowhere')].map(
      (each) => `<p><parlour-count name="${each}">Talk</parlour-count></p>`,
    )
    await page.goto(site.page(script(server.url) + tags.join('')))
    await expect.poll(() => texts(page)).toEqual(['2 comments', '2 comments', '2 comments', 'No comments'])
  })
})
