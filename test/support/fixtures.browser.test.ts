import { describe, expect, it as plain } from 'vitest'
import { browsers } from './browser/browsers.ts'
import { it } from './browser/fixtures.ts'
import { CANARY, watch } from './browser/watch.ts'

// .ci/run sets it.
for (const { name, isInstalled, install } of browsers) {
  plain.runIf(process.env.BROWSER === 'required')(`${name} is installed`, () => {
    expect(isInstalled, install).toBe(true)
  })
}

/** Faults in a page. The watcher must report each of them, or its silence elsewhere proves nothing. */
const mischief: [what: string, fault: RegExp, run: (canary: string) => unknown][] = [
  [
    'an inline script',
    /policy: script-src-elem/,
    () => document.body.append(document.createRange().createContextualFragment('<script>1</script>')),
  ],
  [
    'an inline handler',
    /policy: script-src-attr/,
    () => {
      const button = document.createElement('button')
      button.setAttribute('onclick', 'null')
      document.body.append(button)
      button.click()
    },
  ],
  ['an inline style', /policy: style-src-attr/, () => document.body.setAttribute('style', 'color: red')],
  [
    'an image of another host',
    /request: http:\/\/elsewhere\.invalid\/image/,
    () => {
      new Image().src = 'http://elsewhere.invalid/image'
    },
  ],
  [
    'a fetch from another host',
    /request: http:\/\/elsewhere\.invalid\/fetch/,
    () => void fetch('http://elsewhere.invalid/fetch').catch(() => undefined),
  ],
  [
    'a WebSocket to another host',
    /socket: ws:\/\/elsewhere\.invalid\/socket/,
    () => new WebSocket('ws://elsewhere.invalid/socket').url,
  ],
  ['a dialog', /dialog: hello/, () => alert('hello')],
  ['an error in the console', /console: oh/, () => console.error('oh')],
  [
    'an error thrown',
    /thrown: Error: oh/,
    () => {
      queueMicrotask(() => {
        throw new Error('oh')
      })
    },
  ],
  [
    'a rejection that nobody handles',
    /thrown: Error: oh/,
    () => {
      Promise.reject(new Error('oh'))
    },
  ],
  ['the canary', /canary: sang/, (canary) => Object(window)[canary]('sang')],
]

describe('what watches over the pages', () => {
  for (const [what, fault, run] of mischief) {
    it(`notices ${what}`, async ({ browser, server, site }) => {
      const context = await browser.newContext()
      const faults = await watch(
        context,
        [server.url, site.url].map((url) => new URL(url).host),
        [],
      )
      const page = await context.newPage()
      // The policy says nothing of connections, so that it isn't what notices them.
      await page.goto(site.page('', { policy: "default-src 'self'; connect-src *; img-src * data:" }))
      expect(faults).toEqual([])
      await page.evaluate(run, CANARY)
      await expect.poll(() => faults).toContainEqual(expect.stringMatching(fault))
      await context.close()
    })
  }

  it('lets pass what a test expects, and what a page and the API have to say to each other', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*404/] })
    await page.goto(site.page('<p>hello'))
    const statuses = await page.evaluate(async (api) => {
      const answers = await Promise.all(['/api/hello', '/nothing'].map((path) => fetch(api + path)))
      return answers.map(({ status }) => status)
    }, server.url)
    expect(statuses).toEqual([200, 404])
  })
})
