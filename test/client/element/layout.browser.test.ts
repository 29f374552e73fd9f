import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { NewUser } from '../../../src/contract/index.ts'
import { chatIn, tag } from '../../support/browser/chat.ts'
import { it } from '../../support/browser/fixtures.ts'
import { otherRoom, speaker } from '../../support/browser/long-room.ts'
import { fresh } from '../../support/browser/names.ts'
import { overflowing } from '../../support/browser/page.ts'

const room = `name="${otherRoom.name}"`
const newest = `No. ${otherRoom.messages}:`

const widthOf = (page: Page) =>
  page.locator('parlour-room').evaluate((element) => element.getBoundingClientRect().width)

describe('the layout of <parlour-room>', () => {
  const boxes: [string, (element: string) => string][] = [
    ['a flex row', (element) => `<div style="display:flex">${element}</div>`],
    ['a centred grid', (element) => `<div style="display:grid;place-items:center">${element}</div>`],
    ['a fixed box', (element) => `<div style="position:fixed;right:0;bottom:0">${element}</div>`],
    ['a dialog', (element) => `<dialog open>${element}</dialog>`],
    ['a table cell', (element) => `<table><tr><td>${element}</td></tr></table>`],
    ['a float', (element) => `<div style="float:left">${element}</div>`],
    [
      'the page of a new Vite project',
      (element) =>
        '<style>body{margin:0;display:flex;place-items:center;min-width:320px;min-height:100vh}' +
        '#app{max-width:1280px;margin:0 auto;padding:2rem;text-align:center}</style>' +
        `<div id="app">${element}</div>`,
    ],
  ]
  it.for(boxes)(
    'has a width of its own in %s, and shrinks',
    async ([, around], { server, site, visitor }) => {
      const page = await visitor({ viewport: { width: 900, height: 700 } })
      await page.goto(site.page(around(tag(server.url, room)), { policy: site.styled }))
      await chatIn(page).message(newest).waitFor()
      expect(await widthOf(page)).toBeGreaterThan(500)
      await page.setViewportSize({ width: 320, height: 568 })
      expect(await widthOf(page)).toBeGreaterThan(200)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    },
  )

  it('keeps a name of any length beside or above its buttons', async ({ api, server, site, visitor }) => {
    const page = await visitor({ viewport: { width: 320, height: 600 } })
    for (const length of [1, 6, 9, 12, 16, 24, 32, 64]) {
      const user = await api<NewUser>('POST', '/api/users', { name: fresh('x').padEnd(length, 'x') })
      await page.goto(site.page(tag(server.url, room)))
      await page.evaluate(
        ([key = '', identity = '']) => localStorage.setItem(key, identity),
        [
          `parlour ${server.url}`,
          JSON.stringify({ userId: user.id, userName: user.name, token: user.token }),
        ],
      )
      await page.reload()
      const line = chatIn(page).root.locator('[part="me"]')
      await line.waitFor()
      const fill = await line.evaluate((it) => ({
        isTall: it.clientHeight > 6 * Number.parseFloat(getComputedStyle(it).lineHeight),
        isWide: it.scrollWidth > it.clientWidth,
      }))
      expect({ length, ...fill }).toEqual({ length, isTall: false, isWide: false })
    }
  })

  it('keeps a width beside a long text in a flex row', async ({ server, site, visitor }) => {
    const page = await visitor({ viewport: { width: 900, height: 700 } })
    const text = 'a long text '.repeat(200)
    await page.goto(
      site.page(`<div style="display:flex"><p>${text}</p>${tag(server.url, room)}</div>`, {
        policy: site.styled,
      }),
    )
    await chatIn(page).message(newest).waitFor()
    expect(await widthOf(page)).toBeGreaterThan(200)
  })

  it('has the size of the reader’s text, whatever size the page gives its root', async ({
    server,
    site,
    visitor,
  }) => {
    const page = await visitor()
    const sizes = async (css: string) => {
      await page.goto(
        site.page(tag(server.url, room), { head: `<style>${css}</style>`, policy: site.styled }),
      )
      const chat = chatIn(page)
      await chat.message(newest).waitFor()
      return chat.root.evaluate(({ shadowRoot }) =>
        ['.text', 'time', 'textarea', '.face', '.send', '.log'].map((selector) => {
          const element = shadowRoot?.querySelector(selector)
          return element && [getComputedStyle(element).fontSize, element.getBoundingClientRect().height]
        }),
      )
    }
    expect(await sizes('html { font-size: 62.5% }')).toEqual(await sizes(''))
  })

  it('takes nothing over that the page has set for its own text', async ({ server, site, visitor }) => {
    const page = await visitor()
    const css = `body {
      text-transform: uppercase; text-align: center; letter-spacing: 5px; word-spacing: 9px; text-indent: 3em;
      line-height: 3; font: italic small-caps bold 30px serif; white-space: pre; text-shadow: 1px 1px red;
      word-break: break-all; hyphens: auto; cursor: crosshair; color: red; -webkit-text-fill-color: red;
      -webkit-text-stroke: 1px red; list-style: square; font-feature-settings: "smcp"; tab-size: 1; text-wrap: nowrap;
      writing-mode: vertical-rl;
    }`
    const styles = async (head: string) => {
      await page.goto(site.page(tag(server.url, room), { head, policy: site.styled }))
      const { root, message } = chatIn(page)
      await message(newest).waitFor()
      return root.evaluate(({ shadowRoot }) => {
        const text = shadowRoot?.querySelector('[part~="text"] p') ?? document.body
        const all = [...getComputedStyle(text)].map((name) => [
          name,
          getComputedStyle(text).getPropertyValue(name),
        ])
        const ownSize = /^(width|height|inline-size|block-size|perspective-origin|transform-origin)$/
        return Object.fromEntries(all.filter(([name = '']) => !ownSize.test(name)))
      })
    }
    expect(await styles(`<style>${css}</style>`)).toEqual(await styles(''))
  })

  it('fits into a column of 320 px', async ({ api, server, site, visitor }) => {
    const name = fresh('narrow')
    await api('POST', '/api/chatroom', { name })
    const messages = [
      'a word that is far too long for a narrow column: '.padEnd(200, 'o'),
      '```\na line of code that is longer than a narrow column is, by far: const answer = 42\n```',
      '> quoted\n\n- one\n- two\n\nhttps://example.org/a/rather/long/address/that/does/not/break/by/itself/anywhere',
    ]
    for (const message of messages)
      await api('POST', `/chatroom/${name}/message`, { userName: speaker, message })
    const page = await visitor({ viewport: { width: 320, height: 568 } })
    await page.goto(site.page(tag(server.url, `name="${name}"`)))
    await chatIn(page).message('quoted').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    expect(await overflowing(page)).toEqual([])
  })

  it('is hidden where the page hides it', async ({ server, site, visitor }) => {
    const page = await visitor()
    const hidden = `<div style="visibility:hidden">${tag(server.url, room)}</div>`
    await page.goto(site.page(hidden, { policy: site.styled }))
    const text = chatIn(page).message(newest)
    await text.waitFor({ state: 'attached' })
    expect(await text.isVisible()).toBe(false)
  })

  it('keeps scrolling and stacked marks to itself, and has a text size that phones don’t zoom into', async ({
    api,
    server,
    site,
    visitor,
  }) => {
    const page = await visitor({ hasTouch: true, isMobile: true })
    const head = '<style>parlour-room { --parlour-font: 12px sans-serif }</style>'
    await page.goto(site.page(tag(server.url, room), { head, policy: site.styled }))
    const { log, composer, message } = chatIn(page)
    await message(newest).waitFor()
    expect(await log.evaluate((element) => getComputedStyle(element).overscrollBehaviorY)).toBe('contain')
    expect(await composer.evaluate((element) => getComputedStyle(element).fontSize)).toBe('16px')
    await api('POST', `/chatroom/${otherRoom.name}/message`, {
      userName: 'Ada',
      message: `zalgo ${'o\u0301'.repeat(3)}${'\u0316\u0301'.repeat(200)}`,
    })
    const text = message('zalgo').locator('[part~="text"]')
    expect(await text.evaluate((element) => getComputedStyle(element).overflow)).toBe('clip')
  })

  it('has its styles after it has moved into another document', async ({ server, site, visitor }) => {
    const page = await visitor()
    await page.goto(
      site.page(`${tag(server.url, room)}<iframe title="frame" width="600" height="600"></iframe>`),
    )
    await chatIn(page).message(newest).waitFor()
    const before = await widthOf(page)
    await page.evaluate(() => {
      const frame = document.querySelector('iframe')?.contentDocument
      const element = document.querySelector('parlour-room')
      if (frame && element) frame.body.append(frame.adoptNode(element))
    })
    const moved = page.frameLocator('iframe').locator('parlour-room')
    await moved.locator('[part~="message"]').last().waitFor()
    expect(await moved.evaluate((element) => getComputedStyle(element).display)).toBe('block')
    const sheets = await moved.evaluate(({ shadowRoot }) =>
      [...(shadowRoot?.adoptedStyleSheets ?? [])].map(({ cssRules }) =>
        [...cssRules].map(({ cssText }) => cssText).join(''),
      ),
    )
    expect(new Set(sheets).size).toBe(sheets.length)
    await page.evaluate(() => {
      const element = document.querySelector('iframe')?.contentDocument?.querySelector('parlour-room')
      if (element) document.body.prepend(element)
    })
    expect(await widthOf(page)).toBe(before)
  })
})
