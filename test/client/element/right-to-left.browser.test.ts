import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'

describe('<parlour-room> from right to left', () => {
  it('is in Arabic and from right to left in a page that is', async ({ api, server, site, visitor }) => {
    const room = fresh('right')
    await api('POST', '/api/chatroom', { name: room })
    await api('POST', `/chatroom/${room}/message`, { userName: speaker, message: 'مرحبا بكم' })
    const page = await visitor()
    const content = `<main><h1>A site</h1>${tag(server.url, `name="${room}"`)}</main>`
    await page.goto(site.page(content, { html: 'lang="ar" dir="rtl"' }))
    const { root, log, message } = chatIn(page)
    await message('مرحبا').waitFor()
    expect(await log.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
    const composer = root.getByRole('textbox').last()
    expect(await composer.getAttribute('placeholder')).toMatch(/\p{Script=Arabic}/u)
    const [text, send] = await Promise.all(
      [composer, root.locator('[part~="send"]')].map((each) => each.boundingBox()),
    )
    // The last element of a line is on its left.
    expect(send?.x).toBeLessThan(text?.x ?? 0)
    expect(await violations(page)).toEqual([])
  })

  it('keeps an English sentence from left to right around an Arabic name', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const [room, name] = [fresh('names'), `ليلى ${fresh('م')}`]
    await api('POST', '/api/chatroom', { name: room })
    const page = await visitor()
    await page.goto(site.page(tag(server.url, `name="${room}"`)))
    const { root, say, name: giveName, message } = chatIn(page)
    await say('hello')
    await giveName(name)
    await message('hello').waitFor()
    const query = new URLSearchParams({ userName: `${name} 2` })
    await api('POST', '/api/users', { name: `${name} 2` })
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/chatroom/${room}/live?${query}`,
      'parlour.v1',
    )
    socket.onopen = () => socket.send('{"type":"typing"}')
    /** Returns whether the name stands before the words that follow on it. */
    const isInOrder = (part: string) =>
      root
        .locator(`[part="${part}"] bdi`)
        .first()
        .evaluate((bdi) => {
          // Its own markers stand between the name and the words.
          let words: ChildNode = bdi
          while (words.nextSibling && !words.textContent?.trim().match(/typing|you/))
            words = words.nextSibling
          const range = document.createRange()
          range.selectNode(words)
          return bdi.getBoundingClientRect().right <= range.getBoundingClientRect().right
        })
    await root.getByText('is typing…').waitFor()
    expect(await isInOrder('typing')).toBe(true)
    expect(await isInOrder('me')).toBe(true)
    socket.close()
  })
})
