import type { Locator, Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { violations } from '../../support/browser/axe.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'
import { react } from '../../support/browser/reactions.ts'

const pages: [string, string][] = [
  ['from left to right', 'lang="en"'],
  ['from right to left', 'lang="ar" dir="rtl"'],
]

/** Something that is opened by touch. */
type Feature = { name: string; open: () => Promise<Locator>; close: () => Promise<unknown> }

/** Returns what a reader opens in a room with reactions and pins. The words for it differ by language, so the parts are named. */
const featuresOf = (page: Page): Feature[] => {
  const { root, composer, message } = chatIn(page)
  const part = (name: string, within: Page | Locator = root) => within.locator(`[part~="${name}"]`).first()
  const field = composer.or(part('input'))
  const pressEscape = () => page.keyboard.press('Escape')
  const tapTo = async (button: Locator, opened: Locator): Promise<Locator> => {
    await button.tap()
    return opened
  }
  return [
    {
      name: 'the reactions to a message',
      async open() {
        const idea = message('a good idea')
        await idea.locator('[part~="text"]').tap()
        return tapTo(idea.locator('[aria-keyshortcuts=":"]'), part('quick-reaction'))
      },
      close: async () => {},
    },
    {
      name: 'the picker of emoji',
      open: () => tapTo(part('more-reactions'), part('emoji-picker').getByRole('grid')),
      close: pressEscape,
    },
    {
      name: 'the pinned messages',
      open: () => tapTo(part('pins-button'), part('pins').getByRole('listitem').nth(1)),
      close: () => part('pins-button').tap(),
    },
    {
      name: 'the search',
      async open() {
        await part('search-button').tap()
        await part('search-input').fill('idea')
        return part('result')
      },
      close: () => part('close').tap(),
    },
    {
      name: 'a profile',
      open: () => tapTo(message('a good idea').locator('.head button'), part('member-since')),
      close: () => part('close').tap(),
    },
    {
      name: 'the completion of a name',
      async open() {
        await field.tap()
        await page.keyboard.type('hello @a')
        return part('suggestions')
      },
      close: pressEscape,
    },
    {
      name: 'the preview',
      async open() {
        await field.fill('**bold** and `code`, and\n\n- a list')
        return tapTo(part('preview-button'), part('preview'))
      },
      close: () => field.fill(''),
    },
  ]
}

describe('<parlour-room> on a small phone', () => {
  it.for(pages)(
    'opens everything by touch, within its width, and without a fault that axe-core finds: %s',
    async ([, html], { api, server, site, visitor }) => {
      const [room, owner] = [fresh('phone'), fresh('owner')]
      const { token } = await api<{ token: string }>('POST', '/api/users', { name: owner })
      await api('POST', '/api/chatroom', { name: room }, token)
      for (const message of ['a good idea', 'another idea: '.padEnd(120, 'long ')])
        await api('POST', `/chatroom/${room}/message`, { userName: 'Ada', message })
      await react(api, room, '🎉', 'Ada')
      for (const seq of [1, 2]) await api('PUT', `/chatroom/${room}/pin/${seq}`, undefined, token)
      const page = await visitor({ viewport: { width: 320, height: 568 }, hasTouch: true, isMobile: true })
      const head = '<meta name="viewport" content="width=device-width">'
      const content = `<main><h1>A site</h1>${tag(server.url, `name="${room}"`)}</main>`
      await page.goto(site.page(content, { html, head }))
      for (const { name, open, close } of featuresOf(page)) {
        await (await open()).waitFor()
        expect({ name, overflowing: await overflowing(page), faults: await violations(page) }).toEqual({
          name,
          overflowing: [],
          faults: [],
        })
        await close()
      }
    },
  )
})
