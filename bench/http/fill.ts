import { isDeepStrictEqual } from 'node:util'
import type { Server } from '../servers.ts'
import { type Route, requestFor, userNames } from './routes.ts'

type Message = { seq: number; userName: string; message: string; createdAt: string; chatroom: string }

const request = async (
  { peer, port }: Server,
  headers: Record<string, string>,
  { route, number = 0 }: { route: Route; number?: number },
): Promise<Response> => {
  const { method, path, body } = requestFor(route, number)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${peer}: ${route} answered ${response.status} ${await response.text()}`)
  return response
}

const ask = async <Answer>(...asked: Parameters<typeof request>): Promise<Answer> =>
  (await request(...asked)).json() as Promise<Answer>

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

/** Asks for a route. With `isWhole`, the answer holds the names of its headers, too. */
const answerOf = async (
  server: Server,
  headers: Record<string, string>,
  { isWhole, ...asked }: { route: Route; number: number; isWhole: boolean },
) => {
  const answer = await request(server, headers, asked)
  const body = JSON.parse((await answer.text()).replaceAll(new URL(answer.url).host, 'host'))
  return isWhole ? { body, headers: [...answer.headers.keys()] } : { body }
}

/** Throws unless a floor answers a route with a part of Parlour's answer, so that both do the same work. With `isWhole`, it must be all of it. */
export const expectSameAnswers = async (
  parlour: Server,
  floors: { server: Server; isWhole: boolean }[],
  headers: Record<string, string>,
  route: Route,
): Promise<void> => {
  const asked = { route, number: userNames.length }
  const whole = await answerOf(parlour, headers, { ...asked, isWhole: true })
  for (const { server, isWhole } of floors) {
    const part = await answerOf(server, headers, { ...asked, isWhole })
    if (!contains(whole, part) || (isWhole && !contains(part, whole)))
      throw new Error(
        `${route}: ${server.peer} answers ${JSON.stringify(part)}, but Parlour ${JSON.stringify(whole)}`,
      )
  }
}
