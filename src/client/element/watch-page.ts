import { parentOf } from './page.ts'

type Navigation = EventTarget
const POLL_MILLISECONDS = 500

/**
 * Calls `changed` when something changes that the element takes from the page: attributes of its ancestors (language, direction,
 * theme), the page's head, its address. Returns a function that ends it.
 */
export const watchPage = (element: Element, changed: () => void): (() => void) => {
  const { ownerDocument } = element
  const view = ownerDocument.defaultView as (Window & { navigation?: Navigation }) | null
  const observer = new MutationObserver(changed)
  for (let each = parentOf(element); each; each = parentOf(each)) observer.observe(each, { attributes: true })
  observer.observe(ownerDocument.head, { attributes: true, childList: true, subtree: true })
  // `pushState` sends no event where the browser has no Navigation API.
  const poll = view?.navigation ? undefined : setInterval(changed, POLL_MILLISECONDS)
  view?.navigation?.addEventListener('currententrychange', changed)
  return () => {
    observer.disconnect()
    clearInterval(poll)
    view?.navigation?.removeEventListener('currententrychange', changed)
  }
}

/** Calls `changed` at each midnight, when “today” becomes “yesterday”. Returns a function that ends it. */
export const everyMidnight = (changed: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout>
  const wait = () => {
    timer = setTimeout(pass, new Date().setHours(24, 0, 0, 0) - Date.now())
  }
  const pass = () => {
    changed()
    wait()
  }
  wait()
  return () => clearTimeout(timer)
}
