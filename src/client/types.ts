import type { Chatroom, Member, Message, NewUser, ServerFrame, User } from '../contract/index.ts'
import type { ParlourError } from './error.ts'

/** What the client gives and takes. Nothing here knows the DOM, so that a test in workerd can hold it against the routes. */

/** Ways to say who acts. */
export type SignIn =
  /** A new name. Rejects with `/problems/name-taken` if there is one that is, or looks, the same. */
  | { name: string; protected?: boolean; turnstileToken?: string }
  /** A name that exists and is open: a name tag that anyone may wear. Rejects if it is protected. */
  | { name: string; existing: true }
  /** A name's token, as it was shown when the name was made. */
  | { token: string }
  /** The site's own login: gives a JWT, and is asked again when that has ended. It isn't kept. */
  | { login: () => string | Promise<string> }

/** Where a connection to a room is. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  /** Cut off; there is another try at that time (milliseconds since the epoch), or when the network is back. */
  | { state: 'waiting'; until: number; reason: string }
  /** Nobody has made the room yet; now and then it is looked for. */
  | { state: 'no room'; problem: Error }
  /** Closed while the page is hidden; what is missed comes when it is looked at again. */
  | { state: 'resting' }
  /** For good: closed by the page, or because of `problem` (banned, deleted, not let in). */
  | { state: 'closed'; problem?: Error }

/** Something that happens in a room; the answers to one's own frames are kept for the one who asked. */
export type RoomEvent = Exclude<ServerFrame, { type: 'sent' | 'error' }>

export type SubscribeOptions = {
  /** Begin with the entry after this number, not with the next one. */
  after?: number
  onConnection?: (connection: Connection) => void
}

export interface Subscription {
  readonly connection: Connection
  close(): void
}

/** A message on its way. */
export interface Sending {
  /** The `Idempotency-Key` that it goes under, however often it is tried. */
  readonly key: string
  readonly text: string
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number
  /** `failed`: the server has refused it, for good or until something changes. */
  readonly state: 'pending' | 'sent' | 'failed'
  /** Once it is sent. */
  readonly message?: Message
  /** Why it failed. */
  readonly problem?: Error
  /** Settles when it is sent or has failed, which rejects. Nobody has to listen to it. */
  readonly done: Promise<Message>
  /** Tries a failed one again. */
  retry(): void
  /** Gives a failed one up, or one that waits; one that may be stored already can't be called back. */
  discard(): void
}

export interface Room {
  readonly name: string
  /** Makes the room, if nobody has yet. */
  create(): Promise<void>
  show(): Promise<Chatroom>
  join(): Promise<Member>
  leave(): Promise<void>
  /**
   * Sends a message: at once, or as soon as there is a network, in the order in which they were written, each once. What
   * is still to go survives a reload of the tab.
   */
  send(text: string): Sending
  /** What is on its way or has failed, oldest first. */
  readonly outbox: readonly Sending[]
  /** Calls `changed` whenever something in the outbox changes; gives what ends that. */
  onOutbox(changed: () => void): () => void
  /** A page of at most 100 messages, oldest first; the newest, unless `before` or `after` a number. */
  page(options?: {
    before?: number
    after?: number
    limit?: number
  }): Promise<{ messages: Message[]; more: boolean }>
  /** All messages, newest first, page by page as they are asked for; with `after`, oldest first from there. */
  history(options?: { before?: number; after?: number }): AsyncIterableIterator<Message>
  edit(seq: number, text: string): Promise<Message>
  remove(seq: number): Promise<Message>
  report(seq: number, reason: string): Promise<void>
  /**
   * Listens: every entry of the log after `after` or from now on, in order, without a gap, each once, and what else
   * happens. Over a WebSocket, or an event stream where there is none. Goes quiet in a hidden page and catches up.
   */
  subscribe(onEvent: (event: RoomEvent) => void, options?: SubscribeOptions): Subscription
  /** Says that somebody is writing; as often as one likes. Needs a subscription, and is lost without one. */
  typing(): void
  /** Who is here, as far as a subscription of this page knows; empty without one. */
  presence(): Promise<readonly string[]>
}

/** An identity that the server does not accept any more: its user was deleted or its token was replaced. */
export type LostIdentity = { userName: string; problem: ParlourError }

export interface Parlour {
  /** Without a slash at its end. */
  readonly url: string
  /** The id of the user who acts here. Undefined until somebody has signed in. */
  readonly userId: number | undefined
  /** The name of the user who acts here. Survives a reload of the page. */
  readonly userName: string | undefined
  /**
   * Set when the server does not accept the identity that was signed in here. The client has forgotten it and reads as nobody,
   * until somebody signs in.
   */
  readonly lostIdentity: LostIdentity | undefined
  /**
   * Calls `changed` when somebody signs in or out (in this tab or another), is renamed, or when the identity is lost. Returns a
   * function that ends it.
   */
  onIdentity(changed: () => void): () => void
  signIn(how: SignIn): Promise<User | NewUser>
  /** Forgets the identity and its token. */
  signOut(): void
  /** Changes the name of the user who acts here. Needs the user's token. */
  rename(name: string): Promise<User>
  room(name: string): Room
  /**
   * Sends any request to the API as the user who is signed in. `path` may be the `next` of a page. Rejects with a `ParlourError`
   * if the server refuses it.
   */
  request<T>(method: string, path: string, body?: unknown): Promise<T>
}
