import * as z from 'zod/mini'
import { described } from './described.ts'
import { chatroomName, next, seq, time, userName } from './fields.ts'
import { sharedSettings } from './lists.ts'
import { settings } from './settings.ts'

export const chatroom = described(
  z.object({
    name: chatroomName,
    ...settings,
    ownSettings: described(z.array(z.enum(sharedSettings)), {
      description: 'The settings that the chatroom has set itself. The others are as the site says.',
    }),
    firstSeq: described(seq, {
      description:
        'The number at which the log begins: more than 1 once old messages have been removed (`retentionDays`).',
    }),
    pinned: described(z.array(seq), {
      description:
        'The numbers of the pinned messages, the last pinned one first. Empty for those who may not read the chatroom, and in lists if it is for members.',
    }),
    owner: z.nullable(userName),
    memberCount: z.int().check(z.nonnegative()),
    createdAt: time,
  }),
  { id: 'Chatroom' },
)
export const deletedChatroom = described(z.object({ name: chatroomName, deleted: z.literal(true) }), {
  id: 'DeletedChatroom',
})
const listedChatroom = described(
  z.extend(chatroom, {
    askedAs: described(z.optional(z.array(chatroomName)), {
      description:
        'The names of the request that are this chatroom, in the spelling of the request, which may be another. In lists by `name` only.',
    }),
    messageCount: described(z.optional(z.nullable(z.int().check(z.nonnegative()))), {
      description:
        'How many messages can be read in it: deleted ones and those that wait for approval do not count. In lists by `name` only. Null if the chatroom is for members.',
    }),
    lastMessageAt: described(z.optional(z.nullable(time)), {
      description:
        'When the newest of them was sent; null without one, and if the chatroom is for members. In lists by `name` only. A deleted message counts if the 50 newest entries hold no other.',
    }),
  }),
  { id: 'ListedChatroom' },
)
export const chatroomList = described(z.object({ chatrooms: z.array(listedChatroom), next }), {
  id: 'ChatroomList',
})

export type Chatroom = z.output<typeof chatroom>
export type ListedChatroom = z.output<typeof listedChatroom>
