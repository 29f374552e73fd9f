import type {
  Chatroom,
  Member,
  MentionList,
  Message,
  NewUser,
  OwnChatroomList,
  Reaction,
  ServerFrame,
  User,
} from '../contract/index.ts'
import type { ParlourError } from './error.ts'

// The types of what the client takes and returns. Nothing here needs the DOM, so that a test in workerd can compare them with the routes.

/** The ways to sign in. */
export type SignIn =
  /** Creates a user of this name. Rejects with `/problems/name-taken` if there is one of this name, or of one that looks like it. */
  | { name: string; protected?: boolean; turnstileToken?: string }
  /** Uses an existing open name, which anybody may use. Rejects if it is protected. */
  | { name: string; existing: true }
  /** Uses the token of a name, which was shown when the name was created. */
  | { token: string }
  /**
   * Uses the site's own login. The function returns a JWT, and is called again when that has ended: once, however many requests
   * need it. The JWT is not stored.
   */
  | { login: () => string | Promise<string> }

/** The state of a connection to a room. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'live' }
  /**
   * There is no connection to `server`. The client tries again at `until` (milliseconds since 1970), or as soon as the network
   * is back.
   */
  | { state: 'waiting'; until: number; reason: string; server: string }
  /** The room does not exist yet. The client looks for it every 15 seconds or so. */
  | { state: 'no room'; problem: Error }
  /** Closed while the page is hidden. What was missed comes when the page is shown. */
  | { state: 'resting' }
  /** Closed by the page, or for good because of `problem`: banned, not allowed, or no server at this URL. */
  | { state: 'closed'; problem?: Error }

/** Something that happens in a room. Answers to frames of the client itself are left out. */
export type RoomEvent = Exclude<ServerFrame, { type: 'sent' | 'error' }>

export type SubscribeOptions = {
  /** Begins with the entry after this number, instead of the next new one. */
  after?: number
  onConnection?: (connection: Connection) => void
  /** Is called when the page has been hidden for a while. Return true to keep the connection. Otherwise it is closed until the page is shown. */
  keepalive?: () => boolean
}

export interface Subscription {
  readonly connection: Connection
  close(): void
}

/** A file to send, with the name that others see and a description for those who don't see it. A `File` has a name already. */
export type FileToSend = Blob | { file: Blob; name?: string; description?: string }

/** A file of a message that is on its way. */
export interface SendingFile {
  /** Random. */
  readonly key: string
  /** Undefined for a `Blob` without a name. */
  readonly name: string | undefined
  readonly description: string | undefined
  /** The type that the browser gives it. The server looks at the bytes. */
  readonly type: string
  readonly bytes: number
  /** The share that is uploaded, from 0 to 1. */
  readonly progress: number
  /** After a reload, it is no `Blob` before it is read from the browser's storage. */
  readonly file: unknown
}

export type SendOptions = {
  /** Creates the room if it does not exist. */
  createRoom?: boolean
  /** The number of the message that this one replies to. */
  replyTo?: number | undefined
  /** At most 10. The text may be empty then. */
  files?: readonly FileToSend[] | undefined
  /** Is called while files are uploaded, with the share of their bytes that has gone, from 0 to 1. */
  onProgress?: (share: number) => void
  /** Discards a message with files when it aborts. A message that may be stored already can't be called back. */
  signal?: AbortSignal
}

/** A message that is on its way. */
export interface Sending {
  /** The `Idempotency-Key`: the same for all tries. */
  readonly key: string
  readonly text: string
  /** The number of the message that it replies to. */
  readonly replyTo: number | undefined
  readonly files: readonly SendingFile[]
  /** When it was written, in milliseconds since 1970. */
  readonly at: number
  /** The user who wrote it. */
  readonly as?: { readonly userId?: number | undefined; readonly userName: string } | undefined
  /** `failed`: the server has refused it, for good or until something changes. `held`: it waits for a moderator's approval. */
  readonly state: 'pending' | 'held' | 'sent' | 'failed'
  /** The id of a message that waits for approval: `GET /chatroom/:name/held/:id` is 404 once a moderator has decided. */
  readonly held?: string | undefined
  /** Set once it is sent. */
  readonly message?: Message
  /** Set when it has failed. */
  readonly problem?: Error
  /** Resolves when it is sent, rejects when it has failed or is discarded. Nobody has to handle the rejection. */
  readonly done: Promise<Message>
  /** Tries a failed one again. */
  retry(): void
  /** Drops one that has failed or waits. One that may be stored already can't be called back. */
  discard(): void
}

