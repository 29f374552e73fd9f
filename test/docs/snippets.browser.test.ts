import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished } from 'vitest'
import { chatIn } from '../support/browser/chat.ts'
import { it } from '../support/browser/fixtures.ts'
import { pages, printsAsWritten, snippetsOf } from '../support/node/snippets.ts'

/** The URL of the API in the pages. */
const USUAL_API = 'http://localhost:8787'

const snippets = pages()
  .flatMap(snippetsOf)
  .filter(({ language, marks }) => language === 'html' && !marks.includes('setup'))

describe('the HTML of', () => {
  for (const { page: doc, line, code, output } of snippets) {
    it(`${doc}:${line} works on another site, and prints what the page says`, async ({
      server,
      site,
      visitor,
    }) => {
      // Nobody has made some of these rooms.
      const page = await visitor({ expects: [/console: .*404/] })
      const printed: string[] = []
      page.on('console', (message) => printed.push(message.text()))
      const policy =
        `default-src 'self' data:; style-src 'unsafe-inline'; script-src 'unsafe-inline' ${server.url};
        connect-src ${server.url} ${server.url.replace('http', 'ws')}`.replaceAll('\n', ' ')
      await page.goto(site.page(code.replaceAll(USUAL_API, server.url), { policy }))
      const rooms = page.locator('parlour-room')
      for (const room of await rooms.all()) await room.getByRole('log').waitFor()
      expect((await rooms.count()) + (output ? 1 : 0), 'there is something to see').toBeGreaterThan(0)
      if (output)
        await expect
          .poll(() => printsAsWritten(output, printed.join('\n')), { message: printed.join('\n') })
          .toBe(true)
    })
  }

  it('docs/first-chatroom.md, saved and opened as a file in two browsers, lets two people talk', async ({
    server,
    visitor,
  }) => {
    const folder = mkdtempSync(join(tmpdir(), 'parlour-first-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const html = snippetsOf('docs/first-chatroom.md').find(({ language }) => language === 'html')?.code ?? ''
    const file = join(folder, 'chat.html')
    writeFileSync(file, html.replaceAll(USUAL_API, server.url))

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
