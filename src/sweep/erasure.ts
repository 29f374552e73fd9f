import { type SQL, sql } from 'drizzle-orm'
import { batch, type Database, type Statements } from '../db/client'
import { emptyNumbersOf, insertValues, lastSeqOf, nextSeqOf } from '../db/fragments'
import { emptied } from '../db/message-fields'
import { changes, erasures, messages, reactions } from '../db/schema'
import { removeObjects } from '../files/remove-objects'
import { deleteFiles } from '../files/sent-files'
import { MIN_PIECE_ROWS } from '../limits/sweep-budget'
import { deleteMentions } from '../messages/mentions'
import { notify } from '../notify'
import { unpinDeleted } from '../pins/store'
import { deleteReactions } from '../reactions/store'
import type { RoomRow } from '../rooms/store'
import { tellRoom } from '../rooms/tell-room'
import type { Chore, Piece } from './chore'
import { type Erasing, type FindEnd, type Part, type Place, quietSteps, rowsAfter } from './erasure-steps'
import { costOfMessage, shedReactions } from './log-start'

/** One piece looks at so many messages or reactions. */
const LOOK = 2000
const messageKeys = ['room_id', 'seq']
const reactionKeys = ['room_id', 'target', 'reaction', 'user_id']

/** The steps of an erasure, in their order. */
const steps = ['mentions', 'messages', 'reactions', 'held', 'reports', 'audit', 'sanctions', 'files'] as const
type Step = (typeof steps)[number]
export const FIRST_STEP: Step = steps[0]

type Target = { roomId: number; seq: number; cost: number }

/** SQL for the rooms and numbers of a JSON array of pairs. */
const pairs = (targets: Target[]): SQL =>
  sql`select value ->> 0 as room, value ->> 1 as seq from json_each(${JSON.stringify(targets.map(({ roomId, seq }) => [roomId, seq]))})`

const theRooms = (chosen: SQL): SQL => sql`id in (select room from (${chosen}))`

/** Selects the ends of the logs that have a new entry. */
const selectEnds = (db: Database, chosen: SQL) =>
  db
    .select({
      id: sql<number>`id`.as('told_id'),
      key: sql<string>`name_key`.as('told_key'),
      last: lastSeqOf(sql`rooms.id`).as('told_last'),
    })
    .from(sql`rooms`)
    .where(theRooms(chosen))

/** Turns messages into tombstones. Each that was not deleted before is an entry of the log. */
const deleteMessages = ({ db, userId, now }: Erasing, targets: Target[]) => {
  const chosen = pairs(targets)
  const isChosen = sql`(messages.room_id, messages.seq) in (${chosen})`
  return {
    deletions: db.insert(changes).select(
      sql`select ${insertValues(changes, {
        roomId: sql`m.room_id`,
        seq: sql`${nextSeqOf(sql`m.room_id`)} - 1 + row_number() over (partition by m.room_id order by m.seq)`,
        type: 'delete',
        target: sql`m.seq`,
        actorId: userId,
        createdAt: now,
        emptyNumbers: sql`${emptyNumbersOf(sql`m.room_id`)} + 2 * row_number() over (partition by m.room_id order by m.seq)`,
      })} from (${chosen}) as chosen cross join messages as m on m.room_id = chosen.room and m.seq = chosen.seq
        where m.author_id = ${userId} and m.deleted_at is null`,
    ),
    deletedReactions: deleteReactions(db, sql`${isChosen} and messages.reactions is not null`),
    deletedMentions: deleteMentions(db, sql`(room_id, seq) in (${chosen})`),
    deletedFiles: deleteFiles(db, sql`(room_id, seq) in (${chosen}) and author_id = ${userId}`, now),
    texts: db.update(messages).set(emptied(now)).where(sql`${isChosen} and author_id = ${userId}`),
    unpinned: unpinDeleted(db, theRooms(chosen)),
    ends: selectEnds(db, chosen),
  }
}

