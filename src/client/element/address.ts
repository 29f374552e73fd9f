import type { ViewContext } from './view-context.ts'

/**
 * Returns how the fragments begin that name the messages of a room: `#message-` for the first room of the page, and `#ID-message-` for
 * another one that has an `id`.
 */
const fragmentOf = (element: Element): string | undefined => {
  const isFirst = (element.getRootNode() as ParentNode).querySelector(element.localName) === element
  if (isFirst) return '#message-'
  return element.id ? encodeURI(`#${element.id}-message-`) : undefined
}

const hostOf = (context: ViewContext): Element | undefined =>
  (context.query('.room')?.getRootNode() as ShadowRoot | undefined)?.host

/** Returns the address of a message: that of the page, with the message at its end. Undefined where it would name another room's. */
export const linkTo = (context: ViewContext, seq: number): string | undefined => {
  const host = hostOf(context)
  const fragment = host && fragmentOf(host)
  return fragment && new URL(fragment + seq, host.ownerDocument.location.href).href
}

/** Returns the number of the room's message that the page's address names, if it names one. */
export const messageOfAddress = (context: ViewContext): number | undefined => {
  const host = hostOf(context)
  const fragment = host && fragmentOf(host)
  const { hash } = host?.ownerDocument.location ?? {}
  if (!fragment || !hash?.startsWith(fragment)) return undefined
  const seq = hash.slice(fragment.length)
  return /^\d+$/.test(seq) ? Number(seq) : undefined
}
