import { lazily } from '../lazy.ts'
import type { Notifier, NotifyContext } from './notify/notify.ts'
import type { ViewContext } from './view-context.ts'

const load = lazily(() => import('./notify/notify.ts'))

const notifiers = new WeakMap<ViewContext, Notifier>()

/** Tells whether the site wants the reader to be notified while the room is not visible, or unread messages to be counted in the title. */
export const notifies = (context: ViewContext): boolean =>
  /^(all|mentions)$/.test(context.getAttribute('notify') ?? '') ||
  context.getAttribute('title-count') === 'on'

/** Loads the part for notifications while the tag asks for it. Returns a function that ends it. */
export const watchNotify = (element: NotifyContext): (() => void) => {
  let isEnded = false
  const isWanted = () => !isEnded && notifies(element)
  const end = () => {
    notifiers.get(element)?.end()
    notifiers.delete(element)
  }
  const update = async () => {
    if (!isWanted()) return end()
    const part = await load().catch(() => undefined)
    if (part && isWanted() && !notifiers.has(element)) notifiers.set(element, part.open(element))
    element.requestUpdate()
  }
  const observer = new MutationObserver(() => void update())
  observer.observe(element, { attributeFilter: ['notify', 'title-count'] })
  void update()
  return () => {
    isEnded = true
    observer.disconnect()
    end()
  }
}

/** Renders the button of the header for notifications, if the site asks for it. */
export const notifyButton = (context: ViewContext): unknown => notifiers.get(context)?.render()
