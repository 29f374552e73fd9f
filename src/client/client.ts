import { ChatRoom } from './room.ts'
import { type Query, Session } from './session.ts'
import type { Parlour, Room } from './types.ts'
import { roomsWithUnsentMessages } from './unsent-messages.ts'

export type { Chatroom, Member, Message, ProblemBody, Reaction, User } from '../contract/index.ts'
export { ParlourError } from './error.ts'
export type * from './types.ts'

/**
 * Returns a client of the Parlour server at this URL, for browsers and wherever there are `fetch` and `WebSocket`.
 *
 *     const room = parlour('https://chat.example').room('lobby')
 *     room.subscribe((event) => console.log(event))
 *     room.send('hello!')
 */
export const parlour = (url: string): Parlour => {
  const session = new Session(url)
  const { identity } = session
  const rooms = new Map<string, Room>()
  const ofMe =
    <T>(what: string) =>
    (query: Query = {}) =>
      session.request<T>('GET', `/api/users/me/${what}`, undefined, { query, isNamed: true })
  const client: Parlour = {
    url: session.url,
    get userId() {
      return identity.current?.userId
    },
    get userName() {
      return identity.current?.userName
    },
    get token() {
      return identity.current?.token
    },
    get hasToken() {
      return session.hasToken
    },
    get lostIdentity() {
      return identity.lost
    },
    onIdentity: (changed) => identity.watch(() => changed()),
    signIn: (how) => session.signIn(how),
    signOut: () => session.signOut(),
    rename: (name) => session.change({ name }),
    setAvatar: (avatar) => session.change({ avatar }),
    chatrooms: ofMe('chatroom'),
    mentions: ofMe('mention'),
    request: (method, path, body) => session.request(method, path, body),
    room: (name) => {
      const room = rooms.get(name) ?? new ChatRoom(session, name)
      rooms.set(name, room)
      return room
    },
  }
  for (const name of roomsWithUnsentMessages(session.url)) client.room(name)
  return client
}