/** Finds the person's messages after a place, as many as the rows allow, and the place to go on from. */
const messagesStep = async (erasing: Erasing, findEnd: FindEnd): Promise<Part> => {
  const { db, userId, rows, place } = erasing
  const looked = rowsAfter(messages, messageKeys, place, LOOK)
  const { found } = await batch(db, {
    found: db
      .select({
        roomId: messages.roomId,
        seq: messages.seq,
        // The entry of the log, and the row of a room that it was pinned in.
        cost: sql<number>`2 + ${costOfMessage}`.as('cost'),
      })
      .from(messages)
      .where(sql`(room_id, seq) in (${looked}) and author_id = ${userId}
        and coalesce(text, mentions, reactions, idempotency_key, key_hash, fingerprint) is not null`)
      .orderBy(messages.roomId, messages.seq)
      .limit(Math.ceil(rows / 3)),
  })
  const targets: Target[] = []
  let left = rows
  for (const target of found) {
    if (target.cost > left) break
    targets.push(target)
    left -= target.cost
  }
  const [first] = found
  if (first && targets.length === 0)
    return { statements: { shed: shedReactions(db, { ...first, rows }) }, next: place }
  const isAll = targets.length === found.length && found.length < Math.ceil(rows / 3)
  const last = targets.at(-1)
  const next = isAll ? await findEnd(looked, messageKeys, LOOK) : last && [last.roomId, last.seq]
  return { statements: targets.length > 0 ? deleteMessages(erasing, targets) : {}, next }
}

/** Takes the person's reactions back. Each is an entry of the log. */
const takeBack = (
  { db, userId, now }: Erasing,
  found: { roomId: number; target: number; reaction: string }[],
) => {
  const given = JSON.stringify(found.map(({ roomId, target, reaction }) => [roomId, target, reaction]))
  const chosen = sql`select value ->> 0 as room, value ->> 1 as seq, value ->> 2 as emoji from json_each(${given})`
  // Another run may have taken some back since they were read.
  const isGone = sql`(messages.room_id, messages.seq, counted.key) in (select room, seq, emoji from (${chosen}) as chosen
    cross join reactions as own on own.room_id = room and own.target = seq and own.reaction = emoji and own.user_id = ${userId})`
  const counts = sql`select json_group_object(key, count) from (
    select counted.key, counted.value - (${isGone}) as count from json_each(messages.reactions) as counted) where count > 0`
  return {
    entries: db.insert(changes).select(
      sql`select ${insertValues(changes, {
        roomId: sql`chosen.room`,
        seq: sql`${nextSeqOf(sql`chosen.room`)} - 1 + row_number() over (partition by chosen.room order by chosen.seq, chosen.emoji)`,
        type: 'reaction',
        target: sql`chosen.seq`,
        actorId: userId,
        createdAt: now,
        reaction: sql`chosen.emoji`,
        isAdded: false,
        emptyNumbers: sql`${emptyNumbersOf(sql`chosen.room`)} + row_number() over (partition by chosen.room order by chosen.seq, chosen.emoji)`,
      })} from (${chosen}) as chosen where exists (select 1 from reactions where room_id = chosen.room and target = chosen.seq
        and reactions.reaction = chosen.emoji and user_id = ${userId})`,
    ),
    counts: db
      .update(messages)
      .set({ reactions: sql`nullif((${counts}), '{}')` })
      .where(sql`reactions is not null and (room_id, seq) in (select room, seq from (${chosen}))`),
    removed: db
      .delete(reactions)
      .where(sql`(room_id, target, reaction) in (${chosen}) and user_id = ${userId}`),
    ends: selectEnds(db, chosen),
  }
}

const reactionsStep = async (erasing: Erasing, findEnd: FindEnd): Promise<Part> => {
  const { db, userId, rows, place } = erasing
  const limit = Math.floor(rows / 3)
  const looked = rowsAfter(reactions, reactionKeys, place, LOOK)
  const { found } = await batch(db, {
    found: db
      .select({ roomId: reactions.roomId, target: reactions.target, reaction: reactions.reaction })
      .from(reactions)
      .where(sql`(${sql.raw(reactionKeys.join(', '))}) in (${looked}) and user_id = ${userId}`)
      .orderBy(reactions.roomId, reactions.target, reactions.reaction)
      .limit(limit),
  })
  const last = found.at(-1)
  const next =
    last && found.length === limit
      ? [last.roomId, last.target, last.reaction, userId]
      : await findEnd(looked, reactionKeys, LOOK)
  return { statements: found.length > 0 ? takeBack(erasing, found) : {}, next }
}