/** A page of history. */
export type HistoryPage = {
  /** Oldest first. */
  messages: Message[]
  /** The messages that its replies name and that are not on it. */
  quoted: Message[]
  /** True if there are more in the same direction; with `around`, if there are newer ones. */
  more: boolean
  /** With `around`: whether there are older ones. */
  older: boolean
  /** The URL of the next page. */
  next: string | null
  /** The number of the last entry that the page shows; 0 for a search. An edit, deletion or reaction with a greater one is not in it yet. */
  seq: number
}

export interface Room {
  readonly name: string
  /** Creates the room if it does not exist. It belongs to nobody: only the site's admin can change it. */
  create(): Promise<Chatroom>
  show(): Promise<Chatroom>
  join(): Promise<Member>
  leave(): Promise<void>
  /**
   * Sends a message, as soon as there is a network. Messages go in the order in which they were written, each once. One that
   * could not be sent before the page was closed is sent by the next page of the site.
   */
  send(text: string, options?: SendOptions): Sending
  /** The messages that are on their way or have failed, oldest first. */
  readonly outbox: readonly Sending[]
  /** Calls `changed` after each change of the outbox. Returns a function that ends it. */
  onOutbox(changed: () => void): () => void
  /**
   * Returns a page of at most 100 messages, oldest first: the newest, those `before` or `after` a number, or those `around` a message,
   * which stands in the middle. With `q`, only those that hold all its words, newest first, each with the places `found`; with `author`,
   * only those of this user. Such a page may be empty although there are more: go on with `request('GET', next)`. `ifMissing: 'empty'`
   * gives an empty page of a room that does not exist.
   */
  page(options?: {
    before?: number | undefined
    after?: number | undefined
    around?: number | undefined
    limit?: number
    q?: string
    author?: string
    ifMissing?: 'empty'
  }): Promise<HistoryPage>
  /** Returns all messages, newest first, and loads pages as they are needed. With `after`, oldest first from there. */
  history(options?: { before?: number; after?: number }): AsyncIterableIterator<Message>
  edit(seq: number, text: string): Promise<Message>
  remove(seq: number): Promise<Message>
  /** Gives a message an emoji. */
  react(seq: number, emoji: string): Promise<Message>
  /** Takes back an emoji. */
  unreact(seq: number, emoji: string): Promise<Message>
  /** Returns who reacted to a message, or who gave it this emoji, and loads pages as they are needed. */
  reactions(seq: number, emoji?: string): AsyncIterableIterator<Reaction>
  /** Pins a message, for moderators. */
  pin(seq: number): Promise<Chatroom>
  unpin(seq: number): Promise<Chatroom>
  /** Returns the pinned messages, the last pinned one first. Their numbers are in `pinned` of the room. */
  pinned(): Promise<Message[]>
  report(seq: number, reason: string): Promise<void>
  /**
   * Stores how far the user has read, as a frame where there is a connection. Only members have such a mark. It never goes backwards. Call
   * it now and then, not for each message. With `isLeaving`, it is a request, which the browser finishes after the page is closed.
   */
  markRead(seq: number, isLeaving?: boolean): Promise<void>
  /**
   * Listens to the room: every entry after `after`, or from now on, in order, without a gap, each once, and what else happens.
   * Uses a WebSocket, or an event stream where there is none. Pauses in a hidden page and catches up.
   */
  subscribe(onEvent: (event: RoomEvent) => void, options?: SubscribeOptions): Subscription
  /** Tells the others that the user is typing. Call it at each keystroke. Needs a subscription. */
  typing(): void
  /** Returns the names of those who are here, as far as a subscription of this page knows; none without one. */
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
  /** The token of the user who acts here, to use the name on another device. Undefined without one, and with the site's own login. */
  readonly token: string | undefined
  /** True if a token or the site's login says who acts here, and not only an open name, which anybody may use. */
  readonly hasToken: boolean
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
  /** Sets the URL of the user's picture, or removes it. Needs the user's token. */
  setAvatar(url: string | null): Promise<User>
  /**
   * Returns the rooms that the user is a member of, or the one of this name, with the number of unread messages. Go on with
   * `request('GET', next)`.
   */
  chatrooms(options?: { name?: string; limit?: number }): Promise<OwnChatroomList>
  /** Returns the messages that mention the user, in all rooms or in one, newest first. A page may be short and still have a `next`. */
  mentions(options?: { chatroom?: string; limit?: number }): Promise<MentionList>
  room(name: string): Room
  /**
   * Sends any request to the API as the user who is signed in. `path` may be the `next` of a page. Rejects with a `ParlourError`
   * if the server refuses it.
   */
  request<T>(method: string, path: string, body?: unknown): Promise<T>
}
