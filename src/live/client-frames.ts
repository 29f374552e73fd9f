import { Refused } from '../auth/refusals'
import type { ClientFrame, ServerFrame } from '../contract'
import { openDatabase } from '../db/client'
import { Problem, problemBody } from '../http/problem'
import { toName } from '../lib/name'
import type { RequestLimits } from '../limits/types'
import { entryFrameOf } from '../messages/entry-frames'
import { sendMessage } from '../messages/send-message'
import type { Attachment } from './attachment'
import type { NewEntry } from './hub-api'
import { STEP } from './outgoing'
import { type ParsedFrame, parseMessage } from './parse-frames'

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

/** Returns the frame that answers a listener's frame which could not be handled: the problem that the HTTP API would give. */
const refusalOf = (error: unknown, ref: string | undefined): ServerFrame => {
  const request = { id: crypto.randomUUID(), method: 'SEND', route: '/chatroom/:name/live' }
  const { body, headers } = problemBody(error as Error, request)
  const wait = headers['Retry-After']
  return {
    type: 'error',
    ...(ref !== undefined && { ref }),
    problem: body,
    ...(wait !== undefined && { retryAfterSeconds: Number(wait) }),
  }
}

const refOf = (parsed: ParsedFrame): string | undefined => {
  if (parsed.outcome === 'refused') return parsed.ref
  return 'ref' in parsed.frame ? parsed.frame.ref : undefined
}

const handleFrame = async (parsed: ParsedFrame, listener: Attachment, hub: Hub): Promise<void> => {
  switch (parsed.outcome) {
    case 'refused': {
      // It counts as the request that it would be.
      const wrote = await hub.limits.countWrite()
      wrote(0)
      throw parsed.problem
    }
    case 'frame':
      return handleParsedFrame(parsed.frame, listener, hub)
  }
}

/** Does what the frames of a listener's WebSocket message ask for, in their order. One that can't be handled is answered with why. */
export const handleMessage = async (
  data: string | ArrayBuffer,
  listener: Attachment,
  hub: Hub,
): Promise<void> => {
  const message = parseMessage(data)
  switch (message.outcome) {
    case 'too large':
      return hub.close(1009, message.reason)
    case 'malformed':
      hub.answer(refusalOf(message.problem, undefined))
      return hub.close(1007, message.problem.message)
    case 'frames':
      for (const parsed of message.frames) {
        try {
          await handleFrame(parsed, listener, hub)
        } catch (error) {
          hub.answer(refusalOf(error, refOf(parsed)))
        }
      }
  }
}
