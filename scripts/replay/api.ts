import type * as z from 'zod/mini'
import { chatroom, member, message, messageList, problem, user, userList } from '../../src/contract/index.ts'
import { explain, Stop } from '../command.ts'
import type { Answer, Http, Request } from './http.ts'
import type { Person } from './people.ts'

export type Named = { outcome: 'named'; user: Person } | { outcome: 'taken' } | { outcome: 'invalid' }
export type Said = { outcome: 'said'; seq: number; wasStored: boolean } | { outcome: 'refused'; why: string }
export type Api = ReturnType<typeof createApi>

/** The requests of a replay, each with the answers that it can have; any other answer ends the replay. */
export const createApi = ({ request }: Http) => {
  const unexpected = ({ method, path }: Request, answer: Answer) =>
    new Stop(`${method} ${path} was answered with ${explain(answer)}`)

  const parse = <Schema extends z.ZodMiniType>(
    schema: Schema,
    sent: Request,
    answer: Answer,
  ): z.output<Schema> => {
    const parsed = schema.safeParse(answer.body)
    if (parsed.success && answer.status < 300) return parsed.data
    throw unexpected(sent, answer)
  }

  const get = async <Schema extends z.ZodMiniType>(
    schema: Schema,
    path: string,
  ): Promise<z.output<Schema>> => {
    const sent = { method: 'GET', path }
    return parse(schema, sent, await request(sent))
  }

  const named = async (sent: Request): Promise<Named> => {
    const answer = await request(sent)
    if (answer.status === 409) return { outcome: 'taken' }
    if (answer.status === 400) return { outcome: 'invalid' }
    const { id, name } = parse(user, sent, answer)
    return { outcome: 'named', user: { id, name } }
  }

  const roomPath = (room: string) => `/chatroom/${encodeURIComponent(room)}`

  return {
    createUser: (name: string) => named({ method: 'POST', path: '/api/users', body: { name } }),
    renameUser: (id: number, name: string) =>
      named({ method: 'PUT', path: `/api/users/${id}`, body: { name } }),
    /** A page of users: `path` is the first page's, or the `next` of the page before. */
    users: (path = '/api/users?limit=100') => get(userList, path),

    /** Makes the room unless it is there. */
    async openRoom(room: string): Promise<void> {
      const sent = { method: 'GET', path: roomPath(room) }
      const found = await request(sent)
      if (found.status !== 404) return void parse(chatroom, sent, found)
      const making = { method: 'POST', path: '/api/chatroom', body: { name: room } }
      const made = await request(making)
      // Lost answer, or somebody else was faster: it is there.
      if (made.status !== 409) parse(chatroom, making, made)
    },

    async join(room: string, userName: string): Promise<void> {
      const sent = { method: 'PUT', path: roomPath(room), body: { userName } }
      parse(member, sent, await request(sent))
    },

    /** Who isn't in the room (any more) has left, too. */
    async leave(room: string, userName: string): Promise<void> {
      const sent = { method: 'DELETE', path: `${roomPath(room)}/member/${encodeURIComponent(userName)}` }
      const answer = await request(sent)
      const gone = problem.safeParse(answer.body).data?.type === '/problems/member-not-found'
      if (answer.status !== 200 && !gone) throw unexpected(sent, answer)
    },

    async say(
      room: string,
      { key, ...body }: { userName: string; message: string; key: string },
    ): Promise<Said> {
      const sent = { method: 'POST', path: `${roomPath(room)}/message`, body, key }
      const answer = await request(sent)
      if (answer.status === 400 || answer.status === 413) return { outcome: 'refused', why: explain(answer) }
      const { seq } = parse(message, sent, answer)
      return { outcome: 'said', seq, wasStored: answer.wasStored }
    },

    /** The text of a message; undefined where there is no such message, null once it is deleted. */
    async textOf(room: string, seq: number): Promise<string | null | undefined> {
      const sent = { method: 'GET', path: `${roomPath(room)}/message/${seq}` }
      const answer = await request(sent)
      return answer.status === 404 ? undefined : parse(message, sent, answer).message
    },

    /** A page of history, oldest first: `path` is the `next` of the page before. */
    history: (room: string, { after, path }: { after?: number; path?: string }) =>
      get(messageList, path ?? `${roomPath(room)}/message?limit=100&after=${after ?? 0}`),
  }
}
