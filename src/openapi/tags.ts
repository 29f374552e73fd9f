import type { Tag } from './operation.ts'

/** The descriptions of the tags, in the order of the document. */
export const tags: Record<Tag, string> = {
  users: 'People, by name: open ones that anybody may use, and protected ones that need a token.',
  chatrooms: 'Rooms and their settings.',
  members: 'Who is in a chatroom, and in which role.',
  messages: 'What people said in a chatroom: reading, sending, editing and deleting.',
  moderation:
    'Reports, bans, mutes, blocked words, messages that wait for approval, and the log of what moderators did.',
  files: 'Pictures, sound and other files of messages.',
  live: 'New entries of a chatroom as they happen.',
  data: 'To take along what belongs to the site, to a chatroom or to a user, and to bring it back.',
  site: 'For admins and moderators of the site: all chatrooms and all people.',
  service: 'The service itself and its pages.',
}
