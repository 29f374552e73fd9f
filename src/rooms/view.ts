import { type Chatroom, settingNames } from '../contract'
import { pick } from '../lib/pick'
import { time } from '../lib/time'
import type { RoomRow } from './store'

/** Returns a room as those who may read its messages see it. */
export const chatroomView = (room: RoomRow): Chatroom => ({
  name: room.name,
  ...pick(room, settingNames),
  pinned: room.pinned.toReversed(),
  owner: room.owner,
  memberCount: room.memberCount,
  createdAt: time(room.createdAt),
})

/** Returns a room as everybody sees it: the pins would tell strangers which messages exist. */
export const publicChatroomView = (room: RoomRow): Chatroom =>
  chatroomView(room.readers === 'members' ? { ...room, pinned: [] } : room)
