import * as z from 'zod/mini'
import { numbersCursor } from './cursors.ts'
import { described } from './described.ts'
import { chatroomName, id, next, reason, seq, time, tooLargeError, userName } from './fields.ts'
import { memberRoles, reportOutcomes } from './lists.ts'
import { listQuery } from './requests.ts'
import { message } from './responses.ts'
import { settings } from './settings.ts'

// The requests of a user about itself: its rooms, its read marks there, the messages that mention it, and its reports.

/** The time, the room and the number of an entry in a list of all rooms. */
export const placeCursor = numbersCursor(3)

const asker = {
  userName: described(z.optional(userName), {
    description: 'Your name, if it is an open name. Leave it out if you send a token.',
  }),
}
export const meQuery = z.object(asker)
export const ownRoomListQuery = z.extend(listQuery, {
  name: described(z.optional(chatroomName), {
    description: 'Lists only the chatroom of this name, in any spelling, if you are a member of it.',
  }),
  ...asker,
})
export const ownMentionListQuery = z.extend(listQuery, {
  cursor: described(z.optional(placeCursor), {
    description: 'The end of the page before. Take it from `next`.',
  }),
  chatroom: described(z.optional(chatroomName), {
    description: 'Lists only messages of this chatroom, in any spelling.',
  }),
  ...asker,
})

/** Has no name: anybody may act under an open one, and would read the reports of others. */
export const ownReportListQuery = z.extend(listQuery, {
  cursor: described(z.optional(placeCursor), {
    description: 'The end of the page before. Take it from `next`.',
  }),
})

export const readBody = z.object({
  seq: described(z.int(tooLargeError).check(z.nonnegative({ error: 'must be 0 or a positive integer' })), {
    description:
      'The number of the last entry that you have read. One beyond the last entry of the log means that one.',
    examples: [42],
  }),
})

const lastNumber = z.int().check(z.nonnegative())
export const readMark = described(
  z.object({
    chatroom: chatroomName,
    userName,
    readSeq: described(lastNumber, { description: 'The number of the last entry that you have read.' }),
  }),
  { id: 'ReadMark' },
)
export const ownChatroom = described(
  z.object({
    name: chatroomName,
    title: settings.title,
    role: z.enum(memberRoles),
    joinedAt: time,
    lastSeq: described(lastNumber, { description: "The log's last number; 0 while it is empty." }),
    readSeq: described(lastNumber, { description: 'The number of the last entry that you have read.' }),
    unread: described(z.int().check(z.nonnegative(), z.maximum(100)), {
      description: 'How many messages of others you have not read; 100 means 100 or more.',
    }),
    mentioned: described(z.boolean(), {
      description: 'Whether a message that you have not read mentions you.',
    }),
  }),
  { id: 'OwnChatroom' },
)
export const ownChatroomList = described(z.object({ chatrooms: z.array(ownChatroom), next }), {
  id: 'OwnChatroomList',
})
export const mentionList = described(
  z.object({ messages: described(z.array(message), { description: 'Newest first.' }), next }),
  { id: 'MentionList' },
)
export const ownReport = described(
  z.object({
    chatroom: chatroomName,
    id: described(id, { description: 'The id of the report.' }),
    seq: described(seq, { description: "The message's number." }),
    reason: described(z.nullable(reason), { description: 'Null once the author of the message is erased.' }),
    createdAt: time,
    outcome: described(z.enum(reportOutcomes), {
      description:
        'What has become of it. `open`: nothing yet. `messageDeleted`: the message is deleted, by a moderator or its author. `authorBanned`: the author was banned since. `dismissed`: a moderator has looked at it, and the message stays.',
    }),
  }),
  { id: 'OwnReport' },
)
export const ownReportList = described(
  z.object({ reports: described(z.array(ownReport), { description: 'Newest first.' }), next }),
  { id: 'OwnReportList' },
)

export type ReadMark = z.output<typeof readMark>
export type OwnChatroom = z.output<typeof ownChatroom>
export type OwnChatroomList = z.output<typeof ownChatroomList>
export type MentionList = z.output<typeof mentionList>
export type OwnReport = z.output<typeof ownReport>
export type OwnReportList = z.output<typeof ownReportList>
