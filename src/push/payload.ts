import { MAX_PAYLOAD_BYTES } from './encrypt'

/** The data of a push message, as the service worker gets it: src/client/push-worker.ts. */
export type PushPayload = {
  chatroom: string
  seq: number
  userName: string | null
  message: string
  /** The message's address on the reader's page. */
  url: string
}

/** Notifications show less. */
const MAX_CHARACTERS = 500

const encoder = new TextEncoder()

/** Returns the address of a message: its number is added to the fragment of the page. */
export const addressOf = (page: string, seq: number): string => {
  const url = new URL(page)
  url.hash = `${url.hash || '#message-'}${seq}`
  return url.href
}

/** Returns a payload as JSON, with its text cut so that a push service takes it. */
export const payloadBytes = (payload: PushPayload): Uint8Array => {
  const characters = Array.from(payload.message)
  for (let length = MAX_CHARACTERS; ; length = Math.floor(length / 2)) {
    const message = characters.length > length ? `${characters.slice(0, length).join('')}…` : payload.message
    const bytes = encoder.encode(JSON.stringify({ ...payload, message }))
    if (bytes.length <= MAX_PAYLOAD_BYTES || length === 0) return bytes
  }
}
