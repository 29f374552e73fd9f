import { type CloseReason, closeCodes } from '../contract/close-codes'

// Not in the contract: the client shows the reason that the server sends, so it would only carry these texts along.
const texts: Record<CloseReason, string> = {
  reconnect: 'Reconnect: your permissions changed, or the chatroom restarted.',
  banned: 'You are banned from this chatroom.',
  deleted: 'The chatroom is deleted.',
  unread: 'Too much is unread. Reconnect with `after`, and send {"type":"read","seq":N}.',
  silent: 'Your client sent no ping for too long.',
  expired: 'Your token or login is not valid any more.',
  tooMany: 'Too many frames, or too many connections of this user or address.',
}

/** Returns the code and the text with which the server closes a WebSocket. */
export const closing = (reason: CloseReason): [code: number, text: string] => [
  closeCodes[reason],
  texts[reason],
]
