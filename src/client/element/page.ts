import { roomName } from './room-name.ts'

/** Returns the element's parent, out through shadow roots. */
export const parentOf = (element: Element): Element | null =>
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
