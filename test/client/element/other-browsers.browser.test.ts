import { describe, expect } from 'vitest'
import { tag } from '../../support/browser/chat.ts'
import type { Driver } from '../../support/browser/driver.ts'
import { hasFirefox, launchFirefox } from '../../support/browser/firefox.ts'
import { withFixtures } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { staticSite } from '../../support/browser/site.ts'
import { visitor } from '../../support/browser/visitor.ts'
import { hasWebKit, launchWebKit } from '../../support/browser/webkit.ts'
import { tcpProxy } from '../../support/node/proxy.ts'

const it = withFixtures
  .extend('drivers', { scope: 'file' }, new Map<() => Promise<Driver>, Driver>())
  /** Gives a visitor in the browser that a function launches. The tests of this file share the browser. */
  .extend('visit', { scope: 'file' }, async ({ drivers }, { onCleanup }) => {
    onCleanup(async () => {
      for (const driver of drivers.values()) await driver.close()
    })
    return async (launch: () => Promise<Driver>) => {
      const driver = drivers.get(launch) ?? (await launch())
      drivers.set(launch, driver)
      return visitor(driver)
    }
  })
  .extend('network', async ({ server }, { onCleanup }) => {
    const network = await tcpProxy(server.url)
    onCleanup(network.close)
    return network
  })
  .extend('page', async ({ network }, { onCleanup }) => {
    const site = await staticSite(network.url)
    onCleanup(site.close)
    return site.page
  })

const browsers = [
  { name: 'Firefox', isInstalled: hasFirefox, launch: launchFirefox },
  { name: 'WebKit', isInstalled: hasWebKit, launch: launchWebKit },
]

