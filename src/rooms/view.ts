import { type Chatroom, settingNames } from '../contract'
import { pick } from '../lib/pick'
import { time } from '../lib/time'
import type { RoomRow } from './store'

export const chatroomView = (room: RoomRow): Chatroom => ({
  name: room.name,
  ...pick(room, settingNames),
  pinned: room.pinned.toReversed(),
  owner: room.owner,
  memberCount: room.memberCount,
  createdAt: time(room.createdAt),
})
