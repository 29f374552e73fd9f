import * as z from 'zod/mini'
import { described } from './described.ts'
import {
  actor,
  digits,
  digitsOrZero,
  hasContent,
  idempotencyKey,
  messageTextOrNone,
  original,
  reader,
  ref,
  seq,
  wholeNumber,
} from './fields.ts'
import { fileRefs } from './files.ts'

const entryNumber = /^(0|[1-9][0-9]{0,14})$/

/** The id of the last event. An id that this API did not give out counts as none, and so do several: the client begins anew. */
const lastEventId = z.optional(
  z.pipe(
    z.transform((id) => (entryNumber.test(String(id)) ? Number(id) : undefined)),
    z.optional(z.int().check(z.nonnegative())),
  ),
)

export const liveQuery = z.object({
  ...reader,
  after: described(z.optional(digitsOrZero), {
    description: 'Begins with the entry after this number. Without it, only new entries are sent.',
  }),
  roomId: described(z.optional(digits), {
    description:
      'The `roomId` of the `hello` that came before `after`. If the room was deleted and made again since, or the database was restored from a backup, you get a `reset`.',
  }),
  lastEventId: described(lastEventId, {
    description:
      'The same as the header `Last-Event-ID`, which some libraries for event streams can not send.',
  }),
})
export const liveHeaders = z.object({
  'Last-Event-ID': described(lastEventId, {
    description:
      'The id of the last event, which a browser sends when it reconnects. It goes before `lastEventId` and `after`.',
  }),
})
export const ticketBody = z.object({ userName: actor })

/** A frame that a WebSocket client sends. */
export const clientFrame = described(
  z.discriminatedUnion('type', [
    z
      .object({
        type: z.literal('message'),
        message: described(z._default(messageTextOrNone, ''), {
          description: 'The text. It may be left out if there are files.',
        }),
        replyTo: original,
        files: fileRefs,
        ref,
        idempotencyKey: z.optional(idempotencyKey),
        after: described(z.optional(wholeNumber), {
          description: 'The same as the header `Parlour-After` of a POST.',
        }),
      })
      .check(hasContent),
    described(z.object({ type: z.literal('typing') }), {
      description: 'You are writing; the others are told once a second at most.',
    }),
    described(z.object({ type: z.literal('presence') }), { description: 'Asks who is here.' }),
    described(z.object({ type: z.literal('mark'), seq: wholeNumber }), {
      description:
        'You have read up to `seq`, as with `PUT /chatroom/:name/member/:userName/read`. It is stored within a few seconds, together with the marks of ' +
        'others. Nothing is answered, and the mark of somebody who is no member is dropped.',
    }),
    described(z.object({ type: z.literal('read'), seq: z.optional(seq) }), {
      description:
        'Acknowledges all entries up to `seq`. Send it every 256 KiB, with the number of the last entry that you have read: after 4 MiB ' +
        'without it the server disconnects you. Without `seq` it acknowledges all that was sent, and after 8 MiB the server disconnects ' +
        'you nevertheless. Reconnect with `after`, and nothing is lost.',
    }),
  ]),
  {
    id: 'ClientFrame',
    description: "What a WebSocket's client may send. `ping` is answered by `pong`.",
  },
)

export type ClientFrame = z.output<typeof clientFrame>
