import { notify } from '../notify'
import type { RoomRow } from './store'
import { chatroomView } from './view'

/** Tells the listeners of a room how it stands now. */
export const tellRoom = (c: Parameters<typeof notify>[0], roomKey: string, room: RoomRow): void =>
  notify(c, roomKey, (hub) => hub.broadcast(room.id, { type: 'room', chatroom: chatroomView(room) }))
