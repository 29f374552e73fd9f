import type { RoomRequest } from '../auth/actor'
import { Refused } from '../auth/refusals'
import type { ClientFrame, ServerFrame } from '../contract'
import { Problem, problemBody } from '../http/problem'
import { type Name, toName } from '../lib/name'
import type { RequestLimits, Settle } from '../limits/types'
import type { Attachment } from './attachment'
import type { Turn } from './frame-queue'
import { STEP } from './outgoing'
import type { ParsedFrame, ParsedMessage } from './parse-frames'

type MessageFrame = Extract<ClientFrame, { type: 'message' }>

/** A message that came as a frame, was counted against the limits, and waits to be stored. */
export type QueuedMessage = {
  sender: WebSocket
  request: Omit<RoomRequest, 'now'>
  frame: MessageFrame
  turn: Turn
  /** Tells the daily quota how many rows were written. */
  wrote: Settle
}

/** The parts of a hub that a listener's frames may use. */
type Hub = {
  limits: RequestLimits
  /** True if every message needs a token: `IDENTITY = "protected"`. */
  isProtected: boolean
  close: (code: number, reason: string) => void
  showTyping: (userName: string) => Promise<void>
  present: () => string[]
  /** Stores how far the listener has read, soon. */
  mark: (seq: number, wrote: Settle) => void
  /** Returns how much is acknowledged, in UTF-16 code units. */
  acknowledge: (seq: number | undefined) => number
  /** Stores messages, and ends their turns. */
  store: (messages: QueuedMessage[]) => void
}

/** A listener whose frames are handled. */
type Sender = { socket: WebSocket; listener: Attachment }

const speaker = (listener: Attachment, hub: Hub): Name => {
  if (hub.isProtected && listener.actor.credential.kind === 'none') throw new Refused('token required')
  const { user } = namesOf(listener)
  if (user) return user
  throw new Problem(
    'invalid-request',
    'You are connected without a name. To send messages, connect with ?userName=, a token or a ticket.',
  )
}

/** The names of listeners and their rooms. To make the key of a name takes longer than all else that a frame needs before D1. */
const known = new WeakMap<Attachment, { room: Name; user: Name | undefined }>()
const namesOf = (listener: Attachment) => {
  const { chatroom, user } = listener
  const names = known.get(listener) ?? { room: toName(chatroom), user: user ? toName(user.name) : undefined }
  known.set(listener, names)
  return names
}

/** Counts something that writes against the limits. Throws the problem that keeps it from being written. */
const countWrite = async (listener: Attachment, hub: Hub): Promise<Settle> => {
  const wrote = await hub.limits.countWrite()
  try {
    await hub.limits.countWriteByName(speaker(listener, hub).key)
  } catch (error) {
    wrote(0)
    throw error
  }
  return wrote
}

/** Counts a message against the limits. Throws the problem that keeps it from being sent. */
const admit = async (
  frame: MessageFrame,
  turn: Turn,
  { socket, listener }: Sender,
  hub: Hub,
): Promise<QueuedMessage> => {
  const wrote = await countWrite(listener, hub)
  const network = await hub.limits.network()
  const request = { room: namesOf(listener).room, actor: listener.actor, network }
  return { sender: socket, request, frame, turn, wrote }
}

/** Handles a frame that is no message. Returns the answer, if it has one. */
const handleFrame = async (
  frame: Exclude<ClientFrame, MessageFrame>,
  listener: Attachment,
  hub: Hub,
): Promise<ServerFrame | undefined> => {
  switch (frame.type) {
    case 'typing':
      await hub.limits.countRead()
      await hub.showTyping(speaker(listener, hub).name)
      return undefined
    case 'presence':
      await hub.limits.countRead()
      return { type: 'present', userNames: hub.present() }
    case 'mark':
      hub.mark(frame.seq, await countWrite(listener, hub))
      return undefined
    case 'read':
      // An acknowledgement that is needed is free: without it, a client that catches up would be sent nothing more.
      if (hub.acknowledge(frame.seq) < STEP) await hub.limits.countRead()
      return undefined
  }
}

type Refusal = Extract<ServerFrame, { type: 'error' }>

/** Returns the answer to a frame that could not be handled: the problem that the HTTP API would give. */
export const refusalOf = (error: unknown, ref: string | undefined): Refusal => {
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

/** Handles the frames of one WebSocket message in their order. Messages that follow each other are stored together. */
const handleFrames = async (
  frames: ParsedFrame[],
  turns: Turn[],
  sender: Sender,
  hub: Hub,
): Promise<void> => {
  let messages: QueuedMessage[] = []
  const store = () => {
    hub.store(messages)
    messages = []
  }
  for (const [index, turn] of turns.entries()) {
    const parsed = frames[index] as ParsedFrame
    try {
      if (parsed.outcome === 'refused') {
        // It counts as the request that it would be.
        const wrote = await hub.limits.countWrite()
        wrote(0)
        throw parsed.problem
      }
      if (parsed.frame.type === 'message') messages.push(await admit(parsed.frame, turn, sender, hub))
      else {
        store()
        await turn.before
        turn.end(await handleFrame(parsed.frame, sender.listener, hub))
      }
    } catch (error) {
      turn.end(refusalOf(error, refOf(parsed)))
    }
  }
  store()
}

/** Returns how many turns a WebSocket message takes. */
export const turnsOf = (message: ParsedMessage): number =>
  message.outcome === 'frames' ? message.frames.length : 1

/** Handles a WebSocket message of a listener. Each frame that can't be handled is answered with the reason. */
export const handleMessage = async (
  message: ParsedMessage,
  turns: Turn[],
  sender: Sender,
  hub: Hub,
): Promise<void> => {
  if (message.outcome === 'frames') return handleFrames(message.frames, turns, sender, hub)
  const [turn] = turns
  await turn?.before
  if (message.outcome === 'malformed') {
    turn?.end(refusalOf(message.problem, undefined))
    hub.close(1007, message.problem.message)
  } else {
    turn?.end()
    hub.close(1009, message.reason)
  }
}
