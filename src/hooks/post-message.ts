import { sql } from 'drizzle-orm'
import { batch, type Database } from '../db/client'
import { insertValues, nextSeqOf } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { hooks, messages } from '../db/schema'
import { settingsInForce, withSite } from '../db/site-settings'
import { type EntryRow, noLinks } from '../messages/entry-frames'
import { createdAtOf } from '../messages/insert-message'
import { hasBlockedWord, type Words, wordsOf } from '../moderation/blocked-words'

const DAY_MILLISECONDS = 86_400_000

type Post = { secretHash: string; text: string; now: number }
type PreparedPost = Post & { dayAgo: number; words: Words }

const statements = prepared<PreparedPost>()((db, { secretHash, text, now, dayAgo, words }) => {
  // A deleted room leaves its webhooks to the sweep.
  const hook = sql`(
    select h.id as hook_id, h.name as hook_name, last_used_at, rooms.id as room, rooms.name as room_name, rooms.name_key as room_key,
      archived, ${settingsInForce.blockedWords} as blocked_words
    from hooks as h left join rooms on rooms.id = h.room_id ${withSite}
    where h.secret_hash = ${secretHash}) as hook`
  const isAllowed = sql`room is not null and not archived and not ${hasBlockedWord(words)}`
  return {
    stored: db
      .insert(messages)
      .select(
        sql`select ${insertValues(messages, {
          roomId: sql`room`,
          seq: nextSeqOf(sql`room`),
          authorId: sql`-hook_id`,
          text,
          createdAt: createdAtOf(sql`room`, sql`${now}`),
          bot: sql`hook_name`,
        })} from ${hook} where ${isAllowed}`,
      )
      .returning({ seq: messages.seq, createdAt: messages.createdAt }),
    hook: db
      .select({
        name: sql<string>`hook_name`.as('name_of_hook'),
        roomId: sql<number | null>`room`.as('room_of_hook'),
        roomKey: sql<string | null>`room_key`.as('key_of_room'),
        isArchived: sql<number | null>`archived`.as('is_archived'),
      })
      .from(hook),
    used: db
      .update(hooks)
      .set({ lastUsedAt: sql`${now}` })
      .where(
        sql`id = (select hook_id from ${hook} where ${isAllowed} and ifnull(last_used_at, 0) <= ${dayAgo})`,
      ),
  }
})

type Posted =
  | { outcome: 'posted'; roomId: number; roomKey: string; entry: EntryRow }
  | { outcome: 'no hook' }
  | { outcome: 'no room' }
  | { outcome: 'archived' }
  | { outcome: 'blocked word' }

/**
 * Stores a message that came by an incoming webhook. Those who may change the room have made the webhook, so neither slow mode nor approval
 * holds for it. Blocked words do, because much of what programs post was written by strangers. It mentions nobody.
 */
export const postByHook = async (db: Database, post: Post): Promise<Posted> => {
  const { text, now } = post
  const { stored, hook: found } = await batch(
    db,
    statements(db, { ...post, dayAgo: now - DAY_MILLISECONDS, words: wordsOf(text) }),
  )
  const [row] = stored
  const [hook] = found
  if (!hook) return { outcome: 'no hook' }
  const { name, roomId, roomKey } = hook
  if (roomId === null || roomKey === null) return { outcome: 'no room' }
  if (!row) return { outcome: hook.isArchived ? 'archived' : 'blocked word' }
  const entry = {
    ...noLinks,
    ...row,
    type: 'message' as const,
    target: null,
    userId: null,
    userName: null,
    bot: name,
    text,
    editedAt: null,
    deletedAt: null,
  }
  return { outcome: 'posted', roomId, roomKey, entry }
}
