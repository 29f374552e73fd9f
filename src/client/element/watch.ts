import { watchNotify } from './notifications.ts'
import type { NotifyContext } from './notify/notify.ts'
import { everyMidnight, watchPage } from './watch-page.ts'

/**
 * Follows what the element depends on and is in no event of the room. Calls `changed` when something changes that it takes from the page.
 * Returns a function that ends it.
 */
export const watch = (element: NotifyContext, changed: () => void): (() => void) => {
  const ends = [
    watchPage(element, changed),
    everyMidnight(() => element.requestUpdate()),
    watchNotify(element),
  ]
  return () => {
    for (const end of ends) end()
  }
}
