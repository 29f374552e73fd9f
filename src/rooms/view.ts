import { type Chatroom, type ListedChatroom, type SharedSetting, sharedSettings } from '../contract'
import { time } from '../lib/time'
import type { CountedRoomRow } from './counts'
import { defaultApproval, siteRetention } from './policy'
import type { RoomRow } from './store'

type Vars = { APPROVAL?: string; RETENTION_DAYS?: number | string }

/** Tells whether a room has set one of the settings that the site has too. */
const isOwn = (room: RoomRow, setting: SharedSetting): boolean => {
  switch (setting) {
    case 'slowModeSeconds':
    case 'newcomerLinkSeconds':
    case 'newcomerMentionSeconds':
    case 'newcomerReactionSeconds':
      return room[setting] !== 0
    case 'blockedWords':
      return room.blockedWords !== '[]'
    case 'reactions':
    case 'approval':
      return room[setting] !== null
  }
}

/** Returns after how many days messages of a room are removed; 0 if they are kept. */
const retentionDaysOf = (vars: Vars, own: number | null): number => {
  const ofSite = siteRetention(vars)
  return ofSite && own ? Math.min(ofSite, own) : ofSite || (own ?? 0)
}

/** Returns a room as those who may read its messages see it, with the settings that hold in it. Each field is named, because copying a list of them takes longer than all else on a page of rooms. */
export const chatroomView = (vars: Vars, room: RoomRow): Chatroom => {
  const [slowModeSeconds, linkSeconds, mentionSeconds, reactionSeconds, reactions, approval] =
    room.ofSite ?? [0, 0, 0, 0, null, null]
  return {
    name: room.name,
    title: room.title,
    topic: room.topic,
    readers: room.readers,
    posters: room.posters,
    archived: room.archived,
    slowModeSeconds: Math.max(0, room.slowModeSeconds || slowModeSeconds),
    newcomerLinkSeconds: Math.max(0, room.newcomerLinkSeconds || linkSeconds),
    newcomerMentionSeconds: Math.max(0, room.newcomerMentionSeconds || mentionSeconds),
    newcomerReactionSeconds: Math.max(0, room.newcomerReactionSeconds || reactionSeconds),
    reactions: room.reactions ?? reactions,
    approval: room.approval ?? approval ?? defaultApproval(vars),
    retentionDays: retentionDaysOf(vars, room.retentionDays),
    firstSeq: room.firstSeq,
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

/** Returns a room as everybody sees it, with its number of messages. In a room for members, that would tell strangers how much is said. */
export const countedChatroomView = (vars: Vars, room: CountedRoomRow): ListedChatroom => {
  const { askedAs, messageCount, lastMessageAt } = room
  const isHidden = room.readers === 'members'
  const isEmpty = messageCount === 0 || lastMessageAt === null
  return {
    ...publicChatroomView(vars, room),
    askedAs,
    messageCount: isHidden ? null : messageCount,
    lastMessageAt: isHidden || isEmpty ? null : time(lastMessageAt),
  }
}
