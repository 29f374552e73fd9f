import { isDeepStrictEqual } from 'node:util'
import type { Server } from '../servers.ts'
import { type Route, requestFor, roomOf, userNames } from './routes.ts'

type Message = { seq: number; userName: string; message: string; createdAt: string; chatroom: string }

const ask = async <Answer>(
  { peer, port }: Server,
  headers: Record<string, string>,
  { route, number = 0, chatroom }: { route: Route; number?: number; chatroom?: string },
): Promise<Answer> => {
  const { method, path, body } = requestFor(route, number, chatroom)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${peer}: ${route} answered ${response.status} ${await response.text()}`)
  return response.json() as Promise<Answer>
}

/** Counts the stored messages of some rooms by the newest number: all peers number them 1, 2, 3 … */
export const countOf = async (
  server: Server,
  headers: Record<string, string>,
  rooms: number,
): Promise<number> => {
  let count = 0
  for (let i = 0; i < rooms; i++) {
    const newest = { route: 'page', chatroom: roomOf(i) } as const
    const { messages } = await ask<{ messages: Message[] }>(server, headers, newest)
    count += messages.at(-1)?.seq ?? 0
  }
  return count
}

const MESSAGES = 100

/** Sends the first messages. Throws unless each is stored once and in order. */
export const fill = async (server: Server, headers: Record<string, string>): Promise<void> => {
  const sent: Message[] = []
  for (let number = 0; number < MESSAGES; number++)
    sent.push(await ask<Message>(server, headers, { route: 'send', number }))
  const { messages } = await ask<{ messages: Message[] }>(server, headers, { route: 'page' })
  const texts = sent.map(({ seq, message }) => ({ seq, message }))
  const wanted = Array.from({ length: MESSAGES }, (_, i) => ({
    seq: i + 1,
    message: requestFor('send', i).body?.message,
  }))
  const found = messages.map(({ seq, message }) => ({ seq, message }))
  if (!isDeepStrictEqual(texts, wanted))
    throw new Error(`${server.peer} answered with other messages than it was sent`)
  if (!isDeepStrictEqual(found, wanted.slice(-50)))
    throw new Error(`${server.peer} did not store the messages that it was sent`)
}

/** Throws unless two servers give the same answer to a route, apart from times. */
export const expectSameAnswers = async (
  a: Server,
  b: Server,
  headers: Record<string, string>,
  route: Route,
): Promise<void> => {
  const withoutTimes = (answer: unknown): string =>
    JSON.stringify(answer).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then')
  const number = userNames.length
  const [one, other] = [await ask(a, headers, { route, number }), await ask(b, headers, { route, number })]
  const comparable = (answer: unknown) => JSON.parse(withoutTimes(answer))
  if (!isDeepStrictEqual(comparable(one), comparable(other)))
    throw new Error(`${route}: ${a.peer} answers ${withoutTimes(one)}, but ${b.peer} ${withoutTimes(other)}`)
}
