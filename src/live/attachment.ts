import * as z from 'zod/mini'
import type { Actor } from '../auth/actor'
import { siteRoles } from '../contract/lists'
import { protocolSchema } from './protocol'

const credential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('admin') }),
  z.object({ kind: z.literal('token'), hash: z.string() }),
  z.object({
    kind: z.literal('login'),
    subject: z.string(),
    name: z.string(),
    nameKey: z.string(),
    role: z.optional(z.object({ kind: z.enum(siteRoles) })),
    expires: z.number(),
  }),
])

/** A name, with its key, that was sent or stored as data. */
export const nameSchema = z.object({ name: z.string(), key: z.string() })

/** An actor that was sent or stored as data. */
export const actorSchema = z.pipe(
  z.object({ credential, user: z.optional(nameSchema) }),
  z.transform(({ credential, user }): Actor => ({ credential, user })),
)

/** The state of one connection. It is attached to the socket, so it outlives the hub's memory. */
const attachmentSchema = z.object({
  id: z.string(),
  protocol: protocolSchema,
  roomId: z.number(),
  chatroom: z.string(),
  actor: actorSchema,
  user: z.nullable(z.object({ id: z.number(), name: z.string() })),
  /** True if the listener moderates the room, as D1 last said. */
  moderates: z.optional(z.boolean()),
  /** When the login ends, in milliseconds; null for never. */
  expires: z.nullable(z.number()),
  /** The address that the rate limits count it under; see `RequestLimits.addressKey`. */
  addressKey: z.optional(z.string()),
  /** The URL of the API as the listener reaches it. Unset on a socket from before 2026-11-27. */
  apiUrl: z.optional(z.string()),
  openedAt: z.number(),
  /** The last entry that it was sent, while it catches up with the others; null once it has. */
  behind: z.nullable(z.number()),
  /** Up to date only on the socket that holds the saved cursor: the last entry sent to everybody, how much that was, and when. */
  cursor: z.object({ seq: z.number(), sent: z.number(), at: z.number() }),
  /** The amount up to which the listener counts as having acknowledged; see `Outgoing`. */
  read: z.number(),
  base: z.number(),
  marks: z.array(z.tuple([z.number(), z.number()])),
})

export type Attachment = z.output<typeof attachmentSchema>

/** The state of a new connection. `Connections` adds the rest of its attachment. */
export type NewConnection = Omit<Attachment, 'id' | 'cursor' | 'openedAt' | 'read' | 'base' | 'marks'>

/** Reads what is attached to a socket. Undefined for a socket that the hub has closed, and for what another version attached. */
export const readAttachment = (socket: WebSocket): Attachment | undefined => {
  const parsed = attachmentSchema.safeParse(socket.deserializeAttachment())
  return parsed.success ? parsed.data : undefined
}

/** Tells whether a listener may know of a held message of an author. Anybody may listen under an open name. */
export const mayHear = ({ moderates, user, actor }: Attachment, authorId: number): boolean =>
  moderates === true || (user?.id === authorId && actor.credential.kind !== 'none')
