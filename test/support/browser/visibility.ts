import type { Page } from 'playwright-core'

/**
 * Lets a page be hidden and looked at again. Playwright holds every page visible (its session emulates focus, and neither
 * another tab nor a minimised window changes that), so the page is told so the way a browser would.
 */
export const hideable = async (page: Page) => {
  await page.addInitScript(() => {
    let state: DocumentVisibilityState = 'visible'
    Object.defineProperties(Document.prototype, {
      visibilityState: { get: () => state },
      hidden: { get: () => state === 'hidden' },
    })
    Object.assign(window, {
      look: (next: DocumentVisibilityState) => {
        state = next
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
      },
    })
  })
  return (state: 'visible' | 'hidden') => page.evaluate((next) => Object(window).look(next), state)
}
