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
