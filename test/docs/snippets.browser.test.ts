import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SignJWT } from 'jose'
import { describe, expect, onTestFinished } from 'vitest'
import { chatIn } from '../support/browser/chat.ts'
import { it } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'
import { localServer } from '../support/node/server.ts'
import { pages, printsAsWritten, type Snippet, snippetsOf } from '../support/node/snippets.ts'

/** The URLs of the API in the pages. */
const API_URLS = /http:\/\/localhost:8787|https:\/\/parlour\.your-name\.workers\.dev|https:\/\/chat\.example/g

/** Returns a policy under which the scripts of a page run, and may ask this API. */
const policyFor = (api: string): string =>
  [
    "default-src 'self' data:",
    "style-src 'unsafe-inline'",
    `script-src 'unsafe-inline' ${api}`,
    `connect-src 'self' ${api} ${api.replace('http', 'ws')}`,
  ].join('; ')

const html = pages()
  .flatMap(snippetsOf)
  .filter(({ language }) => language === 'html')
const needsLogin = ({ marks }: Snippet): boolean => marks.includes('login')

describe('the HTML of', () => {
  for (const { page: doc, line, code, output } of html.filter((snippet) => !needsLogin(snippet))) {
    it(`${doc}:${line} works on another site, and prints what the page says`, async ({
      server,
      site,
      visitor,
    }) => {
      // Some of the rooms do not exist yet.
      const page = await visitor({ expects: [/console: .*404/] })
      const printed: string[] = []
      page.on('console', (message) => printed.push(message.text()))
      await page.goto(site.page(code.replace(API_URLS, server.url), { policy: policyFor(server.url) }))
      const rooms = page.locator('parlour-room')
      for (const room of await rooms.all()) await room.getByRole('log').waitFor()
      const counts = page.locator('parlour-count')
      const unknown = () =>
        counts.evaluateAll((tags) => tags.filter((tag) => tag.shadowRoot?.querySelector('slot')).length)
      await expect.poll(unknown).toBe(0)
      const seen = (await rooms.count()) + (await counts.count()) + (output ? 1 : 0)
      expect(seen, 'there is something to see').toBeGreaterThan(0)
      if (output)
        await expect
          .poll(() => printsAsWritten(output, printed.join('\n')), { message: `${doc}:${line}` })
          .toBe(true)
    })
  }

  for (const { page: doc, line, code } of html.filter(needsLogin)) {
    it(`${doc}:${line} lets people in by the site’s own login`, { timeout: 120_000 }, async ({
      site,
      visitor,
    }) => {
      const JWT_SECRET = 'secret-of-more-than-32-bytes-only-for-these-tests'
      const server = await localServer({ JWT_SECRET })
      onTestFinished(server.remove)
      await server.start()
      const name = fresh('Maria')
      const jwt = await new SignJWT({ name })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('7')
        .setExpirationTime('10m')
        .sign(new TextEncoder().encode(JWT_SECRET))

      // The element makes the room by a client of its own until it is given the page's. Both may do so at once.
      const page = await visitor({ expects: [/console: .*40[49]/], asks: [server.url] })
      await page.route('**/chat-token', (route) => route.fulfill({ body: jwt }))
      await page.goto(site.page(code.replace(API_URLS, server.url), { policy: policyFor(server.url) }))
      const chat = chatIn(page)
      await chat.say('hello!')
      await chat.message('hello!').waitFor()
      // The element shows a message before it is stored.
      const history = async () => (await fetch(`${server.url}/chatroom/lobby/message`)).json()
      await expect.poll(history).toMatchObject({ messages: [{ userName: name, message: 'hello!' }] })
    })
  }

  it('docs/first-chatroom.md, saved and opened as a file in two browsers, lets two people talk', async ({
    server,
    visitor,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), 'parlour-first-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const { code = '' } = html.find(({ page }) => page === 'docs/first-chatroom.md') ?? {}
    const file = join(folder, 'chat.html')
    writeFileSync(file, code.replace(API_URLS, server.url))

    const people = []
    for (const name of ['Ann', 'Ben']) {
      const page = await visitor({ expects: [/console: .*404/] })
      await page.goto(pathToFileURL(file).href)
      const chat = chatIn(page)
      await chat.say(`I am ${name}`)
      await chat.name(`${name} of the file`)
      people.push(chat)
    }
    const [ann, ben] = people
    await ann?.message('I am Ben').waitFor()
    await ann?.say('Hello, Ben!')
    await ben?.message('Hello, Ben!').waitFor()
  })
})
