import { type ClientFrame, clientFrame, type EntryFrame, type ServerFrame } from '../contract'
import type { Database } from '../database'
import { sendMessage } from '../messages/sending'
import { Problem, problemBody, refusedBecause } from '../problem'
import { invalid } from '../validate'
import { frameOf } from './frames'
import type { Listener } from './listener'

const MAX_FRAME_BYTES = 64 * 1024

type Parsed =
  | { outcome: 'frame'; frame: ClientFrame }
  /** It is understood what was meant, but it can't be done; `ref` is the sender's. */
  | { outcome: 'refused'; problem: Problem; ref: string | undefined }
  | { outcome: 'malformed'; problem: Problem }
  | { outcome: 'too large' }

const types = clientFrame.options.map((option) => option.shape.type.value)

/** What a listener's frame says. */
const parseFrame = (data: string | ArrayBuffer): Parsed => {
  const malformed = (detail: string): Parsed => ({
    outcome: 'malformed',
    problem: new Problem('invalid-request', detail),
  })
  if (typeof data !== 'string')
    return data.byteLength > MAX_FRAME_BYTES ? { outcome: 'too large' } : malformed('a frame must be text')
  // A code unit is one byte at least, and three at most.
  if (data.length > MAX_FRAME_BYTES / 3 && new TextEncoder().encode(data).byteLength > MAX_FRAME_BYTES)
    return { outcome: 'too large' }
  let json: { type?: unknown; ref?: unknown } | null
  try {
    json = JSON.parse(data)
  } catch {
    return malformed('the frame is not valid JSON')
  }
  if (!types.some((type) => type === json?.type))
    return malformed(`the type of a frame must be one of ${types.join(', ')}`)
  const parsed = clientFrame.safeParse(json)
  if (parsed.success) return { outcome: 'frame', frame: parsed.data }
  const ref = typeof json?.ref === 'string' && json.ref.length <= 64 ? json.ref : undefined
  return { outcome: 'refused', problem: invalid(parsed.error.issues, json), ref }
}

/** What a listener may ask of its hub. */
type Hub = {
  db: Database
  /** Whether nobody speaks without a token here. */
  isProtected: boolean
  answer: (frame: ServerFrame) => void
  close: (code: number, reason: string) => void
  typing: (userName: string) => void
  present: () => string[]
  read: () => void
  publish: (roomId: number, entry: EntryFrame, joined: boolean) => void
}

const nobody = new Problem(
  'invalid-request',
  'You listen as nobody: connect with ?userName=, a token or a ticket to speak.',
)

const act = async (frame: ClientFrame, { chatroom, actor, user }: Listener, hub: Hub): Promise<void> => {
  switch (frame.type) {
    case 'message': {
      if (hub.isProtected && actor.credential.kind === 'none') throw refusedBecause('token required', {})
      if (user === null) throw nobody
      const sending = {
        chatroom,
        actor,
        userName: user?.name,
        text: frame.message,
        key: frame.idempotencyKey,
      }
      const { roomId, row, replayed, joined } = await sendMessage(hub.db, sending)
      const ref = frame.ref === undefined ? {} : { ref: frame.ref }
      hub.answer({ type: 'sent', seq: row.seq, ...ref, ...(replayed && { replayed }) })
      if (!replayed) hub.publish(roomId, frameOf({ ...row, type: 'message', target: null }), joined)
      return
    }
    case 'typing':
      if (user === null) throw nobody
      return hub.typing(user.name)
    case 'presence':
      return hub.answer({ type: 'present', userNames: hub.present() })
    case 'read':
      return hub.read()
  }
}

/** Does what a listener's frame asks for; what can't be done is answered with the problem that the HTTP API would give. */
export const answerFrame = async (
  data: string | ArrayBuffer,
  listener: Listener,
  hub: Hub,
): Promise<void> => {
  const fail = (error: unknown, ref: string | undefined) => {
    const request = { id: crypto.randomUUID(), method: 'SEND', path: `/chatroom/${listener.chatroom}/live` }
    const { body } = problemBody(error as Error, request)
    hub.answer({ type: 'error', ...(ref !== undefined && { ref }), problem: body })
  }
  const parsed = parseFrame(data)
  switch (parsed.outcome) {
    case 'too large':
      return hub.close(1009, 'A frame may be at most 64 KiB.')
    case 'malformed':
      fail(parsed.problem, undefined)
      return hub.close(1007, parsed.problem.message)
    case 'refused':
      return fail(parsed.problem, parsed.ref)
    case 'frame': {
      const { frame } = parsed
      const ref = 'ref' in frame ? frame.ref : undefined
      try {
        await act(frame, listener, hub)
      } catch (error) {
        fail(error, ref)
      }
    }
  }
}
