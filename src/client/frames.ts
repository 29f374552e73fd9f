import type { ServerFrame } from '../contract/index.ts'
import { fieldsOf, parseJson } from './json.ts'

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const textOrNull: Check = (value) => value === null || text(value)
const number: Check = (value) => Number.isSafeInteger(value)
const optionalNumber: Check = (value) => value === undefined || number(value)
const flag: Check = (value) => typeof value === 'boolean'
const texts: Check = (value) => Array.isArray(value) && value.every(text)
const object: Check = (value) => typeof value === 'object' && value !== null
const objectOrNull: Check = (value) => typeof value === 'object'

const entry = { seq: number, userName: textOrNull, createdAt: text }

/** The fields of each type that the client and the element read. */
const checks: Record<ServerFrame['type'], Record<string, Check>> = {
  hello: { seq: number, roomId: optionalNumber, chatroom: text, userName: textOrNull },
  reset: { seq: number },
  message: { ...entry, message: textOrNull },
  edit: { ...entry, target: number, message: textOrNull },
  delete: { ...entry, target: number },
  reaction: { ...entry, target: number, reaction: text, added: flag, count: number },
  typing: { userName: text },
  presence: { userName: text, present: flag },
  present: { userNames: texts },
  room: { chatroom: objectOrNull },
  member: { userName: text, role: textOrNull },
  banned: { until: textOrNull, reason: textOrNull },
  sent: { seq: number },
  error: { problem: object },
}

const isServerFrame = (frame: unknown): frame is ServerFrame => {
  const fields = fieldsOf(frame)
  const known = Object.entries(checks).find(([type]) => type === fields.type)
  return known !== undefined && Object.entries(known[1]).every(([name, check]) => check(fields[name]))
}

/**
 * Returns a frame of the server. Returns only the `seq` of a frame of an unknown type, if it has one: a newer server may send
 * types that this client does not know.
 */
export const parseFrame = (data: string): ServerFrame | { type?: never; seq: number | undefined } => {
  const frame = parseJson(data)
  if (isServerFrame(frame)) return frame
  const { seq } = fieldsOf(frame)
  return { seq: typeof seq === 'number' && Number.isSafeInteger(seq) ? seq : undefined }
}
