import { sql } from 'drizzle-orm'
import { authorizationColumns, authorize, runAuthorized } from '../auth/authorization'
import { networkNoted, noteNetwork } from '../auth/network'
import { isNetworkRefusal, type Refusal } from '../auth/refusals'
import { loginStatements } from '../auth/store'
import type { Audience } from '../contract'
import type { Database } from '../db/client'
import { nextSeqOf } from '../db/fragments'
import { prepared } from '../db/prepared-statements'
import { messages, type StoredFile } from '../db/schema'
import { siteRules } from '../db/site-settings'
import { markHeld, markSent, missingFiles } from '../files/sent-files'
import { hasHeldSpace, heldWait, insertHeld, mustWait, selectHeldBefore } from '../held/hold'
import { type Content, contentColumns, contentOf, contentRefusal, refuseContent } from './content-refusal'
import { noLinks } from './entry-frames'
import { earlierSeq, isRepeat } from './idempotency'
import { createdAtOf, hasMessage, insertInto, type SendRequest, type StoredMessage } from './insert-message'
import { insertMentions } from './mentions'
import type { StoredRules } from './room-rules'
import { slowModeWait, upsertSender } from './slow-mode'

const senderStatements = prepared<SendRequest & { content: Content }>()((db, request) => {
  const { content, replyTo, idempotency, room, mentioned, files, approval, heldId, text } = request
  const auth = authorize(request, 'post', { hasRules: true })
  const roomId = sql`auth.room_id`
  const hasOriginal = replyTo === undefined ? sql<number>`true` : hasMessage(roomId, replyTo)
  const waits = mustWait(approval)
  // Slow mode counts held messages too.
  const wait = sql<number>`max(ifnull(${slowModeWait}, 0), iif(${waits}, ifnull(${heldWait}, 0), 0))`
  const missing = files === undefined ? sql<string>`'[]'` : missingFiles(files, roomId, sql`auth.user_id`)
  const hasFiles = files === undefined ? sql`` : sql` and ${missing} = '[]'`
  const isAllowed = sql`refusal is null and ${wait} <= 0 and ${contentRefusal(content)} is null and ${hasOriginal}${hasFiles}`
  const isNew = idempotency
    ? sql`${earlierSeq(idempotency, sql`auth.room_id`, sql`auth.user_id`)} is null`
    : sql`true`
  return {
    stored: insertInto(
      db,
      request,
      sql`select room_id as room, user_id as user, ${nextSeqOf(roomId)} as seq, ${createdAtOf(roomId, sql`now`)} as at
        from ${auth} where ${isAllowed} and not ${waits}`,
    ),
    mentions: mentioned === undefined ? undefined : insertMentions(db, room.key),
    sentFiles: files === undefined ? undefined : markSent(db, room.key, 1),
    held:
      heldId === undefined
        ? undefined
        : insertHeld(
            db,
            auth,
            { id: heldId, text, mentioned, replyTo, files, idempotency },
            sql`${isAllowed} and ${waits} and ${isNew}`,
          ),
    heldFiles: files === undefined || heldId === undefined ? undefined : markHeld(db, heldId),
    heldBefore: idempotency && selectHeldBefore(db, auth, idempotency),
    network: noteNetwork(db, request, sql`${auth} where refusal is null`),
    // After the message is stored, the walk back of slow mode ends at once.
    auth: db
      .select({
        ...authorizationColumns,
        avatar: sql<string | null>`avatar`.as('author_avatar'),
        isMember: sql<number>`ordinal is not null`.as('is_member'),
        own: sql<string>`own_rules`.as('rules_of_room'),
        ofSite: siteRules.as('rules_of_site'),
        slowModeWait: wait.as('slow_mode_wait'),
        mustWait: waits.as('must_wait'),
        hasHeldSpace: hasHeldSpace.as('has_held_space'),
        ...contentColumns(content),
        hasOriginal: hasOriginal.as('has_original'),
        missing: missing.as('missing_files'),
      })
      .from(auth),
    member: upsertSender(db, auth),
    earlier: idempotency
      ? db
          .select({
            seq: messages.seq,
            createdAt: messages.createdAt,
            deletedAt: messages.deletedAt,
            mentions: messages.mentions,
            files: messages.files,
            isRepeat: isRepeat(idempotency).as('is_repeat'),
          })
          .from(auth)
          .innerJoin(
            messages,
            sql`messages.room_id = auth.room_id and messages.seq = ${earlierSeq(idempotency, sql`auth.room_id`, sql`auth.user_id`)}`,
          )
      : undefined,
  }
})

