import type { RoomRequest } from '../auth/actor'
import { isNetworkNoted } from '../auth/network'
import type { Approval, FileRef, Message } from '../contract'
import type { Database } from '../db/client'
import { type FileLinks, fileViews } from '../files/links'
import { fileMissing, wantedFiles } from '../files/sent-files'
import { newHeldId } from '../held/hold'
import { type HeldRow, tooManyHeld } from '../held/view'
import { Problem } from '../http/problem'
import { messageNotFound } from '../http/problems'
import { time } from '../lib/time'
import { slowMode } from '../limits/limit-problems'
import { countsView, mentionsView } from './entry-frames'
import { idempotencyOf } from './idempotency'
import { insertBySender } from './insert-by-sender'
import { insertByMembers, type SendRequest } from './insert-message'
import { mentionedKeys } from './mentions'
import { hasBlockedWord, heldBackSeconds, knownRules, noteRules } from './room-rules'
import { SHORT_WAIT_SECONDS } from './slow-mode'
import type { MessageRow } from './store'

/** Returns a message as readers see it. `links` are those of the files of its row. */
export const messageView = (chatroom: string, row: MessageRow, links: FileLinks): Message => {
  const view: Message = {
    seq: row.seq,
    chatroom,
    userId: row.userId,
    userName: row.userName ?? row.bot ?? null,
    avatar: row.avatar,
    message: row.text,
    createdAt: time(row.createdAt),
    replyTo: row.replyTo,
    mentions: mentionsView(row.mentions),
    reactions: countsView(row.reactions).map(({ reaction, count }) => ({
      reaction,
      count,
      mine: row.mine?.includes(reaction) ?? false,
    })),
    files: fileViews(row.files, links),
  }
  // To spread what is mostly nothing takes as long as all the rest.
  if (row.bot) view.bot = true
  if (row.editedAt !== null) view.editedAt = time(row.editedAt)
  if (row.deletedAt !== null) view.deletedAt = time(row.deletedAt)
  return view
}

/** `after`: the number of the last entry that the sender had seen when it first tried to send the message under the key. */
export type NewMessage = {
  text: string
  /** The number of the message that it replies to. */
  replyTo: number | undefined
  files?: readonly FileRef[] | undefined
  idempotencyKey: string | undefined
  after: number | undefined
  /** Whose messages wait for approval where neither the room nor the site has set it. */
  approval: Approval
}

export type Stored = {
  outcome: 'stored'
  roomId: number
  chatroom: string
  row: MessageRow
  replayed: boolean
  joined: boolean
}
/** A message that waits for approval. `row` is undefined if it was held before. */
export type HeldNow = {
  outcome: 'held'
  id: string
  roomId: number
  chatroom: string
  replayed: boolean
  joined: false
  row: HeldRow | undefined
}
export type Sent = Stored | HeldNow

const checksOf = (
  { room, now }: RoomRequest,
  message: { text: string; mentioned: string | undefined },
  byDefault: Approval,
) => {
  const { rules } = knownRules(room.key)
  const approval = rules.approval ?? byDefault
  const heldBack = heldBackSeconds(rules, message)
  return {
    sentBefore: rules.slowModeSeconds > 0 ? now - 1000 * rules.slowModeSeconds : undefined,
    joinedBefore: heldBack > 0 ? now - 1000 * heldBack : undefined,
    isForApproved: approval === 'newcomers' || undefined,
    isForModerators: approval === 'all' || hasBlockedWord(rules, message.text) || undefined,
  }
}

const requestOf = async (request: RoomRequest, message: NewMessage): Promise<SendRequest> => {
  const { text, replyTo, idempotencyKey: key, after, approval } = message
  const files = wantedFiles(message.files)
  const mentioned = mentionedKeys(text)
  return {
    ...request,
    text,
    replyTo,
    rules: knownRules(request.room.key).stored,
    checks: checksOf(request, { text, mentioned }, approval),
    approval,
    heldId: undefined,
    mentioned,
    files,
    idempotency: key === undefined ? undefined : await idempotencyOf(key, after, { text, replyTo, files }),
  }
}

/** Returns whether the short statement for members can store a message. It knows nothing of files, networks and long waits of slow mode. */
const isPlain = (request: SendRequest): boolean => {
  const { now, checks, files } = request
  const hasLongWait = now - (checks.sentBefore ?? now) > 1000 * SHORT_WAIT_SECONDS
  return files === undefined && isNetworkNoted(request) && !hasLongWait
}

/** Returns whether a message may be stored by the statement for members, as far as the rules are known. */
const isForMembers = (request: SendRequest): boolean => {
  const { actor, checks } = request
  // An open name is never a moderator, and never approved.
  const isStopped = actor.credential.kind === 'none' && (checks.isForApproved || checks.isForModerators)
  return !isStopped && isPlain(request)
}

