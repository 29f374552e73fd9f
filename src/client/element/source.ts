import { parlour } from '../client.ts'
import type { Parlour } from '../types.ts'
import { nameOf } from './controls.ts'
import type { Localizer } from './localize.ts'
import { roomOfPage } from './page.ts'

const clients = new Map<string, Parlour>()
/** Returns the page's client of a server: all rooms of a page speak as the same person. */
const clientOf = (server: string): Parlour => {
  const client = clients.get(server) ?? parlour(server)
  clients.set(server, client)
  return client
}

/** Returns the name of the room that an element shows. Without `name`, the room is that of the page. */
export const roomNameOf = (element: Element): string | undefined =>
  element.getAttribute('name') || roomOfPage(element)

/** The server and the room of an element, or what the page's author has to change before it can show one. */
type Source =
  | { room: string; client: Parlour; problem?: undefined }
  | { problem: (localizer: Localizer) => unknown }

/** Returns the server and the room that the attributes name. `own` is a client that the site has set. */
export const sourceOf = (element: Element, own: Parlour | undefined): Source => {
  const room = roomNameOf(element)
  if (room === undefined) return { problem: ({ strings }) => strings.noName }
  if (own) return { room, client: own }
  // Without `server`, it is where this script came from.
  const server = element.getAttribute('server')
  const url = URL.parse(server || '.', server ? element.baseURI : import.meta.url)
  return url && /^https?:$/.test(url.protocol)
    ? { room, client: clientOf(url.href.replace(/\/+$/, '')) }
    : { problem: ({ strings, insert }) => insert(strings.noServer, nameOf(server || import.meta.url)) }
}
