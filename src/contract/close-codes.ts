/** The codes after which a client does not simply connect again. The client library needs no others. */
export const BANNED = 4003
export const DELETED = 4004

/** The codes of our own with which the server closes a WebSocket (RFC 6455, 7.4.2). */
export const closeCodes = {
  reconnect: 4001,
  banned: BANNED,
  deleted: DELETED,
  unread: 4008,
  silent: 4009,
  expired: 4011,
  tooMany: 4029,
} as const

export type CloseReason = keyof typeof closeCodes
