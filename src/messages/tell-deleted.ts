import type { MemberState } from '../contract'
import { notify } from '../notify'
import { tellRoom } from '../rooms/tell-room'
import type { Deleted } from './delete-recent'

/** Returns what an answer says about messages that were deleted with a ban. */
export const deletedView = (deleted: Deleted | undefined): Pick<MemberState, 'deletedMessages'> =>
  deleted ? { deletedMessages: { count: deleted.count, left: deleted.left } } : {}

/** Tells the listeners of rooms which messages were deleted, and those who moderate which were refused. */
export const tellDeleted = (c: Parameters<typeof notify>[0], deleted: Deleted | undefined): void => {
  for (const { roomId, roomKey, lastSeq } of deleted?.logs ?? []) {
    notify(c, roomKey, (hub) => hub.readUpTo(roomId, lastSeq))
    for (const room of deleted?.unpinned ?? []) if (room.id === roomId) tellRoom(c, roomKey, room)
  }
  for (const [roomKey, refused] of Map.groupBy(deleted?.refused ?? [], ({ roomKey }) => roomKey))
    if (roomKey !== null)
      notify(c, roomKey, async (hub) => {
        for (const { id, authorId, roomId } of refused)
          await hub.tellHeld(roomId, authorId, { type: 'held', state: 'refused', id })
      })
}
