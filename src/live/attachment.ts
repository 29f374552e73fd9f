import type { Actor } from '../auth/actor'

/** What is known of a connection; it is attached to its socket, and so outlives the hub's memory. */
export type Attachment = {
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

export const attachmentOf = (socket: WebSocket): Attachment => socket.deserializeAttachment()
