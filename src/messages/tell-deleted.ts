import type { MemberState } from '../contract'
import { removeObjects } from '../files/remove-objects'
import { notify } from '../notify'
import { tellRoom } from '../rooms/tell-room'
import type { Deleted } from './delete-recent'

/** Returns what an answer says about messages that were deleted with a ban. */
export const deletedView = (deleted: Deleted | undefined): Pick<MemberState, 'deletedMessages'> =>
  deleted ? { deletedMessages: { count: deleted.count, left: deleted.left } } : {}

/** Removes the files of messages that were deleted, and tells the listeners of rooms which those are, and those who moderate which were refused. */
export const tellDeleted = (
  c: Parameters<typeof notify>[0] & Parameters<typeof removeObjects>[0],
  deleted: Deleted | undefined,
): void => {
  removeObjects(c, deleted?.files)
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