const sendByMembers = async (db: Database, requests: SendRequest[]): Promise<(Stored | undefined)[]> => {
  const stored = await insertByMembers(db, requests)
  return stored.map(
    (sent) =>
      sent && {
        outcome: 'stored',
        roomId: sent.roomId,
        chatroom: sent.chatroom,
        row: sent.message,
        replayed: false,
        joined: false,
      },
  )
}

/** Returns whether the message of a member waits for approval, as far as the rules are known. */
const probablyWaits = ({ approval, room }: SendRequest): boolean =>
  (knownRules(room.key).rules.approval ?? approval) !== 'none'

const sendBySender = async (
  db: Database,
  given: SendRequest,
  mayHold = probablyWaits(given),
): Promise<Sent> => {
  const request = mayHold ? { ...given, heldId: newHeldId() } : given
  const sent = await insertBySender(db, request)
  switch (sent.outcome) {
    case 'must wait':
      return sendBySender(db, given, true)
    case 'too many wait':
      throw tooManyHeld()
    case 'held': {
      const { id, roomId, chatroom, author, held } = sent
      const { text, replyTo = null } = request
      const row = held && { id, ...author, text, replyTo, target: null, ...held }
      return { outcome: 'held', id, roomId, chatroom, replayed: !row, joined: false, row }
    }
    case 'too soon':
      throw slowMode(sent.waitMilliseconds)
    case 'key reused':
      throw new Problem(
        'idempotency-key-reused',
        'This Idempotency-Key was used for another message. Make a new key for each message.',
      )
    case 'no files':
      throw fileMissing(request.room.name, sent.ids)
    case 'no original':
      throw messageNotFound(request.replyTo ?? 0)
    case 'sent':
      noteRules(request.room.key, sent.rules)
      break
    case 'replayed':
  }
  const { roomId, chatroom, message: row } = sent
  return {
    outcome: 'stored',
    roomId,
    chatroom,
    row,
    replayed: sent.outcome === 'replayed',
    joined: sent.outcome === 'sent' && sent.joined,
  }
}

/** Returns whether the same rules let two messages of one sender in or keep them out. */
const haveSameChecks = ({ checks: one }: SendRequest, { checks: other }: SendRequest): boolean =>
  one.joinedBefore === other.joinedBefore && one.isForModerators === other.isForModerators

/**
 * Returns the places of the messages that go into one batch: of each sender the first ones, up to one that the short statement may refuse by itself.
 * So no message overtakes an earlier one of its sender.
 */
const chooseTogether = (requests: SendRequest[], senders: unknown[]): Set<number> => {
  const chosen = new Set<number>()
  for (const places of Map.groupBy(requests.keys(), (place) => senders[place]).values())
    for (const place of places) {
      const [request, first] = [requests[place], requests[places[0] ?? place]]
      if (!request || !first || !isPlain(request) || !haveSameChecks(request, first)) break
      chosen.add(place)
    }
  return chosen
}

/** A message to send in a batch. `sender`: the connection whose messages stay in order. */
type BatchMessage = { sender: unknown; request: RoomRequest; message: NewMessage }

/**
 * Sends messages of members in one round trip, each by a statement of its own. Returns undefined in the place of each that is not stored,
 * because its sender must join first, or has sent it before, or may not send it, or because it has files: `sendAgain` sends it or says why not.
 * Returns `waits` for those that must not be sent before an earlier one of their sender. The others are stored nevertheless. If it throws, none is
 * stored, unless only the answer was lost.
 */
export const sendBatch = async (
  db: Database,
  messages: BatchMessage[],
): Promise<(Stored | 'waits' | undefined)[]> => {
  const requests = await Promise.all(messages.map(({ request, message }) => requestOf(request, message)))
  const senders = messages.map(({ sender }) => sender)
  const together = chooseTogether(requests, senders)
  const chosen = requests.filter((_, place) => together.has(place))
  const stored = chosen.length > 0 ? await sendByMembers(db, chosen) : []
  const results = new Map(chosen.map((request, index) => [request, stored[index]]))
  return requests.map((request, place) => {
    if (together.has(place)) return results.get(request)
    return senders.indexOf(senders[place]) === place ? undefined : 'waits'
  })
}

/** Sends a message that `sendBatch` did not store. Throws the problem that keeps it from being stored. */
export const sendAgain = async (db: Database, request: RoomRequest, message: NewMessage): Promise<Sent> =>
  sendBySender(db, await requestOf(request, message))

/** Sends one message. Throws the problem that keeps it from being stored. */
export const sendMessage = async (db: Database, request: RoomRequest, message: NewMessage): Promise<Sent> => {
  const send = await requestOf(request, message)
  const [sent] = isForMembers(send) ? await sendByMembers(db, [send]) : []
  return sent ?? sendBySender(db, send)
}