describe.each(browsers)('<parlour-room> in $name', ({ isInstalled, launch }) => {
  const test = it.runIf(isInstalled)

  test('shows a room, signs a visitor in, and sends and receives messages', async ({
    api,
    visit,
    network,
    page,
  }) => {
    const room = fresh('browser')
    await api('POST', '/api/chatroom', { name: room })
    const post = (message: string) => api('POST', `/chatroom/${room}/message`, { userName: speaker, message })
    await post('before')
    const { open, say, giveName, sees } = await visit(launch)
    await open(page(tag(network.url, `name="${room}"`)))
    await sees(['before'])
    await say('hello')
    await giveName(fresh('Mia'))
    await sees(['before', 'hello'])
    await post('live')
    await sees(['before', 'hello', 'live'])
  })

  test('keeps the name and the messages over a reload', async ({ visit, network, page }) => {
    const url = page(tag(network.url, `name="${fresh('reload')}"`))
    const { open, say, giveName, sees } = await visit(launch)
    await open(url)
    await say('first')
    await giveName(fresh('Otto'))
    await sees(['first'])
    await open(url)
    await sees(['first'])
    await say('second')
    await sees(['first', 'second'])
  })

  test('sends what was written without a network when it is back, in order and once', async ({
    api,
    visit,
    network,
    page,
  }) => {
    const room = fresh('offline')
    const { open, say, giveName, sees, texts } = await visit(launch)
    await open(page(tag(network.url, `name="${room}"`)))
    await say('online')
    await giveName(fresh('Tess'))
    await sees(['online'])
    network.down()
    await say('one')
    await say('two')
    await expect.poll(() => texts('[part~="pending"]')).toHaveLength(2)
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'meanwhile' })
    network.up()
    await sees(['online', 'meanwhile', 'one', 'two'])
    const { messages } = await api<{ messages: { message: string }[] }>('GET', `/chatroom/${room}/message`)
    expect(messages.map(({ message }) => message)).toEqual(['online', 'meanwhile', 'one', 'two'])
  })

  test('loads a part again that could not be loaded without a network', async ({ visit, network, page }) => {
    const { open, say, giveName, sees, texts, click } = await visit(launch)
    await open(page(tag(network.url, `name="${fresh('part')}"`)))
    await expect.poll(() => texts('[part~="empty"]')).toHaveLength(1)
    network.down()
    await say('hello')
    await expect.poll(() => texts('[part~="load-again"]')).toHaveLength(1)
    network.up()
    await click('[part~="load-again"]')
    await giveName(fresh('Pam'))
    await sees(['hello'])
  })

  test('sends an image that is dropped, also after a reload without the upload, and opens it', async ({
    api,
    visit,
    network,
    page,
  }) => {
    const room = fresh('image')
    await api('POST', '/api/chatroom', { name: room })
    const url = page(tag(network.url, `name="${room}"`))
    const { open, say, giveName, sees, box, click, run, write } = await visit(launch)
    const drop = () =>
      run(() => {
        const canvas = document.createElement('canvas')
        canvas.width = 120
        canvas.height = 80
        canvas.getContext('2d')?.fillRect(0, 0, 60, 80)
        const bytes = atob(canvas.toDataURL('image/png').replace(/.*,/, ''))
        const data = new DataTransfer()
        const file = Uint8Array.from(bytes, (each) => each.charCodeAt(0))
        data.items.add(new File([file], 'half.png', { type: 'image/png' }))
        const log = document.querySelector('parlour-room')?.shadowRoot?.querySelector('.log')
        log?.dispatchEvent(
          new DragEvent('drop', { bubbles: true, cancelable: true, composed: true, dataTransfer: data }),
        )
      })
    const widthOf = (selector: string) =>
      run((selector) => {
        const found = document.querySelector('parlour-room')?.shadowRoot?.querySelector(selector)
        return found instanceof HTMLImageElement && found.complete ? found.naturalWidth : 0
      }, selector)
    await open(url)
    await say('before')
    await giveName(fresh('Ines'))
    await sees(['before'])
    await drop()
    await expect.poll(() => box('[part="attachment"] canvas')).not.toBeNull()
    await say('first')
    await sees(['before', 'first'])
    await expect.poll(() => widthOf('[part="image"] img')).toBe(120)

    await drop()
    await expect.poll(() => box('[part="attachment"] canvas')).not.toBeNull()
    network.down()
    await say('second')
    await expect.poll(() => box('.sending canvas')).not.toBeNull()
    // It is in the browser's storage by then.
    await expect.poll(() => run(() => localStorage.length)).toBeGreaterThan(1)
    network.up()
    await open(url)
    await sees(['before', 'first', 'second'])
    const { messages } = await api<{ messages: { files: { name: string; width: number }[] }[] }>(
      'GET',
      `/chatroom/${room}/message`,
    )
    expect(messages.map(({ files }) => files.map(({ name, width }) => [name, width]))).toEqual([
      [],
      [['half.png', 120]],
      [['half.png', 120]],
    ])

    await expect.poll(() => widthOf('[data-key="3"] img')).toBe(120)
    await click('[data-key="3"] [part="image"]')
    await expect.poll(() => widthOf('dialog[open] img')).toBe(120)
    await write('\uE00C')
    await expect.poll(() => box('dialog')).toBeNull()
  })

  test('formats what is selected, completes emoji, and undoes both', async ({ visit, network, page }) => {
    const { open, click, write, pressWithControl, box, run, texts } = await visit(launch)
    await open(page(tag(network.url, `name="${fresh('formats')}"`)))
    const value = () =>
      run(() => {
        const field = document.querySelector('parlour-room')?.shadowRoot?.querySelector('textarea')
        return field?.value
      })
    // WebKit's driver passes no keys on to the browser's own commands.
    const undo = () => run(() => document.execCommand('undo'))
    await click('[part~="input"]')
    await write('words')
    await expect.poll(() => box('[part~="preview-button"]')).not.toBeNull()
    await pressWithControl('a')
    await pressWithControl('b')
    expect(await value()).toBe('**words**')
    await undo()
    expect(await value()).toBe('words')
    await pressWithControl('a')
    await write(':fire')
    await expect.poll(async () => (await texts('[role="option"]'))[0]).toBe('🔥 fire')
    await click('[role="option"]')
    expect(await value()).toBe('🔥')
    await undo()
    expect(await value()).toBe(':fire')
  })

  test('runs from right to left in Arabic', async ({ api, visit, network, page }) => {
    const room = fresh('arabic')
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'مرحبا بالجميع' })
    const { open, sees, box, run } = await visit(launch)
    await open(page(tag(network.url, `name="${room}"`), { html: 'lang="ar" dir="rtl"' }))
    await sees(['مرحبا بالجميع'])
    const direction = await run(() => {
      const text = document.querySelector('parlour-room')?.shadowRoot?.querySelector('[part~="text"]')
      return text && getComputedStyle(text).direction
    })
    expect(direction).toBe('rtl')
    const [field, button] = [await box('[part~="input"]'), await box('[part~="send"]')]
    expect(button?.x).toBeLessThan(field?.x ?? 0)
  })

  test('has a usable width in a flex row', async ({ visit, network, page }) => {
    const { open, box } = await visit(launch)
    const policy = `script-src ${network.url}; style-src 'self' 'unsafe-inline'`
    await open(
      page(`<div style="display:flex">${tag(network.url, `name="${fresh('flex')}"`)}</div>`, { policy }),
    )
    await expect.poll(async () => (await box('[part~="room"]'))?.width).toBeGreaterThan(250)
  })
})
