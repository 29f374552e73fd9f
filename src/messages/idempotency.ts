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
  keyHash: Uint8Array
  /** Tells a repeat from another message under the key; `fingerprint` does it for messages from before 2026-11-26. */
  contentHash: Uint8Array
  /** The one behind the other. */
  bothHashes: Uint8Array
  fingerprint: string
  after: number | undefined
}

export const idempotencyOf = async (
  key: string,
  after: number | undefined,
  { text, replyTo, files }: { text: string; replyTo: number | undefined; files: string | undefined },
): Promise<Idempotency> => {
  // A key has no space and a text has no NUL, so no two contents have the same hash.
  const reply = replyTo === undefined ? '' : `\0${replyTo}`
  const content = text + reply + (files === undefined ? '' : `\0${files}`)
  const [ofKey, ofContent] = await Promise.all([sha256(key), sha256(`${key} ${content}`)])
  const keyHash = ofKey.slice(0, HASH_BYTES)
  const contentHash = ofContent.slice(0, HASH_BYTES)
  return {
    key,
    keyHash,
    contentHash,
    bothHashes: new Uint8Array([...keyHash, ...contentHash]),
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
  bothHashes,
  after,
}: PreparedIdempotency): { idempotencyKey: SQL; keyHash: SQL } => {
  if (after === undefined) return { idempotencyKey: sql`${keyHash}`, keyHash: sql`${contentHash}` }
  return {
    idempotencyKey: sql`iif(${isSearched(after)}, null, ${keyHash})`,
    keyHash: sql`${bothHashes}`,
  }
}

const selectEarlier = ({ key, keyHash, after }: PreparedIdempotency, roomId: SQL, userId: SQL): SQL => {
  const own = sql`room_id = ${roomId} and author_id = ${userId}`
  const searched =
    after === undefined
      ? sql``
      : sql`select seq from messages where ${own} and ${isSearched(after)} and substr(key_hash, 1, ${hashBytes}) = ${keyHash} union all `
  return sql`${searched}select seq from messages indexed by messages_idempotency
    where ${own} and idempotency_key in (${keyHash}, ${key})`
}

/** SQL for the number of the message that a user has sent to a room under a key; null where there is none. */
export const earlierSeq = (idempotency: PreparedIdempotency, roomId: SQL, userId: SQL): SQL<number | null> =>
  sql`(${selectEarlier(idempotency, roomId, userId)} limit 1)`

/**
 * SQL for whether a user has neither sent a message to a room under a key, nor one that was held. A held one counts whatever the rules are
 * by now, and after it was refused: otherwise its repeat would be stored beside it.
 */
export const isUnused = (idempotency: PreparedIdempotency, roomId: SQL, userId: SQL): SQL =>
  sql`(${selectEarlier(idempotency, roomId, userId)} union all
    select 1 from held where (room_id, author_id, idempotency_key) = (${roomId}, ${userId}, ${idempotency.keyHash})
    limit 1) is null`

/** SQL for whether a message under a key is the same message. */
export const isRepeat = ({ contentHash, fingerprint }: PreparedIdempotency): SQL<number> =>
  sql`coalesce(substr(key_hash, -${hashBytes}) = ${contentHash}, fingerprint = ${fingerprint})`
