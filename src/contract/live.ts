import * as z from 'zod'
import { chatroom, problem } from './answers.ts'
import {
  actor,
  chatroomName,
  digitsOrZero,
  messageText,
  reader,
  reason,
  seq,
  time,
  userName,
} from './fields.ts'
import { idempotencyKey } from './requests.ts'

// Requests

export const liveQuery = z.object({
  ...reader,
  after: digitsOrZero.optional().meta({
    description:
      'Begin with the entry after this number; without it, with the next one. `Last-Event-ID` says the same.',
  }),
})
export const liveHeaders = z.object({
  'Last-Event-ID': digitsOrZero
    .optional()
    .meta({ description: 'The number of the last entry seen; a browser sends it when it comes back.' }),
})
export const ticketBody = z.object({ userName: actor })

// Answers

export const ticket = z
  .object({
    ticket: z.string().meta({ description: 'For one connection to this chatroom.' }),
    expiresAt: time,
  })
  .meta({ id: 'Ticket' })

// Frames from the server. The key `type` is first and `seq`, where there is one, second.

const author = userName.nullable().meta({ description: 'The name now; null once the user is deleted.' })
const entry = { seq, userName: author, createdAt: time }
const target = seq.meta({ description: 'The message that it changes.' })
const text = messageText
  .nullable()
  .meta({ description: 'The text as it stands when it is sent; null once the message is deleted.' })

export const messageFrame = z
  .object({
    type: z.literal('message'),
    ...entry,
    message: text,
    editedAt: time.optional(),
    deletedAt: time.optional(),
  })
  .meta({ id: 'MessageFrame' })
export const editFrame = z
  .object({ type: z.literal('edit'), ...entry, target, message: text })
  .meta({ id: 'EditFrame' })
export const deleteFrame = z
  .object({ type: z.literal('delete'), ...entry, target })
  .meta({ id: 'DeleteFrame' })
export const entryFrame = z
  .discriminatedUnion('type', [messageFrame, editFrame, deleteFrame])
  .meta({ id: 'EntryFrame', description: "An entry of the room's log." })

const lastSeq = z.int().nonnegative().meta({
  description:
    "The log's last number, as far as the room's hub knows; 0 while it is empty. What is after it comes.",
})
export const helloFrame = z
  .object({
    type: z.literal('hello'),
    seq: lastSeq,
    chatroom: chatroomName,
    userName: userName.nullable().meta({ description: 'Who you are; null for nobody in particular.' }),
  })
  .meta({ id: 'HelloFrame', description: 'Always the first.' })
export const resetFrame = z
  .object({ type: z.literal('reset'), seq: lastSeq })
  .meta({ id: 'ResetFrame', description: 'The log has not reached `after`; it goes on from here.' })
export const typingFrame = z.object({ type: z.literal('typing'), userName }).meta({ id: 'TypingFrame' })
export const presenceFrame = z
  .object({ type: z.literal('presence'), userName, present: z.boolean() })
  .meta({ id: 'PresenceFrame' })
export const presentFrame = z
  .object({ type: z.literal('present'), userNames: z.array(userName) })
  .meta({ id: 'PresentFrame', description: 'Who is here: the answer to a frame of the type `presence`.' })
export const roomFrame = z
  .object({ type: z.literal('room'), chatroom: chatroom.nullable() })
  .meta({ id: 'RoomFrame', description: 'The chatroom has changed; null: it is deleted.' })
export const memberFrame = z
  .object({
    type: z.literal('member'),
    userName,
    role: z
      .enum(['owner', 'moderator', 'member'])
      .nullable()
      .meta({ description: 'Null: no member any more.' }),
  })
  .meta({ id: 'MemberFrame' })
export const bannedFrame = z
  .object({ type: z.literal('banned'), until: time.nullable(), reason: reason.nullable() })
  .meta({ id: 'BannedFrame', description: 'You are banned; the connection closes.' })

const ref = z
  .string()
  .max(64, { error: 'must be at most 64 characters' })
  .optional()
  .meta({ description: 'Of your choice; the answer has it too.' })
export const sentFrame = z
  .object({ type: z.literal('sent'), seq, ref, replayed: z.literal(true).optional() })
  .meta({ id: 'SentFrame', description: 'Your message is stored.' })
export const errorFrame = z
  .object({
    type: z.literal('error'),
    ref,
    problem,
    retryAfterSeconds: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'When it is worth trying again.' }),
  })
  .meta({ id: 'ErrorFrame', description: 'What went wrong with a frame of yours.' })

export const serverFrame = z
  .discriminatedUnion('type', [
    helloFrame,
    resetFrame,
    messageFrame,
    editFrame,
    deleteFrame,
    typingFrame,
    presenceFrame,
    presentFrame,
    roomFrame,
    memberFrame,
    bannedFrame,
    sentFrame,
    errorFrame,
  ])
  .meta({ id: 'ServerFrame', description: 'What the server sends, over a WebSocket or as an event.' })

// Frames from a WebSocket's client

export const clientFrame = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('message'),
      message: messageText,
      ref,
      idempotencyKey: idempotencyKey.optional(),
    }),
    z
      .object({ type: z.literal('typing') })
      .meta({ description: 'You are writing; the others are told once a second at most.' }),
    z.object({ type: z.literal('presence') }).meta({ description: 'Asks who is here.' }),
    z.object({ type: z.literal('read') }).meta({ description: 'Says that what has come so far is read.' }),
  ])
  .meta({
    id: 'ClientFrame',
    description: "What a WebSocket's client may send. `ping` is answered by `pong`.",
  })

export type EntryFrame = z.output<typeof entryFrame>
export type ServerFrame = z.output<typeof serverFrame>
export type ClientFrame = z.output<typeof clientFrame>
export type Ticket = z.output<typeof ticket>
