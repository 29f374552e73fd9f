import { describe, expect } from 'vitest'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { pick, picture, words } from '../../support/browser/pictures.ts'

type History = { messages: { message: string; files: { name: string; description: string | null }[] }[] }

/** The errors that a browser reports while the network is away, or an upload is refused. */
const away = [/net::ERR_/, /WebSocket/]

describe('files on their way from <parlour-room>', () => {
  it('wait without a network, also after a reload, and are sent once', async ({ api, tunnel, visitor }) => {
    const room = fresh('offline')
    const page = await visitor({ expects: [...away, /console: .*404/], asks: tunnel.asks })
    const url = tunnel.site.page(tag(tunnel.url, `name="${room}"`))
    await page.goto(url)
    const chat = chatIn(page)
    await chat.say('before the tunnel')
    await chat.name(fresh('Tess'))
    await chat.message('before the tunnel').waitFor()
    await pick(page, [await picture(page, 'tunnel.png'), words('notes.txt', 'dark')])
    await chat.root
      .getByLabel('Description for people who don’t see the image: tunnel.png')
      .fill('a dark hole')
    // The part that uploads is loaded with the first file, and before there is no network.
    await page.route('**/file?*', (route) => route.abort())
    await chat.say('in the tunnel')
    await chat.root.getByText('Sending…').waitFor()
    await chat.root.locator('.sending canvas').waitFor()
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const open = indexedDB.open('parlour')
          await new Promise((resolve) => open.addEventListener('success', resolve))
          if (!open.result.objectStoreNames.contains('files')) return 0
          const keys = open.result.transaction('files').objectStore('files').getAllKeys()
          await new Promise((resolve) => keys.addEventListener('success', resolve))
          open.result.close()
          return keys.result.length
        }),
      )
      .toBe(2)
    await page.reload()
    await chat.root.getByText('Sending…').waitFor()
    await chat.root.locator('.sending canvas').waitFor()
    await page.unroute('**/file?*')
    await chat.message('in the tunnel').getByRole('img', { name: 'a dark hole' }).waitFor()
    await expect.poll(chat.waiting).toBe(0)
    const { messages } = await api<History>('GET', `/chatroom/${room}/message`)
    expect(messages.map(({ message }) => message)).toEqual(['before the tunnel', 'in the tunnel'])
    expect(messages[1]?.files).toMatchObject([
      { name: 'tunnel.png', description: 'a dark hole' },
      { name: 'notes.txt', description: null },
    ])
  })

  it('show how much is uploaded, and can be called back until they are sent', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const room = fresh('cancel')
    const page = await visitor({ expects: away })
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const chat = chatIn(page)
    await page.route('**/file?*', () => {})
    await pick(page, [words('slow.txt', 'slow')])
    await chat.say('never mind')
    await chat.name(fresh('kim'))
    await chat.root.getByRole('progressbar', { name: 'Uploading: slow.txt' }).waitFor()
    await chat.button('Cancel sending').click()
    await expect.poll(() => chat.root.getByText('never mind').count()).toBe(0)
    await page.unroute('**/file?*')
    await chat.say('something else')
    await chat.message('something else').waitFor()
    const { messages } = await api<History>('GET', `/chatroom/${room}/message`)
    expect(messages.map(({ message }) => message)).toEqual(['something else'])
  })

  it('come back into the composer when the server refuses them, and can be sent again', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/console: .*413/] })
    await page.goto(site.page(tag(server.url, `name="${fresh('refused')}"`)))
    const chat = chatIn(page)
    await page.route('**/file?*', (route) =>
      route.fulfill({
        status: 413,
        contentType: 'application/problem+json',
        headers: { 'Access-Control-Allow-Origin': '*' },
        json: { type: '/problems/file-too-large', title: 'x', status: 413, detail: 'x', instance: 'x' },
      }),
    )
    await pick(page, [words('big.txt', 'big')])
    await chat.say('see')
    await chat.name(fresh('rob'))
    await chat.root.locator('[part="attachment"]').getByText('big.txt').waitFor()
    expect(await chat.composer.inputValue()).toBe('see')
    await chat.root.getByRole('alert').first().waitFor()
    await page.unroute('**/file?*')
    await chat.composer.press('Enter')
    await chat
      .message('see')
      .getByRole('link', { name: /big\.txt/ })
      .waitFor()
  })
})
