import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { WithPlaceholders } from '../db/prepared-statements'
import { base64url, sha256 } from '../lib/token'

/**
 * A message with a key is looked for among this many entries after the number that its sender had seen. If it was stored later in the
 * log, the index has its key. So a repeat reads no more rows than this, whatever was sent meanwhile.
 */
export const MAX_ENTRIES_SEARCHED = 500

/** So short, two keys of one sender in one room meet once in many billions. */
const HASH_BYTES = 8

/** An idempotency key. `after`: the number of the last entry that the sender had seen when it first tried to send the message. */
export type Idempotency = {
  key: string
  keyHash: string
  /** Tells a repeat from another message under the key; `fingerprint` does it for messages from before 2026-11-26. */
  contentHash: string
  fingerprint: string
  after: number | undefined
}

export const idempotencyOf = async (
  key: string,
  after: number | undefined,
  { text, replyTo }: { text: string; replyTo: number | undefined },
): Promise<Idempotency> => {
  // A key has no space and a text has no NUL, so no two contents have the same hash.
  const content = replyTo === undefined ? text : `${text}\0${replyTo}`
  const [ofKey, ofContent] = await Promise.all([sha256(key), sha256(`${key} ${content}`)])
  return {
    key,
    keyHash: ofKey.subarray(0, HASH_BYTES).toHex(),
    contentHash: ofContent.subarray(0, HASH_BYTES).toHex(),
    fingerprint: base64url(ofContent),
    after,
  }
}

type PreparedIdempotency = Idempotency | WithPlaceholders<Idempotency>

const hashBytes = sql.raw(`${HASH_BYTES}`)
const isSearched = (after: number | Placeholder): SQL =>
  sql`seq between ${after} + 1 and ${after} + ${sql.raw(`${MAX_ENTRIES_SEARCHED}`)}`

/** Returns the columns of a new message whose number is `seq`. Only a message outside of the searched numbers has a row in the index. */
export const idempotencyColumns = ({
  keyHash,
  contentHash,
  after,
}: PreparedIdempotency): { idempotencyKey: SQL; keyHash: SQL } => {
  const indexed = sql`unhex(${keyHash})`
  if (after === undefined) return { idempotencyKey: indexed, keyHash: sql`unhex(${contentHash})` }
  return {
    idempotencyKey: sql`iif(${isSearched(after)}, null, ${indexed})`,
    keyHash: sql`unhex(${keyHash} || ${contentHash})`,
  }
}

/** SQL for the number of the message that a user has sent to a room under a key; null where there is none. */
export const earlierSeq = (
  { key, keyHash, after }: PreparedIdempotency,
  roomId: SQL,
  userId: SQL,
): SQL<number | null> => {
  const own = sql`room_id = ${roomId} and author_id = ${userId}`
  const searched =
    after === undefined
      ? sql``
      : sql`select seq from messages where ${own} and ${isSearched(after)} and substr(key_hash, 1, ${hashBytes}) = unhex(${keyHash}) union all `
  return sql`(${searched}select seq from messages indexed by messages_idempotency
    where ${own} and idempotency_key in (unhex(${keyHash}), ${key}) limit 1)`
}

/** SQL for whether a message under a key is the same message. */
export const isRepeat = ({ contentHash, fingerprint }: PreparedIdempotency): SQL<number> =>
  sql`coalesce(substr(key_hash, -${hashBytes}) = unhex(${contentHash}), fingerprint = ${fingerprint})`
