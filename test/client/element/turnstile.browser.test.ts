import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { staticSite } from '../../support/browser/site.ts'
import { localServer } from '../../support/node/server.ts'

/** The widget as a button. It passes on the second press, and its tokens are good once. */
const script = `
  let presses = 0
  window.turnstile = {
    render(container, options) {
      const button = document.createElement('button')
      button.textContent = 'I am a person'
      button.onclick = () => options.callback('token ' + ++presses)
      container.append(button)
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

it('shows Turnstile’s check to a new visitor, and again after it has failed', async ({
  visitor,
  onTestFinished,
}) => {
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
  const page = await visitor({ asks: [server.url, site.url, cloudflare.url], expects: [/console: .*403/] })
  const policy = `${site.styled}; frame-src ${server.url}`
  await page.goto(site.page(tag(server.url, `name="${fresh('checked')}"`), { policy }))
  const chat = chatIn(page)
  const name = fresh('Pat')
  await chat.say('hello')
  const field = chat.root.getByRole('textbox', { name: 'What should the others call you?' })
  await field.fill(name)
  await field.press('Enter')
  const check = chat.root.frameLocator('iframe').getByText('I am a person')
  await check.click()
  await chat.root.getByText('The check that you are a person has failed.').waitFor()
  await check.click()
  await field.press('Enter')
  await chat.message('hello').waitFor()
  expect(cloudflare.verified).toEqual(['token 1', 'token 2'])
})
