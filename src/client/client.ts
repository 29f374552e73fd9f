import type { MentionList, OwnChatroomList, User } from '../contract/index.ts'
import { ChatRoom } from './room.ts'
import { type Query, Session } from './session.ts'
import type { LostIdentity, Parlour, Room } from './types.ts'
import { roomsWithUnsentMessages } from './unsent-messages.ts'

export type { Chatroom, Member, Message, ProblemBody, Reaction, User } from '../contract/index.ts'
export { ParlourError } from './error.ts'
export type * from './types.ts'

class Client extends Session implements Parlour {
  readonly #rooms = new Map<string, Room>()

  get userId(): number | undefined {
    return this.identity.current?.userId
  }
  get userName(): string | undefined {
    return this.identity.current?.userName
  }
  get token(): string | undefined {
    return this.identity.current?.token
  }
  get lostIdentity(): LostIdentity | undefined {
    return this.identity.lost
  }

  onIdentity(changed: () => void): () => void {
    return this.identity.watch(() => changed())
  }

  rename(name: string): Promise<User> {
    return this.change({ name })
  }

  setAvatar(avatar: string | null): Promise<User> {
    return this.change({ avatar })
  }

  #ofMe<T>(what: string, query: Query = {}): Promise<T> {
    return this.request('GET', `/api/users/me/${what}`, undefined, { query, isNamed: true })
  }

  chatrooms(query?: { name?: string; limit?: number }): Promise<OwnChatroomList> {
    return this.#ofMe('chatroom', query)
  }

  mentions(query?: { chatroom?: string; limit?: number }): Promise<MentionList> {
    return this.#ofMe('mention', query)
  }

  room(name: string): Room {
    const room = this.#rooms.get(name) ?? new ChatRoom(this, name)
    this.#rooms.set(name, room)
    return room
  }
}

/**
 * Returns a client of the Parlour server at this URL, for browsers and wherever there are `fetch` and `WebSocket`.
 *
 *     const room = parlour('https://chat.example').room('lobby')
 *     room.subscribe((event) => console.log(event))
 *     room.send('hello!')
 */
export const parlour = (url: string): Parlour => {
  const client = new Client(url)
  for (const name of roomsWithUnsentMessages(client.url)) client.room(name)
  return client
}
