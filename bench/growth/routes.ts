import { type Instance, room, userName } from './instance.ts'

export type RouteRequest = { method: string; path: string; body?: object; headers?: Record<string, string> }
export type Route = { title: string; request: (size: Instance) => RouteRequest }

const at = `/chatroom/${room}`
let count = 0
const text = () => `message ${++count} of a usual length, as people write them`
const get = (title: string, path: (size: Instance) => string): Route => ({
  title,
  request: (size) => ({ method: 'GET', path: path(size) }),
})

/** The measured routes. Reads come first, before writes make the small room larger. */
export const routes: Route[] = [
  get('the newest page', () => `${at}/message`),
  get('a page in the middle', ({ messages }) => `${at}/message?before=${messages / 2 + 51}`),
  get('the first page', () => `${at}/message?after=0`),
  get('a search that finds a page', () => `${at}/message?q=usual+message`),
  get('a search that finds nothing', () => `${at}/message?q=needle`),
  get("an author's messages", () => `${at}/message?author=${userName}`),
  get('one message', () => `${at}/message/1`),
  get('the room', () => at),
  get('the last page of members', ({ users }) => `${at}/member?cursor=${users - 9}&limit=8`),
  get('one member', () => `${at}/member/${userName}`),
  get('the last page of users', ({ users }) => `/api/users?cursor=${users - 9}&limit=8`),
  get('one user', ({ users }) => `/api/users/${users}`),
  get('the last page of rooms', ({ rooms }) => `/api/chatroom?cursor=${Math.max(1, rooms - 9)}&limit=8`),
  { title: 'a repeated join', request: () => ({ method: 'PUT', path: at, body: { userName } }) },
  {
    title: 'a send',
    request: () => ({ method: 'POST', path: `${at}/message`, body: { userName, message: text() } }),
  },
  {
    title: 'a send with an idempotency key',
    request: () => ({
      method: 'POST',
      path: `${at}/message`,
      body: { userName, message: text() },
      headers: { 'Idempotency-Key': crypto.randomUUID() },
    }),
  },
  {
    title: 'an edit',
    request: ({ users }) => ({
      method: 'PATCH',
      // The user's first message.
      path: `${at}/message/${users - 1}`,
      body: { userName, message: text() },
    }),
  },
]
