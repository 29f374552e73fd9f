import { isDeepStrictEqual } from 'node:util'
import type { Server } from '../servers.ts'
import { asking, type Route, roomOf, userNames } from './routes.ts'

type Message = { seq: number; userName: string; message: string; createdAt: string; chatroom: string }

const ask = async <Answer>(
  { peer, port }: Server,
  headers: Record<string, string>,
  { route, number = 0, chatroom }: { route: Route; number?: number; chatroom?: string },
): Promise<Answer> => {
  const { method, path, body } = asking(route, number, chatroom)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${peer}: ${route} gives ${response.status} ${await response.text()}`)
  return response.json() as Promise<Answer>
}

/** How many messages a server has stored in rooms, by the numbers of the newest: all peers number them 1, 2, 3 … */
export const countOf = async (
  server: Server,
  headers: Record<string, string>,
  rooms: number,
): Promise<number> => {
  let count = 0
  for (let i = 0; i < rooms; i++) {
    const asked = { route: 'page', chatroom: roomOf(i) } as const
    const { messages } = await ask<{ messages: Message[] }>(server, headers, asked)
    count += messages.at(-1)?.seq ?? 0
  }
  return count
}

const MESSAGES = 100

/** Sends the first messages and throws unless each is stored, once and in its order. */
export const fill = async (server: Server, headers: Record<string, string>): Promise<void> => {
  const sent: Message[] = []
  for (let number = 0; number < MESSAGES; number++)
    sent.push(await ask<Message>(server, headers, { route: 'send', number }))
  const { messages } = await ask<{ messages: Message[] }>(server, headers, { route: 'page' })
  const texts = sent.map(({ seq, message }) => ({ seq, message }))
  const wanted = Array.from({ length: MESSAGES }, (_, i) => ({
    seq: i + 1,
    message: asking('send', i).body?.message,
  }))
  const found = messages.map(({ seq, message }) => ({ seq, message }))
  if (!isDeepStrictEqual(texts, wanted))
    throw new Error(`${server.peer} answers something else than it was sent`)
  if (!isDeepStrictEqual(found, wanted.slice(-50)))
    throw new Error(`${server.peer} has not stored what it was sent`)
}

/** Throws unless two servers answer a route alike but for when something happened. */
export const alike = async (
  a: Server,
  b: Server,
  headers: Record<string, string>,
  route: Route,
): Promise<void> => {
  const timeless = (answer: unknown): string =>
    JSON.stringify(answer).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')
  const number = userNames.length
  const [one, other] = [await ask(a, headers, { route, number }), await ask(b, headers, { route, number })]
  const sorted = (answer: unknown) => JSON.parse(timeless(answer))
  if (!isDeepStrictEqual(sorted(one), sorted(other)))
    throw new Error(`${route}: ${a.peer} answers ${timeless(one)}, but ${b.peer} ${timeless(other)}`)
}
