import type { RoomEvent } from '../types.ts'

/** A message that has arrived in a room. */
export type ParlourMessageDetail = {
  chatroom: string
  /** The message as the client library gives it. */
  message: Extract<RoomEvent, { type: 'message' }>
  /** The reader has written it, here or elsewhere. */
  isOwn: boolean
  /** Somebody else has mentioned the reader in it. */
  isMention: boolean
  /** Somebody else replies with it to a message of the reader. */
  isReply: boolean
}

/** The number of messages that the reader hasn't seen. 100 may stand for more. */
export type ParlourUnreadDetail = {
  chatroom: string
  unread: number
  /** The number of those that mention the reader. */
  mentioned: number
}

/** The reader, or null while nobody is signed in. */
export type ParlourIdentityDetail = { userId: number | undefined; userName: string } | null

export type ParlourErrorDetail = {
  chatroom: string
  /** A `ParlourError` if the server has refused something. */
  problem: Error
}

/** The events of `<parlour-room>`, by their types. They bubble, also out of shadow roots. */
export type ParlourRoomEvents = {
  'parlour-message': CustomEvent<ParlourMessageDetail>
  'parlour-unread': CustomEvent<ParlourUnreadDetail>
  'parlour-identity': CustomEvent<ParlourIdentityDetail>
  'parlour-error': CustomEvent<ParlourErrorDetail>
}

declare global {
  // Part of the events of every element, of the document and of the window.
  interface GlobalEventHandlersEventMap extends ParlourRoomEvents {}
}
