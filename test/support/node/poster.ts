import { setTimeout as sleep } from 'node:timers/promises'
import type { Room } from './follower.ts'

const RETRY_MILLISECONDS = 100

const messageUrl = ({ url, name }: Room, what = ''): string =>
  `${url}/chatroom/${encodeURIComponent(name)}/message${what}`

/** Asks until there is an answer: where the server is away, or says that it can't just now, again. */
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

/** Speaks in a room, and now and then takes back or changes what it has said. `next` decides. */
export const poster = (room: Room, userName: string, next: () => number) => {
  /** The texts that each message of ours has had; null for none. */
  const said = new Map<number, (string | null)[]>()
  let count = 0

  const change = async (seq: number, text: string | null): Promise<void> => {
    const url = messageUrl(room, `/${seq}`)
    const { status } =
      text === null
        ? await ask(`${url}?userName=${userName}`, 'DELETE')
        : await ask(url, 'PATCH', { userName, message: text })
    if (status !== 200) throw new Error(`${text === null ? 'DELETE' : 'PATCH'} was answered with ${status}`)
    said.get(seq)?.push(text)
  }

  return {
    said,
    async act(): Promise<void> {
      const text = `${userName} says ${++count}: ${'long '.repeat(next() * 20)}`
      const standing = [...said].filter(([, texts]) => texts.at(-1) !== null)
      const [seq] = standing[Math.floor(next() * standing.length)] ?? []
      const dice = next()
      if (seq !== undefined && dice < 0.1) return change(seq, null)
      if (seq !== undefined && dice < 0.25) return change(seq, text)
      const { status, body } = await ask(
        messageUrl(room),
        'POST',
        { userName, message: text },
        `${userName}.${count}`,
      )
      if (status !== 201) throw new Error(`POST was answered with ${status} ${JSON.stringify(body)}`)
      said.set(body.seq, [text])
    },
  }
}
