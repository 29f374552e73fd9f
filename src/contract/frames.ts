import * as z from 'zod/mini'
import { chatroom } from './chatrooms.ts'
import { described } from './described.ts'
import { entryFrames } from './entries.ts'
import { chatroomName, id, reason, ref, seq, time, userName } from './fields.ts'
import { heldMessage } from './held.ts'
import { memberRoles } from './lists.ts'
import { problem } from './responses.ts'

// Frames that the server sends. The key `type` is first and `seq`, where there is one, second.

const lastSeq = described(z.int().check(z.nonnegative()), {
  description:
    "The log's last number, as far as the room's hub knows; 0 while it is empty. What is after it comes.",
})
export const helloFrame = described(
  z.object({
    type: z.literal('hello'),
    seq: lastSeq,
    roomId: described(id, {
      description:
        'Identifies the log. After a room was deleted and made again, or the database was restored from a backup, it is another. Give it back as `roomId` beside `after`.',
    }),
    chatroom: chatroomName,
    userName: described(z.nullable(userName), { description: 'Your name; null for an anonymous reader.' }),
  }),
  { id: 'HelloFrame', description: 'Always the first.' },
)
export const resetFrame = described(z.object({ type: z.literal('reset'), seq: lastSeq }), {
  id: 'ResetFrame',
  description:
    'The log has not reached `after`, or the entries up to this number have been removed. It goes on from here.',
})
export const typingFrame = described(z.object({ type: z.literal('typing'), userName }), { id: 'TypingFrame' })
export const presenceFrame = described(
  z.object({ type: z.literal('presence'), userName, present: z.boolean() }),
  { id: 'PresenceFrame' },
)
export const presentFrame = described(
  z.object({ type: z.literal('present'), userNames: z.array(userName) }),
  { id: 'PresentFrame', description: 'Who is here: the answer to a frame of the type `presence`.' },
)
export const roomFrame = described(z.object({ type: z.literal('room'), chatroom: z.nullable(chatroom) }), {
  id: 'RoomFrame',
  description: 'The chatroom has changed; null: it is deleted.',
})
export const memberFrame = described(
  z.object({
    type: z.literal('member'),
    userName,
    role: described(z.nullable(z.enum(memberRoles)), {
      description: 'Null: no member any more.',
    }),
  }),
  { id: 'MemberFrame' },
)
export const bannedFrame = described(
  z.object({ type: z.literal('banned'), until: z.nullable(time), reason: z.nullable(reason) }),
  { id: 'BannedFrame', description: 'You are banned; the connection closes.' },
)

export const sentFrame = described(
  z.object({ type: z.literal('sent'), seq, ref, replayed: z.optional(z.literal(true)) }),
  { id: 'SentFrame', description: 'Your message is stored.' },
)
export const heldFrame = described(
  z.object({
    type: z.literal('held'),
    state: described(z.enum(['waiting', 'approved', 'refused']), {
      description: 'Refused: by a moderator, or taken back or replaced by its author.',
    }),
    id: described(z.string(), { description: 'The id of the held message.' }),
    held: described(z.optional(heldMessage), {
      description: 'The message that waits. Not in the answer to a repeat.',
    }),
    messageSeq: described(z.optional(seq), {
      description: 'The number of the message that was stored or edited by the approval.',
    }),
    ref,
    replayed: z.optional(z.literal(true)),
  }),
  {
    id: 'HeldFrame',
    description:
      'A message waits for approval, or was decided on. For those who moderate, and for the author who has a token or has sent it over this connection.',
  },
)
export const errorFrame = described(
  z.object({
    type: z.literal('error'),
    ref,
    problem,
    retryAfterSeconds: described(z.optional(z.int().check(z.nonnegative())), {
      description: 'When it is worth trying again.',
    }),
  }),
  { id: 'ErrorFrame', description: 'What went wrong with a frame of yours.' },
)

export const serverFrame = described(
  z.discriminatedUnion('type', [
    helloFrame,
    resetFrame,
    ...entryFrames,
    typingFrame,
    presenceFrame,
    presentFrame,
    roomFrame,
    memberFrame,
    bannedFrame,
    sentFrame,
    heldFrame,
    errorFrame,
  ]),
  { id: 'ServerFrame', description: 'What the server sends, over a WebSocket or as an event.' },
)

export type ServerFrame = z.output<typeof serverFrame>
