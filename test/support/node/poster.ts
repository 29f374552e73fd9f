import { setTimeout as sleep } from 'node:timers/promises'
import { FrameSender } from '../frame-sender.ts'
import type { Room } from './follower.ts'

const RETRY_MILLISECONDS = 100

const messageUrl = ({ url, name }: Room, what = ''): string =>
  `${url}/chatroom/${encodeURIComponent(name)}/message${what}`

/** Sends a request until it is answered with less than 500. */
export const ask = async <Body = { seq: number }>(
  url: string,
  method: string,
  body?: unknown,
  key?: string,
): Promise<{ status: number; body: Body }> => {
  try {
    const response = await fetch(url, {
      method,
      headers: { 'Content-Type': 'application/json', ...(key !== undefined && { 'Idempotency-Key': key }) },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const answer = await response.json()
    if (response.status < 500) return { status: response.status, body: answer }
  } catch {}
  await sleep(RETRY_MILLISECONDS)
  return ask(url, method, body, key)
}

/** Sends a message under a key until it is stored, and returns its number. */
export type Send = (message: string, key: string) => Promise<number>

/** Sends messages by `POST`. */
const sendByPost =
  (room: Room, userName: string): Send =>
  async (message, key) => {
    const { status, body } = await ask(messageUrl(room), 'POST', { userName, message }, key)
    if (status !== 201) throw new Error(`POST was answered with ${status} ${JSON.stringify(body)}`)
    return body.seq
  }

/** Returns a sender of messages as frames. */
export const frameSender = ({ url, name }: Room, userName: string): FrameSender =>
  new FrameSender(async () => {
    const query = new URLSearchParams({ userName })
    const path = `${url.replace('http', 'ws')}/chatroom/${encodeURIComponent(name)}/live?${query}`
    const socket = new WebSocket(path, 'parlour.v2')
    await new Promise((opened, failed) => {
      socket.addEventListener('open', opened)
      socket.addEventListener('close', () => failed(new Error('not connected')))
    })
    return socket
  })

/** Sends messages to a room, and sometimes edits or deletes one. The random numbers of `next` decide. */
export const poster = (
  room: Room,
  userName: string,
  next: () => number,
  send: Send = sendByPost(room, userName),
) => {
  /** All texts that each message has had, null after its deletion. */
  const history = new Map<number, (string | null)[]>()
  let count = 0

  const change = async (seq: number, text: string | null): Promise<void> => {
    const url = messageUrl(room, `/${seq}`)
    const { status } =
      text === null
        ? await ask(`${url}?userName=${userName}`, 'DELETE')
        : await ask(url, 'PATCH', { userName, message: text })
    if (status !== 200) throw new Error(`${text === null ? 'DELETE' : 'PATCH'} was answered with ${status}`)
    history.get(seq)?.push(text)
  }

  return {
    history,
    async act(): Promise<void> {
      const text = `${userName} says ${++count}: ${'long '.repeat(next() * 20)}`
      const standing = [...history].filter(([, texts]) => texts.at(-1) !== null)
      const [seq] = standing[Math.floor(next() * standing.length)] ?? []
      const dice = next()
      if (seq !== undefined && dice < 0.1) return change(seq, null)
      if (seq !== undefined && dice < 0.25) return change(seq, text)
      history.set(await send(text, `${userName}.${count}`), [text])
    },
  }
}
