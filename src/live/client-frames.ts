import { Refused } from '../auth/refusals'
import { type ClientFrame, clientFrame, MAX_BODY_BYTES, MAX_BODY_SIZE, type ServerFrame } from '../contract'
import { openDatabase } from '../db/client'
import { Problem, problemBody } from '../http/problem'
import { invalid } from '../http/validate'
import { toName } from '../lib/name'
import type { RequestLimits } from '../limits/types'
import { entryFrameOf } from '../messages/entry-frames'
import { sendMessage } from '../messages/send-message'
import type { NewEntry } from '../notify'
import type { Attachment } from './attachment'
import { STEP } from './outgoing'

type Parsed =
  | { outcome: 'frame'; frame: ClientFrame }
  /** It is understood what was meant, but it can't be done; `ref` is the sender's. */
  | { outcome: 'refused'; problem: Problem; ref: string | undefined }
  | { outcome: 'malformed'; problem: Problem }
  | { outcome: 'too large' }

const types = clientFrame.def.options.flatMap((option) => option.shape.type.def.values)

/** Parses a listener's frame. */
const parseFrame = (data: string | ArrayBuffer): Parsed => {
  const malformed = (detail: string): Parsed => ({
    outcome: 'malformed',
    problem: new Problem('invalid-request', detail),
  })
  if (typeof data !== 'string')
    return data.byteLength > MAX_BODY_BYTES
      ? { outcome: 'too large' }
      : malformed('The frame is binary. Send JSON as text.')
  // A code unit is one byte at least, and three at most.
  if (data.length > MAX_BODY_BYTES / 3 && new TextEncoder().encode(data).byteLength > MAX_BODY_BYTES)
    return { outcome: 'too large' }
  let json: { type?: unknown; ref?: unknown } | null
  try {
    json = JSON.parse(data)
  } catch {
    return malformed('The frame is not valid JSON.')
  }
  if (!types.some((type) => type === json?.type))
    return malformed(`The type of a frame must be one of ${types.join(', ')}.`)
  const parsed = clientFrame.safeParse(json)
  if (parsed.success) return { outcome: 'frame', frame: parsed.data }
  const ref = typeof json?.ref === 'string' && json.ref.length <= 64 ? json.ref : undefined
  return { outcome: 'refused', problem: invalid(parsed.error.issues, json), ref }
}

/** The parts of a hub that a listener's frame may use. */
type Hub = {
  limits: RequestLimits
  d1: D1Database
  /** True if every message needs a token: `IDENTITY = "protected"`. */
  isProtected: boolean
  answer: (frame: ServerFrame) => void
  close: (code: number, reason: string) => void
  showTyping: (userName: string) => Promise<void>
  present: () => string[]
  /** Returns how much is acknowledged, in UTF-16 code units. */
  acknowledge: (seq: number | undefined) => number
  publish: (roomId: number, entry: NewEntry) => void
}

type MessageFrame = Extract<ClientFrame, { type: 'message' }>

const speaker = ({ actor, user }: Attachment, hub: Hub): string => {
  if (hub.isProtected && actor.credential.kind === 'none') throw new Refused('token required')
  if (user !== null) return user.name
  throw new Problem(
    'invalid-request',
    'You are connected without a name. To send messages, connect with ?userName=, a token or a ticket.',
  )
}

const sendFrame = async (frame: MessageFrame, listener: Attachment, hub: Hub): Promise<void> => {
  const { chatroom, actor } = listener
  const { message: text, ref, idempotencyKey } = frame
  const wrote = await hub.limits.countWrite()
  const { db, cost } = openDatabase(hub.d1, { bookmark: undefined, reading: false })
  try {
    const userName = speaker(listener, hub)
    await hub.limits.countWriteByName(toName(userName).key)
    const request = { room: toName(chatroom), actor, now: Date.now() }
    const sent = await sendMessage(db, request, { text, idempotencyKey })
    const { roomId, row, replayed, joined } = sent
    hub.answer({
      type: 'sent',
      seq: row.seq,
      ...(ref !== undefined && { ref }),
      ...(replayed && { replayed }),
    })
    if (!replayed)
      hub.publish(roomId, { frame: entryFrameOf({ ...row, type: 'message', target: null }), joined })
  } finally {
    if (cost.unfinished === 0) wrote(cost.rowsWritten)
  }
}

const handleParsedFrame = async (frame: ClientFrame, listener: Attachment, hub: Hub): Promise<void> => {
  switch (frame.type) {
    case 'message':
      return sendFrame(frame, listener, hub)
    case 'typing':
      await hub.limits.countRead()
      return hub.showTyping(speaker(listener, hub))
    case 'presence':
      await hub.limits.countRead()
      return hub.answer({ type: 'present', userNames: hub.present() })
    case 'read':
      // An acknowledgement that is needed is free: without it, a client that catches up would be sent nothing more.
      if (hub.acknowledge(frame.seq) < STEP) await hub.limits.countRead()
  }
}

/** Does what a listener's frame asks for; what can't be done is answered with the problem that the HTTP API would give. */
export const handleFrame = async (
  data: string | ArrayBuffer,
  listener: Attachment,
  hub: Hub,
): Promise<void> => {
  const fail = (error: unknown, ref: string | undefined) => {
    const request = { id: crypto.randomUUID(), method: 'SEND', route: '/chatroom/:name/live' }
    const { body, headers } = problemBody(error as Error, request)
    const wait = headers['Retry-After']
    hub.answer({
      type: 'error',
      ...(ref !== undefined && { ref }),
      problem: body,
      ...(wait !== undefined && { retryAfterSeconds: Number(wait) }),
    })
  }
  const parsed = parseFrame(data)
  switch (parsed.outcome) {
    case 'too large':
      return hub.close(1009, `A frame may be at most ${MAX_BODY_SIZE}.`)
    case 'malformed':
      fail(parsed.problem, undefined)
      return hub.close(1007, parsed.problem.message)
    case 'refused':
      try {
        // It counts as the request that it would be.
        await hub.limits.countWrite().then((wrote) => wrote(0))
        throw parsed.problem
      } catch (error) {
        return fail(error, parsed.ref)
      }
    case 'frame':
      try {
        await handleParsedFrame(parsed.frame, listener, hub)
      } catch (error) {
        fail(error, 'ref' in parsed.frame ? parsed.frame.ref : undefined)
      }
  }
}