const stepOf: Record<Step, (erasing: Erasing, findEnd: FindEnd) => Promise<Part>> = {
  ...quietSteps,
  messages: messagesStep,
  reactions: reactionsStep,
}

/** Returns a function that finds the last of the rows that are looked at, or undefined if there are no more after them. */
const endFinder =
  (db: Database): FindEnd =>
  async (looked, keys, limit) => {
    const { last } = await batch(db, {
      last: db
        .select({ key: sql<string>`json_array(${sql.raw(keys.join(', '))})`.as('last_key') })
        .from(sql`(${looked}) as looked`)
        .limit(1)
        .offset(limit - 1),
    })
    return last[0] && (JSON.parse(last[0].key) as Place)
  }

type Told = {
  ends?: { id: number; key: string; last: number }[]
  unpinned?: RoomRow[]
  deletedFiles?: { id: string }[]
}

/** Tells the hubs which entries are new, and which pins are gone, and removes the bytes of files. */
const tell = ({ context }: Piece, { ends = [], unpinned = [], deletedFiles }: Told): void => {
  removeObjects(context, deletedFiles)
  for (const { id, key, last } of ends) {
    notify(context, key, (hub) => hub.readUpTo(id, last, true))
    for (const room of unpinned) if (room.id === id) tellRoom(context, key, room)
  }
}

/** Does a part of the erasure that was begun first, or of that of one user. */
export const sweepErasure = async (piece: Piece, onlyUser?: number): Promise<boolean> => {
  const { db, now, rows } = piece
  const which = onlyUser === undefined ? sql`user_id > 0` : sql`user_id = ${onlyUser}`
  const { erasing } = await batch(db, { erasing: db.select().from(erasures).where(which).limit(1) })
  const [row] = erasing
  if (!row) return false
  const { userId } = row
  const step = steps.find((step) => step === row.step) ?? FIRST_STEP
  const place: Place = JSON.parse(row.place)
  // The erasure's own row.
  const { statements, next } = await stepOf[step]({ db, userId, now, rows: rows - 1, place }, endFinder(db))
  const nextStep = next ? step : steps[steps.indexOf(step) + 1]
  // Another run may have moved it on.
  const isIt = sql`user_id = ${userId} and step = ${row.step} and place = ${row.place}`
  const results = await batch(db, {
    ...statements,
    moved: nextStep
      ? db
          .update(erasures)
          .set({ step: nextStep, place: JSON.stringify(next ?? []) })
          .where(isIt)
      : db.delete(erasures).where(isIt),
  } as Statements)
  tell(piece, results as Told)
  return true
}

export const sweepErasures: Chore = (piece) => sweepErasure(piece)

/** The most parts that the request of an erasure does itself, and the rows that it may write. */
const MAX_PARTS = 12
const MAX_ROWS = 1000
/** The most rooms whose logs are counted. */
const MAX_ROOMS = 1000

/** Begins the erasure of a user, so that a small one is done at once. Returns how many entries of logs are still to be looked through, 0 if none is. */
export const beginErasure = async (
  piece: Omit<Piece, 'rows'>,
  cost: { rowsWritten: number },
  userId: number,
): Promise<number> => {
  const end = cost.rowsWritten + MAX_ROWS
  for (let parts = 0; parts < MAX_PARTS && end - cost.rowsWritten >= MIN_PIECE_ROWS; parts++)
    if (!(await sweepErasure({ ...piece, rows: end - cost.rowsWritten }, userId))) return 0
  return countErasure(piece.db, userId)
}

/** Returns how many entries of logs an erasure has still to look through: 0 once it is done, and 1 at least before. */
const countErasure = async (db: Database, userId: number): Promise<number> => {
  const after = sql`iif(step = 'mentions', 0, iif(step = 'messages', ifnull(place ->> 0, 0), ${Number.MAX_SAFE_INTEGER}))`
  const { left } = await batch(db, {
    left: db
      .select({
        count: sql<number>`1 + (select ifnull(sum(${lastSeqOf(sql`waiting.id`)}), 0) from (
          select id from rooms where id >= ${after} order by id limit ${MAX_ROOMS}) as waiting)`.as(
          'entries',
        ),
      })
      .from(erasures)
      .where(sql`user_id = ${userId}`),
  })
  return left[0]?.count ?? 0
}
