import { setTimeout as sleep } from 'node:timers/promises'
import { FrameSender } from '../frame-sender.ts'
import type { Room } from './follower.ts'

const RETRY_MILLISECONDS = 100
const EMOJI = ['👍', '🎉', '❤️']

export const roomUrl = ({ url, name }: Room): string => `${url}/chatroom/${encodeURIComponent(name)}`

/** Sends a request until it is answered with less than 500. */
export const ask = async <Body = { seq: number }>(
  url: string,
  method: string,
  body?: unknown,
  asked: { key?: string; token?: string } = {},
): Promise<{ status: number; body: Body }> => {
  const { key, token } = asked
  try {
    const response = await fetch(url, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(key !== undefined && { 'Idempotency-Key': key }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const answer = await response.json()
    if (response.status < 500) return { status: response.status, body: answer }
  } catch {}
  await sleep(RETRY_MILLISECONDS)
  return ask(url, method, body, asked)
}

/** Sends a message under a key until it is stored, and returns its number. */
export type Send = (message: string, key: string, replyTo?: number) => Promise<number>

/** Sends messages by `POST`. */
const sendByPost =
  (room: Room, userName: string): Send =>
  async (message, key, replyTo) => {
    const body = { userName, message, replyTo }
    const answer = await ask(`${roomUrl(room)}/message`, 'POST', body, { key })
    if (answer.status !== 201)
      throw new Error(`POST was answered with ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body.seq
  }

/** Returns a sender of messages as frames. */
export const frameSender = (room: Room, userName: string): FrameSender =>
  new FrameSender(async () => {
    const query = new URLSearchParams({ userName })
    const path = `${roomUrl(room).replace('http', 'ws')}/live?${query}`
    const socket = new WebSocket(path, 'parlour.v2')
    await new Promise((opened, failed) => {
      socket.addEventListener('open', opened)
      socket.addEventListener('close', () => failed(new Error('not connected')))
    })
    return socket
  })

export type PosterOptions = {
  room: Room
  userName: string
  /** Returns the random numbers that decide. */
  next: () => number
  /** The numbers of the messages of all posters. */
  said: number[]
  /** A moderator's token, to pin. */
  token: string
  send?: Send | undefined
}

/** Sends messages and replies to a room, and sometimes edits or deletes one, reacts to one, pins one or marks it as read. */
export const poster = ({
  room,
  userName,
  next,
  said,
  token,
  send = sendByPost(room, userName),
}: PosterOptions) => {
  /** All texts that each message has had, null after its deletion. */
  const history = new Map<number, (string | null)[]>()
  const read = { seq: 0 }
  let count = 0
  const oneOf = <Item>(list: readonly Item[]): Item | undefined => list[Math.floor(next() * list.length)]

  const change = async (seq: number, text: string | null): Promise<void> => {
    const url = `${roomUrl(room)}/message/${seq}`
    const { status } =
      text === null
        ? await ask(`${url}?userName=${userName}`, 'DELETE')
        : await ask(url, 'PATCH', { userName, message: text })
    if (status !== 200) throw new Error(`${text === null ? 'DELETE' : 'PATCH'} was answered with ${status}`)
    history.get(seq)?.push(text)
  }

  /** Refused where the message is deleted or has too many pins beside it: others change it, too. */
  const converse = async (seq: number): Promise<void> => {
    const isGiven = next() < 0.7
    const emoji = encodeURIComponent(oneOf(EMOJI) ?? '')
    const reaction = `${roomUrl(room)}/message/${seq}/reaction/${emoji}`
    if (isGiven) await ask(reaction, 'PUT', { userName })
    else await ask(`${reaction}?userName=${userName}`, 'DELETE')
    await ask(`${roomUrl(room)}/pin/${seq}`, next() < 0.5 ? 'PUT' : 'DELETE', undefined, { token })
    const { status } = await ask(`${roomUrl(room)}/member/${userName}/read`, 'PUT', { userName, seq })
    // Only members have a mark, and a poster joins by sending.
    if (status === 200) read.seq = Math.max(read.seq, seq)
  }

  return {
    userName,
    history,
    /** The number of the last message that it has marked as read. */
    read,
    async act(): Promise<void> {
      const text = `${userName} says ${++count}: ${'long '.repeat(next() * 20)}`
      const standing = [...history].filter(([, texts]) => texts.at(-1) !== null)
      const [seq] = oneOf(standing) ?? []
      const other = oneOf(said)
      const dice = next()
      if (seq !== undefined && dice < 0.1) return change(seq, null)
      if (seq !== undefined && dice < 0.2) return change(seq, text)
      if (other !== undefined && dice < 0.4) return converse(other)
      const sent = await send(text, `${userName}.${count}`, next() < 0.4 ? other : undefined)
      history.set(sent, [text])
      said.push(sent)
    },
  }
}
