import type { Actor } from '../identity/actor'

/** What is known of a connection; it is attached to its socket, and so outlives the hub's memory. */
export type Listener = {
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
  /** How far the hub was when this was written. The largest of all connections is how far it is. */
  at: number
  /** How much the hub had sent to everybody when this was written, and when the listener last said that it reads. */
  sent: number
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