/** The author of a message that was sent now. */
type Sender = { userId: number | null; userName: string; avatar: string | null }

type Outcome =
  | ({ outcome: 'sent'; joined: boolean; rules: StoredRules } & StoredMessage)
  | ({ outcome: 'replayed' } & StoredMessage)
  /** `held` is undefined if it was held before. */
  | {
      outcome: 'held'
      id: string
      roomId: number
      chatroom: string
      author: Sender
      held: { createdAt: number; files: StoredFile[] | null } | undefined
    }
  /** It has to be held, and may not yet: `heldId` was undefined. */
  | { outcome: 'must wait' }
  | { outcome: 'too many wait' }
  | { outcome: 'key reused' }
  | { outcome: 'no original' }
  /** Files of these ids can't be sent: see `missingFiles`. */
  | { outcome: 'no files'; ids: string[] }
  | { outcome: 'too soon'; waitMilliseconds: number }

/** Returns whether a refusal stops only new messages: the actor may still read. */
const stopsOnlyNew = (refusal: Refusal, readers: Audience | undefined): boolean =>
  refusal === 'muted' ||
  refusal === 'archived' ||
  isNetworkRefusal(refusal) ||
  (refusal === 'members only' && readers === 'anyone')

/**
 * Stores a message and makes its author a member; a login's user is created or renamed first. Says why it stores nothing. Under an
 * idempotency key that the author has used in this room before, it returns the message of then, without its text if that is deleted, or
 * says that the key was for another message.
 */
export const insertBySender = async (db: Database, request: SendRequest): Promise<Outcome> => {
  const { text, replyTo = null } = request
  const statements = {
    ...loginStatements(db, request.actor.credential, request.now),
    ...senderStatements(db, { ...request, content: contentOf(text, request.files) }),
  }
  const { auth, stored, earlier, held, heldBefore } = await runAuthorized(
    db,
    request,
    statements,
    // A message that was stored or held before stays so, and its author may still read it.
    (refusal, { auth: [now], earlier = [], heldBefore = [] }) =>
      stopsOnlyNew(refusal, now?.readers) && (earlier.length > 0 || heldBefore.length > 0),
  )
  if (auth.refusal === null) networkNoted(request)
  const { roomId, chatroom, userId, userName, avatar } = auth
  const sender = { userId, userName, avatar }
  const message = { ...noLinks, replyTo, ...sender, text, editedAt: null, deletedAt: null }
  const [row] = stored
  if (row) {
    const { seq, createdAt, mentions = null, files = null } = row
    return {
      outcome: 'sent',
      roomId,
      chatroom,
      joined: !auth.isMember,
      rules: { own: auth.own, ofSite: auth.ofSite },
      message: { ...message, seq, createdAt, mentions, files },
    }
  }
  const [first] = earlier ?? []
  const [now] = held ?? []
  const [before] = heldBefore ?? []
  if (!first && now)
    return { outcome: 'held', id: request.heldId ?? '', roomId, chatroom, author: sender, held: now }
  if (!first && before) {
    if (!before.isSame) return { outcome: 'key reused' }
    return { outcome: 'held', id: before.id, roomId, chatroom, author: sender, held: undefined }
  }
  if (!first) refuseContent(request, auth)
  if (!first && !auth.hasOriginal) return { outcome: 'no original' }
  if (!first && auth.missing !== '[]') return { outcome: 'no files', ids: JSON.parse(auth.missing) }
  if (!first && auth.slowModeWait > 0) return { outcome: 'too soon', waitMilliseconds: auth.slowModeWait }
  if (!first)
    return { outcome: auth.mustWait && request.heldId === undefined ? 'must wait' : 'too many wait' }
  const { isRepeat: isSame, ...rest } = first
  if (!isSame) return { outcome: 'key reused' }
  const textNow = rest.deletedAt === null ? text : null
  return { outcome: 'replayed', roomId, chatroom, message: { ...message, ...rest, text: textNow } }
}
