import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type * as Client from '../../src/client/client.ts'
import { chatIn, tag } from '../support/browser/chat.ts'
import { it } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'
import { pick, words } from '../support/browser/pictures.ts'

/** Does something with the store of the bytes that a browser keeps. */
const inStore = (page: Page, put?: string): Promise<string[]> =>
  page.evaluate(async (put) => {
    const open = indexedDB.open('parlour', 1)
    open.onupgradeneeded = () => open.result.createObjectStore('files')
    await new Promise((resolve) => open.addEventListener('success', resolve))
    const store = open.result.transaction('files', 'readwrite').objectStore('files')
    if (put) store.put(new ArrayBuffer(1), put)
    const keys = store.getAllKeys()
    await new Promise((resolve) => keys.addEventListener('success', resolve))
    open.result.close()
    return keys.result.map(String)
  }, put)

describe('the bytes of files that a browser keeps', () => {
  it.for(['at once', 'while it is read', 'while it is stored'] as const)(
    'go with a message that is discarded %s',
    async (when, { server, site, visitor }) => {
      const page = await visitor()
      await page.goto(site.page('<p>A page</p>'))
      await page.evaluate(
        async ([url, name, when]) => {
          const load = new Function('url', 'return import(url)') as (url: string) => Promise<typeof Client>
          const { parlour } = await load(`${url}/client.js`)
          const client = parlour(url)
          await client.signIn({ name })
          const room = client.room(`${name}-room`)
          await room.create()
          let discard = () => {}
          const { arrayBuffer } = Blob.prototype
          Blob.prototype.arrayBuffer = function () {
            if (when === 'while it is read') discard()
            return arrayBuffer.call(this)
          }
          const { put } = IDBObjectStore.prototype
          IDBObjectStore.prototype.put = function (...args) {
            const request = put.apply(this, args)
            if (when === 'while it is stored') discard()
            return request
          }
          const sending = room.send('x', { files: [new File(['private'], 'private.jpg')] })
          discard = () => sending.discard()
          if (when === 'at once') discard()
          await sending.done.catch(() => {})
          discard = () => {}
          // Its bytes are stored after those of the first one.
          await room.send('next', { files: [new File(['public'], 'public.jpg')] }).done
        },
        [server.url, fresh('mia'), when] as const,
      )
      await expect.poll(() => inStore(page)).toEqual([])
    },
  )

  it('go when an earlier page has left them, but not those of another tab', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ expects: [/ERR_FAILED/] })
    const url = site.page(tag(server.url, `name="${fresh('kept')}"`))
    await page.goto(url)
    const chat = chatIn(page)
    await chat.say('hello')
    await chat.name(fresh('kim'))
    await chat.message('hello').waitFor()
    await page.route('**/file?*', (route) => route.abort())
    await pick(page, [words('slow.txt', 'slow')])
    await chat.say('on its way')
    await expect.poll(async () => (await inStore(page)).length).toBe(1)
    const [own] = await inStore(page)
    await inStore(page, 'left')
    const other = await page.context().newPage()
    await other.goto(url)
    await chatIn(other).composer.focus()
    await expect.poll(() => inStore(other)).toEqual([own])
    await page.unroute('**/file?*')
    await chat.message('on its way').waitFor()
    await expect.poll(() => inStore(page)).toEqual([])
  })
})
