// Sizes that several parts must agree on.

/** The longest text of a message, in Unicode code points. The largest body follows from it. */
export const MAX_MESSAGE_CHARACTERS = 4000

/** A code point outside of the basic plane as JSON escapes it: two times `\uXXXX`. No code point takes more. */
const MAX_BYTES_OF_ESCAPED_CHARACTER = 12

/**
 * The largest request body, and the largest frame of a client. It is the power of two that holds the longest message with
 * every character escaped, which leaves room for the other fields.
 */
export const MAX_BODY_BYTES =
  2 ** Math.ceil(Math.log2(MAX_MESSAGE_CHARACTERS * MAX_BYTES_OF_ESCAPED_CHARACTER))

/** `MAX_BODY_BYTES` as a text for people. */
export const MAX_BODY_SIZE = `${MAX_BODY_BYTES / 1024} KiB`

/** The most files of a message. */
export const MAX_FILES = 10
/** The longest description of a file, in UTF-16 code units. */
export const MAX_DESCRIPTION_CHARACTERS = 1000
/** The largest file, unless the var `FILE_BYTES` says otherwise. */
export const DEFAULT_FILE_BYTES = 10 * 1024 * 1024

/** The most frames that a client may send in one array. */
export const MAX_FRAMES = 64

/** The most different emoji on a message. */
export const MAX_REACTIONS = 20
/** The most emoji that a room's setting `reactions` names. */
export const MAX_ALLOWED_REACTIONS = 100
/** The most pinned messages of a room. */
export const MAX_PINS = 50
/** The most outgoing webhooks of a room, and the most of the site. */
export const MAX_WEBHOOKS = 10

/** The most incoming webhooks of a room. */
export const MAX_HOOKS = 20

/** The longest time for which a network is banned: 30 days. */
export const MAX_BAN_NETWORK_HOURS = 720

/** The most bytes of a D1 database on each plan: https://developers.cloudflare.com/d1/platform/limits */
export const DATABASE_BYTES = { free: 500_000_000, paid: 10_000_000_000 }

/** The size of a page of any list, if the request has no `limit`. */
export const DEFAULT_PAGE_SIZE = 50
/** The largest `limit`. */
export const MAX_PAGE_SIZE = 100
/** The most names of chatrooms in one request. */
export const MAX_NAMES_ASKED = 100
