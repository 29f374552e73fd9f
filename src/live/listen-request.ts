import * as z from 'zod/mini'
import { actorSchema, nameSchema } from './attachment'
import { protocolSchema } from './protocol'

const HEADER = 'x-listen-request'

const schema = z.object({
  actor: actorSchema,
  addressKey: z.optional(z.string()),
  requestId: z.string(),
  apiUrl: z.string(),
  protocol: protocolSchema,
  room: nameSchema,
  ticket: z.optional(z.string()),
  after: z.optional(z.number()),
  roomId: z.optional(z.number()),
})

/** A request to listen to a room, as the Worker sends it to the room's hub. */
export type ListenRequest = z.output<typeof schema>

/** Returns the headers that ask a hub for a WebSocket. */
export const listenHeaders = (request: ListenRequest): Record<string, string> => ({
  Upgrade: 'websocket',
  [HEADER]: encodeURIComponent(JSON.stringify(request)),
})

/** Reads the request from its headers. Throws if they are not those of `listenHeaders`. */
export const readListenRequest = (headers: Headers): ListenRequest =>
  schema.parse(JSON.parse(decodeURIComponent(headers.get(HEADER) ?? '')))
