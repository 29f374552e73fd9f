import type * as z from 'zod/mini'
import { chatroom, member, message, messageList, problem, user, userList } from '../../src/contract/index.ts'
import { explain, Stop } from '../command.ts'
import type { Answer, Http, Request } from './http.ts'
import type { Person } from './people.ts'

export type Named = { outcome: 'named'; user: Person } | { outcome: 'taken' } | { outcome: 'invalid' }
export type Sent =
  | { outcome: 'sent'; seq: number; wasStored: boolean }
  | { outcome: 'refused'; reason: string }
export type Api = ReturnType<typeof createApi>

/** Returns the requests of a replay. An unexpected answer ends the replay. */
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
    /** Gets a page of users. `path` is the `next` of the page before. */
    users: (path = '/api/users?limit=100') => get(userList, path),

    /** Creates the room if it does not exist. */
    async openRoom(room: string): Promise<void> {
      const sent = { method: 'GET', path: roomPath(room) }
      const found = await request(sent)
      if (found.status !== 404) return void parse(chatroom, sent, found)
      const making = { method: 'POST', path: '/api/chatroom', body: { name: room } }
      const made = await request(making)
      // 409: an earlier request whose answer was lost, or somebody else, has created the room.
      if (made.status !== 409) parse(chatroom, making, made)
    },

    async join(room: string, userName: string): Promise<void> {
      const sent = { method: 'PUT', path: roomPath(room), body: { userName } }
      parse(member, sent, await request(sent))
    },

    /** Leaves the room. Succeeds if the user is not a member. */
    async leave(room: string, userName: string): Promise<void> {
      const sent = { method: 'DELETE', path: `${roomPath(room)}/member/${encodeURIComponent(userName)}` }
      const answer = await request(sent)
      const gone = problem.safeParse(answer.body).data?.type === '/problems/member-not-found'
      if (answer.status !== 200 && !gone) throw unexpected(sent, answer)
    },

    async send(
      room: string,
      { key, ...body }: { userName: string; message: string; replyTo?: number; key: string },
    ): Promise<Sent> {
      const sent = { method: 'POST', path: `${roomPath(room)}/message`, body, key }
      const answer = await request(sent)
      if (answer.status === 400 || answer.status === 413)
        return { outcome: 'refused', reason: explain(answer) }
      const { seq } = parse(message, sent, answer)
      return { outcome: 'sent', seq, wasStored: answer.wasStored }
    },

    /** Gets the text of a message: undefined if there is no such message, null if it is deleted. */
    async textOf(room: string, seq: number): Promise<string | null | undefined> {
      const sent = { method: 'GET', path: `${roomPath(room)}/message/${seq}` }
      const answer = await request(sent)
      return answer.status === 404 ? undefined : parse(message, sent, answer).message
    },

    /** Gets a page of history, oldest first. `path` is the `next` of the page before. */
    history: (room: string, { after, path }: { after?: number; path?: string }) =>
      get(messageList, path ?? `${roomPath(room)}/message?limit=100&after=${after ?? 0}`),
  }
}
