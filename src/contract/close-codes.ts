/** The codes of our own with which the server closes a WebSocket (RFC 6455, 7.4.2). */
export const closeCodes = {
  reconnect: 4001,
  banned: 4003,
  deleted: 4004,
  unread: 4008,
  silent: 4009,
  expired: 4011,
  tooMany: 4029,
} as const

export type CloseReason = keyof typeof closeCodes
