import * as z from 'zod/mini'
import type { WriteFor } from './own-links'

/** The subprotocols of a WebSocket, the newest first. A client that asks for none of them is served like one of `parlour.v1`. */
const protocols = ['parlour.v2', 'parlour.v1'] as const

/** `parlour.v1`: each WebSocket message of the server holds one frame. `parlour.v2`: it holds a JSON array of frames. */
export type Protocol = (typeof protocols)[number]
export const protocolSchema = z.enum(protocols)

const TICKET = 'ticket.'

/** Reads a `Sec-WebSocket-Protocol` header: the newest protocol that the client offers, and the ticket beside it. */
export const readProtocols = (
  header: string | undefined,
): { protocol: Protocol | undefined; ticket: string | undefined } => {
  const offered = (header ?? '').split(',').map((each) => each.trim())
  return {
    protocol: protocols.find((protocol) => offered.includes(protocol)),
    ticket: offered.find((each) => each.startsWith(TICKET))?.slice(TICKET.length),
  }
}

/** The longest array of several frames, in UTF-16 code units. Runtimes and proxies limit the size of a WebSocket message. */
const MAX_ARRAY_LENGTH = 256 * 1024

/** Joins pieces, which are frames or lists of frames, to as few lists as the longest array allows. */
const joined = (pieces: string[]): string[] => {
  const lists: string[] = []
  let from = 0
  let length = 0
  for (const [index, piece] of pieces.entries()) {
    if (index > from && length + piece.length > MAX_ARRAY_LENGTH) {
      lists.push(pieces.slice(from, index).join(','))
      from = index
      length = 0
    }
    length += piece.length + 1
  }
  if (from < pieces.length) lists.push(pieces.slice(from).join(','))
  return lists
}

const arraysOf = (lists: string[]): string[] => lists.map((list) => `[${list}]`)

/** Frames that all sockets are sent together, except for those that one socket is left out of. They are serialised and joined once. */
export class FrameGroup {
  readonly #frames: string[] = []
  /** The sockets that some frames are not for, and the indexes of those. */
  readonly #exceptions = new Map<WebSocket, Set<number>>()
  /** The frames that differ by the URL at which a listener reaches the API, by their index. */
  readonly #writers = new Map<number, WriteFor>()
  /** The group as listeners at each URL get it. */
  readonly #atUrls = new Map<string, FrameGroup>()
  #lists: string[] | undefined
  #arrays: string[] | undefined
  /** The length of all frames, in UTF-16 code units. */
  length = 0
  /** The number of the last entry that everybody has with them. */
  last: number | undefined

  add(frame: string, except?: WebSocket, writer?: WriteFor): void {
    const index = this.#frames.push(frame) - 1
    if (writer) this.#writers.set(index, writer)
    this.length += frame.length
    if (except) this.#exceptions.set(except, (this.#exceptions.get(except) ?? new Set()).add(index))
  }

  #at(apiUrl: string): FrameGroup {
    const known = this.#atUrls.get(apiUrl)
    if (known) return known
    const group = new FrameGroup()
    for (const [index, frame] of this.#frames.entries())
      group.#frames.push(this.#writers.get(index)?.(apiUrl) ?? frame)
    for (const [socket, left] of this.#exceptions) group.#exceptions.set(socket, left)
    this.#atUrls.set(apiUrl, group)
    return group
  }

  /**
   * Returns the WebSocket messages that hold `own` frames of one socket, and after them those of the group. `apiUrl`: the URL at which the socket
   * reaches the API.
   */
  messagesFor(
    socket: WebSocket,
    { protocol, apiUrl }: { protocol: Protocol; apiUrl?: string | undefined },
    own: string[],
  ): string[] {
    if (this.#writers.size > 0 && apiUrl !== undefined)
      return this.#at(apiUrl).messagesFor(socket, { protocol }, own)
    const left = this.#exceptions.get(socket)
    const frames = left ? this.#frames.filter((_, index) => !left.has(index)) : this.#frames
    if (protocol === 'parlour.v1') return [...own, ...frames]
    if (left) return arraysOf(joined([...own, ...frames]))
    this.#lists ??= joined(this.#frames)
    if (own.length > 0) return arraysOf(joined([...own, ...this.#lists]))
    this.#arrays ??= arraysOf(this.#lists)
    return this.#arrays
  }
}
