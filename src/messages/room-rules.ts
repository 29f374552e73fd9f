import { sql } from 'drizzle-orm'
import { SHORT_WAIT_SECONDS } from './slow-mode'

/** `long wait`: slow mode waits so long that the sender's row must have the time of the message, too. */
export type RoomRules = 'none' | 'some' | 'long wait'

/** SQL for whether a room has no rules for the messages of its members. */
export const hasNoRules = sql`slow_mode_seconds + newcomer_link_seconds = 0 and blocked_words = '[]'`

/** SQL for the rules of a room. */
export const roomRules = sql<RoomRules>`case when slow_mode_seconds > ${sql.raw(`${SHORT_WAIT_SECONDS}`)} then 'long wait'
  when ${hasNoRules} then 'none' else 'some' end`

/**
 * The rules of rooms that have some, by the room's key. They only tell which statement to run first: each of them checks the rules
 * as the database has them. docs/decisions/0026
 */
const known = new Map<string, RoomRules>()
const MAX_KNOWN = 10_000

/** Returns the rules that a room had last. */
export const knownRules = (roomKey: string): RoomRules => known.get(roomKey) ?? 'none'

export const noteRules = (roomKey: string, rules: RoomRules): void => {
  if (known.size >= MAX_KNOWN) known.clear()
  if (rules === 'none') known.delete(roomKey)
  else known.set(roomKey, rules)
}
