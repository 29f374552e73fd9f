import type { Actor } from '../auth/actor'

/** What is known of a connection; it is attached to its socket, and so outlives the hub's memory. */
export type Listener = {
  id: string
  roomId: number
  chatroom: string
  actor: Actor
  user: { id: number; name: string } | null
  /** When the login that it came with ends; null for never. */
  expires: number | null
  /** Where it comes from, as its gate counts it. */
  source: string | undefined
  /** Up to which entry it has been sent, where the hub is further; null where it is with the hub. */
  behind: number | null
  /** When this was written, how far the hub was and how much it had sent to everybody; true to this day of the anchor's. */
  at: number
  sent: number
  /** How much that was when the listener last said that it reads, less what it alone was sent. */
  read: number
}

export const listenerOf = (socket: WebSocket): Listener => socket.deserializeAttachment()

/** Why the hub closes a connection: codes of our own (RFC 6455, 7.4.2). */
export const closing = {
  again: [4001, 'Come again: what you may read here has changed.'],
  banned: [4003, 'You are banned from this chatroom.'],
  gone: [4004, 'The chatroom is deleted.'],
  unread: [4008, 'Too much is unread: say {"type":"read"} now and then, or come again with `after`.'],
  silent: [4009, 'There was no ping for too long.'],
  ended: [4011, 'Your token or login is not valid any more.'],
} as const satisfies Record<string, [code: number, reason: string]>

export type Closing = keyof typeof closing
