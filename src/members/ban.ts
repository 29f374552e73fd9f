import type { RoomRequest } from '../auth/actor'
import type { Target, TargetRow } from '../auth/authorization'
import { actorId } from '../auth/rules'
import type { SanctionKind } from '../contract'
import type { Database } from '../db/client'
import { type Deleted, deletedBy, deleteRecent } from '../messages/delete-recent'
import { type Holder, imposeSanction } from '../moderation/sanctions'

/** `others`: those for whom the sanction holds too. */
type Imposed = { chatroom: string; target: TargetRow; others: Holder[]; deleted: Deleted | undefined }
type Wanted = {
  kind: SanctionKind
  seconds: number | null
  reason: string | null
  /** For how many milliseconds a ban holds for the network too. */
  networkMilliseconds: number | undefined
  /** A ban also deletes what the user has written in so many seconds before. */
  deleteMessagesSeconds?: number
}

/** Bans or mutes a user, or the author of a message, in a room. Returns undefined where there is nobody. */
export const sanction = async (
  db: Database,
  request: RoomRequest,
  target: Target,
  { kind, seconds, reason, networkMilliseconds, deleteMessagesSeconds = 0 }: Wanted,
): Promise<Imposed | undefined> => {
  const { now, actor } = request
  const until = seconds === null ? null : now + 1000 * seconds
  const given = {
    kind,
    until,
    reason,
    networkMilliseconds,
    ...(deleteMessagesSeconds > 0 && { deleteMessagesSeconds }),
  }
  type More = Partial<ReturnType<typeof deleteRecent>>
  const imposed = await imposeSanction(db, request, target, given, ({ room, userId }): More => {
    if (deleteMessagesSeconds === 0) return {}
    const since = now - 1000 * deleteMessagesSeconds
    return deleteRecent(db, { room, authorId: userId, actorId: actorId(actor), since, now })
  })
  return imposed && { ...imposed, deleted: deletedBy(imposed.more) }
}
