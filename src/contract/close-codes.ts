/** The codes of our own with which the server closes a WebSocket (RFC 6455, 7.4.2), and the reason that it sends with each. */
export const closeReasons = {
  reconnect: [4001, 'Reconnect: your permissions changed, or the chatroom restarted.'],
  banned: [4003, 'You are banned from this chatroom.'],
  deleted: [4004, 'The chatroom is deleted.'],
  unread: [4008, 'Too much is unread. Reconnect with `after`, and send {"type":"read","seq":N}.'],
  silent: [4009, 'Your client sent no ping for too long.'],
  expired: [4011, 'Your token or login is not valid any more.'],
  tooMany: [4029, 'Too many frames, or too many connections of this user or address.'],
} as const satisfies Record<string, [code: number, reason: string]>

export type CloseReason = keyof typeof closeReasons
