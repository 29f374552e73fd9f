import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing, tabTo } from '../../support/browser/page.ts'
import { staticSite } from '../../support/browser/site.ts'
import { localServer } from '../../support/node/server.ts'

/** The widget as buttons. It passes on the second press, and its tokens are good once. It says how it was asked to look. */
const script = `
  let presses = 0
  window.turnstile = {
    render(container, options) {
      const button = (text, act) => {
        const element = document.createElement('button')
        element.textContent = text
        element.onclick = act
        container.append(element)
      }
      button('I am a person', () => options.callback('token ' + ++presses))
      button('Expire', () => options['expired-callback']())
      button('Fail', () => options['error-callback']('600010'))
      container.append(options.theme + ' ' + options.size)
      return 'widget'
    },
    reset() {},
  }`

/** Stands in for Cloudflare's servers: it serves the script, and accepts every token but the first. */
const turnstile = async () => {
  const verified: (string | null)[] = []
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'text/javascript')
      response.end(script)
      return
    }
    const token = new URLSearchParams(await text(request)).get('response')
    verified.push(token)
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ success: token !== 'token 1', 'error-codes': [] }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, verified, close: () => server.close() }
}

/** Starts a server that asks for the check. */
const checkedServer = async (onTestFinished: (end: () => Promise<void>) => void) => {
  const cloudflare = await turnstile()
  const server = await localServer({
    TURNSTILE_SITE_KEY: '0x4AAA',
    TURNSTILE_SECRET: 'secret',
    TURNSTILE_URL: `${cloudflare.url}/siteverify`,
    TURNSTILE_SCRIPT_URL: `${cloudflare.url}/api.js`,
  })
  await server.start()
  const site = await staticSite(server.url)
  onTestFinished(async () => {
    site.close()
    cloudflare.close()
    await server.remove()
  })
  const policy = `${site.styled}; frame-src ${server.url}`
  return {
    cloudflare,
    asks: [server.url, site.url, cloudflare.url],
    page: (attributes = '') =>
      site.page(tag(server.url, `name="${fresh('checked')}" ${attributes}`), { policy }),
  }
}

it('shows Turnstile’s check to a new visitor, and again after it has failed or expired', async ({
  visitor,
  onTestFinished,
}) => {
  const { cloudflare, asks, page: checked } = await checkedServer(onTestFinished)
  const page = await visitor({
    asks,
    expects: [/console: .*403/],
    colorScheme: 'dark',
    viewport: { width: 320, height: 640 },
  })
  // The frame may be in another process, so what it tells the page arrives at any time after a click in it.
  const heard: string[] = []
  await page.exposeFunction('hear', (message: object) => heard.push(...Object.keys(message)))
  await page.addInitScript(() => {
    const { hear } = window as unknown as { hear: (message: object) => void }
    addEventListener('message', ({ data }) => hear(data))
  })
  await page.goto(checked('theme="dark"'))
  const chat = chatIn(page)
  await chat.say('hello')
  const field = chat.root.getByRole('textbox', { name: 'What should the others call you?' })
  await field.fill(fresh('Pat'))
  await field.press('Enter')
  const widget = chat.root.frameLocator('iframe')
  await widget.getByText('dark compact').waitFor()
  expect(await overflowing(page)).toEqual([])
  const failed = chat.root.getByText('The check that you are a person has failed.')
  await widget.getByText('Fail').click()
  await failed.waitFor()
  await widget.getByText('I am a person').click()
  await expect.poll(() => cloudflare.verified).toEqual(['token 1'])
  await failed.waitFor()
  await widget.getByText('I am a person').click()
  await widget.getByText('Expire').click()
  await expect.poll(() => heard).toContain('expired')
  await chat.button('Save').click()
  // The token has expired, so nothing is sent before there is another one.
  await tabTo(page, 'Cancel')
  await page.keyboard.press('Tab')
  await widget.getByRole('button', { name: 'I am a person' }).and(widget.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await chat.message('hello').waitFor()
  expect(cloudflare.verified).toEqual(['token 1', 'token 3'])
})
