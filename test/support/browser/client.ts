import type { Page } from 'playwright-core'
import type { Room, RoomEvent, Subscription } from '../../../src/client/client.ts'

declare global {
  interface Window {
    parlour: typeof import('../../../src/client/client.ts').parlour
    room: Room
    heard: RoomEvent[]
    subscription: Subscription
  }
}

/** The tag that loads the client into a page. */
export const head = '<script type="module" src="/client-on-window.js"></script>'

/** Opens a page of the site with the client in it. */
export const open = async (page: Page, url: string) => {
  await page.goto(url)
  await page.waitForFunction(() => 'parlour' in window)
}

/** Listens to a room, and waits until it is live. */
export const listen = async (page: Page, api: string, name: string) => {
  await page.evaluate(
    ([api = '', name = '']) => {
      window.room = window.parlour(api).room(name)
      window.heard = []
      window.subscription = window.room.subscribe((event) => window.heard.push(event))
    },
    [api, name],
  )
  await page.waitForFunction(() => window.subscription.connection.state === 'live')
}

/** The log as the page has heard it. */
export const logOf = (page: Page) =>
  page.evaluate(() =>
    window.heard.flatMap((event) => {
      if (event.type === 'message' || event.type === 'edit') return [[event.type, event.seq, event.message]]
      return event.type === 'delete' ? [[event.type, event.seq, null]] : []
    }),
  )
