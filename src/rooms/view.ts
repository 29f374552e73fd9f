import { type Chatroom, type SharedSetting, sharedSettings } from '../contract'
import { time } from '../lib/time'
import { defaultApproval } from './policy'
import type { RoomRow } from './store'

type Vars = { APPROVAL?: string }

/** Tells whether a room has set one of the settings that the site has too. */
const isOwn = (room: RoomRow, setting: SharedSetting): boolean => {
  switch (setting) {
    case 'slowModeSeconds':
    case 'newcomerLinkSeconds':
      return room[setting] !== 0
    case 'blockedWords':
      return room.blockedWords !== '[]'
    case 'reactions':
    case 'approval':
      return room[setting] !== null
  }
}

/** Returns a room as those who may read its messages see it, with the settings that hold in it. Each field is named, because copying a list of them takes longer than all else on a page of rooms. */
export const chatroomView = (vars: Vars, room: RoomRow): Chatroom => {
  const [slowModeSeconds, newcomerLinkSeconds, reactions, approval] = room.ofSite ?? [0, 0, null, null]
  return {
    name: room.name,
    title: room.title,
    topic: room.topic,
    readers: room.readers,
    posters: room.posters,
    archived: room.archived,
    slowModeSeconds: Math.max(0, room.slowModeSeconds || slowModeSeconds),
    newcomerLinkSeconds: Math.max(0, room.newcomerLinkSeconds || newcomerLinkSeconds),
    reactions: room.reactions ?? reactions,
    approval: room.approval ?? approval ?? defaultApproval(vars),
    ownSettings: sharedSettings.filter((setting) => isOwn(room, setting)),
    pinned: room.pinned.toReversed(),
    owner: room.owner,
    memberCount: room.memberCount,
    createdAt: time(room.createdAt),
  }
}

/** Returns a room as everybody sees it: the pins would tell strangers which messages exist. */
export const publicChatroomView = (vars: Vars, room: RoomRow): Chatroom =>
  chatroomView(vars, room.readers === 'members' ? { ...room, pinned: [] } : room)
