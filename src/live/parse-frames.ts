import { type ClientFrame, clientFrame, MAX_BODY_BYTES, MAX_BODY_SIZE, MAX_FRAMES } from '../contract'
import { Problem } from '../http/problem'
import { invalid } from '../http/validate'

/** One frame of a client. */
export type ParsedFrame =
  | { outcome: 'frame'; frame: ClientFrame }
  /** It can't be done; `ref` is the sender's. */
  | { outcome: 'refused'; problem: Problem; ref: string | undefined }

/** A WebSocket message of a client: one frame or an array of them. */
export type ParsedMessage =
  | { outcome: 'frames'; frames: ParsedFrame[] }
  | { outcome: 'malformed'; problem: Problem }
  | { outcome: 'too large'; reason: string }

const types: readonly unknown[] = clientFrame.def.options.flatMap((option) => option.shape.type.def.values)
const wrongType = `The type of a frame must be one of ${types.join(', ')}.`

type Fields = { type?: unknown; ref?: unknown } | null

const parseFrame = (json: Fields): ParsedFrame => {
  const parsed = clientFrame.safeParse(json)
  if (parsed.success) return { outcome: 'frame', frame: parsed.data }
  const ref = typeof json?.ref === 'string' && json.ref.length <= 64 ? json.ref : undefined
  const problem = types.includes(json?.type)
    ? invalid(parsed.error.issues, json)
    : new Problem('invalid-request', wrongType)
  return { outcome: 'refused', problem, ref }
}

/** Parses a WebSocket message of a client. A frame in an array that is wrong is refused by itself. */
export const parseMessage = (data: string | ArrayBuffer): ParsedMessage => {
  const tooLarge: ParsedMessage = { outcome: 'too large', reason: `A frame may be at most ${MAX_BODY_SIZE}.` }
  const malformed = (detail: string): ParsedMessage => ({
    outcome: 'malformed',
    problem: new Problem('invalid-request', detail),
  })
  if (typeof data !== 'string')
    return data.byteLength > MAX_BODY_BYTES ? tooLarge : malformed('The frame is binary. Send JSON as text.')
  // A code unit is one byte at least, and three at most.
  if (data.length > MAX_BODY_BYTES / 3 && new TextEncoder().encode(data).byteLength > MAX_BODY_BYTES)
    return tooLarge
  let json: Fields | Fields[]
  try {
    json = JSON.parse(data)
  } catch {
    return malformed('The frame is not valid JSON.')
  }
  if (!Array.isArray(json))
    return types.includes(json?.type)
      ? { outcome: 'frames', frames: [parseFrame(json)] }
      : malformed(wrongType)
  if (json.length === 0) return malformed('The array holds no frame.')
  if (json.length > MAX_FRAMES)
    return { outcome: 'too large', reason: `An array may hold at most ${MAX_FRAMES} frames.` }
  return { outcome: 'frames', frames: json.map(parseFrame) }
}
