import { isDeepStrictEqual } from 'node:util'
import type { Server } from '../servers.ts'
import { type Route, requestFor, userNames } from './routes.ts'

type Message = { seq: number; userName: string; message: string; createdAt: string; chatroom: string }

const ask = async <Answer>(
  { peer, port }: Server,
  headers: Record<string, string>,
  { route, number = 0 }: { route: Route; number?: number },
): Promise<Answer> => {
  const { method, path, body } = requestFor(route, number)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${peer}: ${route} answered ${response.status} ${await response.text()}`)
  return response.json() as Promise<Answer>
}

/** Counts the stored messages by the newest number: all peers number them 1, 2, 3 … */
export const countOf = async (server: Server, headers: Record<string, string>): Promise<number> => {
  const { messages } = await ask<{ messages: Message[] }>(server, headers, { route: 'page' })
  return messages.at(-1)?.seq ?? 0
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

const timePattern = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** Tells whether `whole` has all that `part` has, apart from times. */
const contains = (whole: unknown, part: unknown): boolean => {
  if (typeof part === 'string' && timePattern.test(part))
    return typeof whole === 'string' && timePattern.test(whole)
  if (typeof part !== 'object' || part === null || typeof whole !== 'object' || whole === null)
    return whole === part
  if (Array.isArray(part))
    return (
      Array.isArray(whole) &&
      whole.length === part.length &&
      part.every((each, index) => contains(whole[index], each))
    )
  return Object.entries(part).every(([key, value]) => contains(whole[key as keyof typeof whole], value))
}

/** Throws unless the floor answers a route with a part of Parlour's answer, so that both do the same work. */
export const expectSameAnswers = async (
  parlour: Server,
  floor: Server,
  headers: Record<string, string>,
  route: Route,
): Promise<void> => {
  const number = userNames.length
  const whole = await ask(parlour, headers, { route, number })
  const part = await ask(floor, headers, { route, number })
  if (!contains(whole, part))
    throw new Error(
      `${route}: ${floor.peer} answers ${JSON.stringify(part)}, which is no part of ${JSON.stringify(whole)}`,
    )
}
