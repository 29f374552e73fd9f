import { roomName } from './room-name.ts'

/** Returns the element's parent, out through shadow roots. */
const parentOf = (element: Element): Element | null =>
  element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null

/** Returns an attribute of the nearest element that has it, out through shadow roots. */
export const inheritedAttribute = (element: Element, name: string): string | null => {
  let each: Element | null = element
  while (each && !each.hasAttribute(name)) each = parentOf(each)
  return each?.getAttribute(name) ?? null
}

/** Returns whether the page leaves the choice between light and dark to the system. */
export const followsSystem = (element: Element): boolean => {
  const { document, getComputedStyle } = element.ownerDocument.defaultView ?? globalThis
  const parent = parentOf(element)
  return (
    (!parent || getComputedStyle(parent).colorScheme === 'normal') &&
    !document.querySelector('meta[name="color-scheme" i]')
  )
}

/** Returns the room of the page that the element is in, or undefined for a page whose address names none. */
export const roomOfPage = ({ ownerDocument }: Element): string | undefined => {
  const { protocol, pathname } = ownerDocument.location
  return /^https?:$/.test(protocol) ? roomName(pathname) : undefined
}

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
