import { notify } from '../notify'
import type { RoomRow } from './store'
import { chatroomView } from './view'

type Context = Parameters<typeof notify>[0] & { env: { APPROVAL?: string; RETENTION_DAYS?: number | string } }

/** Tells the listeners of a room how it stands now. */
export const tellRoom = (c: Context, roomKey: string, room: RoomRow): void =>
  notify(c, roomKey, (hub) => hub.broadcast(room.id, { type: 'room', chatroom: chatroomView(c.env, room) }))
