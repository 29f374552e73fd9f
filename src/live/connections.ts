import type { EntryFrame, ServerFrame } from '../contract'
import type { CloseReason } from '../contract/close-codes'
import { type Attachment, type NewConnection, readAttachment } from './attachment'
import { closing } from './close-reasons'
import { excessConnections, tagsOf, userTag } from './connection-limits'
import { Outgoing, STEP } from './outgoing'
import { textFor, writerOf } from './own-links'
import { FrameGroup } from './protocol'
import { SavedCursor } from './saved-cursor'
import { attempt, isOpen } from './sockets'

/** Frames that closely follow another wait this long for more. Writing to a socket costs more than the frames do. */
const BURST_MILLISECONDS = 5
/** Everybody is looked at for unread frames each time this much has been sent, in UTF-16 code units. */
const CHECK_EVERY = 256 * 1024
const nothing = new FrameGroup()
/** The connections to a hub. The state of each is attached to its socket, so it outlives the hub's memory. */
export class Connections {
  readonly #ctx: DurableObjectState
  readonly #onClose: (code: number) => void
  readonly #listeners = new Map<WebSocket, Attachment>()
  readonly #outgoing = new Outgoing()
  readonly savedCursor: SavedCursor
  /** Frames that wait to be sent to everybody. */
  #waiting = new FrameGroup()
  #isBurst = false
  /** Frames that wait to be sent to one connection, as texts. */
  readonly #own = new Map<WebSocket, string[]>()
  #isTogether = false
  /** The UTF-16 units that each connection was sent alone since its attachment was written. */
  readonly #unsaved = new WeakMap<WebSocket, number>()
  /** The first frames of new connections, until they are sent. */
  readonly #greetings = new Map<WebSocket, ServerFrame[]>()

  /** `onClose` is called with the code of each connection that ends. */
  constructor(ctx: DurableObjectState, onClose: (code: number) => void) {
    this.#ctx = ctx
    this.#onClose = onClose
    this.savedCursor = new SavedCursor(ctx.storage, this.#listeners)
    for (const socket of ctx.getWebSockets()) {
      const listener = readAttachment(socket)
      if (listener) {
        this.#listeners.set(socket, listener)
        this.restoreCursor(socket, listener)
        // The hub has closed it before it slept, and the other end has not answered.
      } else if (socket.deserializeAttachment() !== null) this.#hangUp(socket, ...closing('reconnect'))
    }
  }

  get size(): number {
    return this.#listeners.size
  }

  /** All that may be sent something: not those that the hub has closed and that have not answered yet. */
  get all(): [WebSocket, Attachment][] {
    return [...this.#listeners]
  }

  get(socket: WebSocket): Attachment | undefined {
    return this.#listeners.get(socket)
  }

  has(userId: number): boolean {
    return this.#ctx.getWebSockets(userTag(userId)).some((socket) => this.#listeners.has(socket))
  }

  /** The number of the last entry that everybody was sent. Undefined while no connection is left that knows. */
  get cursor(): number | undefined {
    return this.savedCursor.seq
  }
  /** Takes the saved cursor from a socket, if it is the one that holds it and the hub has forgotten it. */
  restoreCursor(socket: WebSocket, listener?: Attachment): void {
    const cursor = this.savedCursor.restore(socket, listener)
    if (cursor) this.#outgoing.restore(cursor)
  }

  /**
   * Accepts a socket, which is sent the `greeting` and then what comes after the entry `seq`. The greeting waits for the next frame, or for
   * `send` without any: frames sent before the socket is handed over cost several kB while the connection lasts (bench/README.md).
   */
  add(socket: WebSocket, connection: NewConnection, seq: number, greeting: ServerFrame[]): void {
    const { user, behind } = connection
    this.flush()
    const isNew = user !== null && !this.#isPresent(user.id)
    const tags = tagsOf(connection)
    this.#ctx.acceptWebSocket(socket, tags)
    const listener: Attachment = {
      ...connection,
      ...this.#outgoing.begin(behind !== null),
      id: crypto.randomUUID(),
      openedAt: Date.now(),
      cursor: { seq, sent: this.#outgoing.sent, at: this.savedCursor.movedAt },
    }
    this.#listeners.set(socket, listener)
    this.save(socket)
    this.#saveCursor(seq)
    const isBurst = this.#isBurst
    if (isNew) this.broadcast({ type: 'presence', userName: user.name, present: true }, seq, socket)
    // Not later: whatever is sent to everybody then takes the greeting along.
    if (!isBurst) this.flush()
    this.#greetings.set(socket, greeting)
    const tagged = new Set(tags.flatMap((tag) => this.#ctx.getWebSockets(tag)))
    for (const oldest of excessConnections(tagged, this.#listeners, listener))
      this.close(oldest, ...closing('tooMany'))
  }

  /**
   * Sends a frame to everybody, but to those who catch up only what nothing repeats. `seq` is the number of the last entry that everybody has with it. The first frame goes out at once, those close behind it together.
   */
  broadcast(frame: ServerFrame, seq: number | undefined, except?: WebSocket): void {
    this.#waiting.add(JSON.stringify(frame), except, writerOf(frame))
    if (frame.type === 'room' || frame.type === 'member')
      for (const [socket, { behind }] of this.#listeners) if (behind !== null) this.#queue(socket, [frame])
    this.#waiting.last = seq
    if (this.#isBurst || this.#isTogether) return
    this.#isBurst = true
    this.#ctx.waitUntil(this.#burst())
  }

  async #burst(): Promise<void> {
    // The frames of one event go out together.
    await Promise.resolve()
    while (this.flush()) await scheduler.wait(BURST_MILLISECONDS)
    this.#isBurst = false
  }

  /** Sends all frames that `act` sends together, at its end. */
  together<Result>(act: () => Result): Result {
    if (this.#isTogether) return act()
    this.#isTogether = true
    try {
      return act()
    } finally {
      this.#isTogether = false
      const answered = [...this.#own.keys()]
      this.flush()
      for (const socket of answered) this.#write(socket)
      for (const socket of answered) this.#closeIfFull(socket)
    }
  }

  /** Sends the frames that wait for everybody. Returns whether there were any. */
  flush(): boolean {
    const waiting = this.#waiting
    if (waiting.length === 0) return false
    this.#waiting = new FrameGroup()
    for (const socket of this.#greetings.keys()) this.#queue(socket, [])
    for (const [socket, { behind }] of this.#listeners) {
      if (behind === null) this.#write(socket, waiting)
      else if (!this.#isTogether) this.#write(socket)
    }
    const { sent } = this.#outgoing
    this.#outgoing.add(waiting.length, waiting.last)
    if (waiting.last !== undefined) this.#saveCursor(waiting.last)
    if (Math.floor(sent / CHECK_EVERY) !== Math.floor(this.#outgoing.sent / CHECK_EVERY))
      this.closeWhere('unread', (listener) => this.#outgoing.isFull(listener))
    return true
  }

  #saveCursor(seq: number): void {
    const holder = this.savedCursor.move({ seq, sent: this.#outgoing.sent })
    if (holder) this.save(holder)
  }

  /** Sends frames to one connection, after the first frames of a new one. */
  send(socket: WebSocket, ...frames: ServerFrame[]): void {
    this.#queue(socket, frames)
    if (this.#isTogether) return
    this.#write(socket)
    this.#closeIfFull(socket)
  }

  #queue(socket: WebSocket, frames: ServerFrame[]): void {
    const greeting = this.#greetings.get(socket) ?? []
    this.#greetings.delete(socket)
    const listener = this.#listeners.get(socket)
    if (!listener) return
    // The next entry comes after them, so a client that acknowledges it has read them.
    const next = 1 + (listener.behind ?? this.cursor ?? 0)
    for (const frame of [...greeting, ...frames]) this.#add(socket, listener, frame, next)
  }

  /** Sends one that catches up as many of the entries as it may be sent now, and at most those up to `last`. Sends `reset` before a gap, whose entries were removed. */
  sendEntries(socket: WebSocket, entries: EntryFrame[], last: number): void {
    this.#queue(socket, [])
    const listener = this.#listeners.get(socket)
    if (!listener || listener.behind === null) return
    for (const entry of entries) {
      if (entry.seq <= listener.behind || entry.seq > last) continue
      if (this.#outgoing.room(listener) <= 0) break
      const before = entry.seq - 1
      if (before > listener.behind) this.#add(socket, listener, { type: 'reset', seq: before }, entry.seq)
      this.#add(socket, listener, entry, entry.seq)
      listener.behind = entry.seq
    }
    if (listener.behind === last) {
      listener.behind = null
      this.#outgoing.join(listener)
    }
    this.save(socket)
    this.send(socket)
  }

  #add(socket: WebSocket, listener: Attachment, frame: ServerFrame, seq: number): void {
    const text = textFor(frame, listener.apiUrl)
    const own = this.#own.get(socket)
    if (own) own.push(text)
    else this.#own.set(socket, [text])
    this.#outgoing.addFor(listener, text.length, seq)
    this.#unsaved.set(socket, text.length + (this.#unsaved.get(socket) ?? 0))
  }

  /** Sends a connection its own frames that are queued, and then those of a group. */
  #write(socket: WebSocket, group = nothing): void {
    const own = this.#own.get(socket) ?? []
    this.#own.delete(socket)
    const listener = this.#listeners.get(socket)
    if (!listener) return
    attempt(() => {
      for (const message of group.messagesFor(socket, listener, own)) socket.send(message)
    })
    // Without these writes, a hub that has slept takes a little less for unread than it is.
    if ((this.#unsaved.get(socket) ?? 0) > STEP) this.save(socket)
  }

  #closeIfFull(socket: WebSocket): void {
    const listener = this.#listeners.get(socket)
    if (listener && this.#outgoing.isFull(listener)) this.close(socket, ...closing('unread'))
  }

  /** Returns whether one that catches up may be sent more now. */
  isReady(listener: Attachment): boolean {
    return listener.behind !== null && this.#outgoing.room(listener) > 0
  }

  /**
   * Takes an acknowledgement: of all entries up to `seq`, or without a number of all that was sent. Returns how much it acknowledges, in
   * UTF-16 code units. Throws a 400 problem for a number that was not sent.
   */
  acknowledge(socket: WebSocket, seq: number | undefined): number {
    const listener = this.#listeners.get(socket)
    if (!listener) return 0
    const length = this.#outgoing.acknowledge(listener, seq, listener.behind ?? this.cursor ?? 0)
    this.save(socket)
    return length
  }

  save(socket: WebSocket): void {
    const listener = this.#listeners.get(socket)
    if (listener) attempt(() => socket.serializeAttachment(listener))
    this.#unsaved.delete(socket)
  }

  /** Closes the connections that `which` chooses, after a last frame. */
  closeWhere(
    reason: CloseReason,
    which: (listener: Attachment, socket: WebSocket) => boolean,
    frame?: ServerFrame,
  ): void {
    const chosen = this.all.filter(([socket, listener]) => which(listener, socket))
    if (chosen.length > 0) this.flush()
    for (const [socket] of chosen) {
      this.send(socket, ...(frame ? [frame] : []))
      this.close(socket, ...closing(reason))
    }
  }

  /** Closes a connection, or answers its being closed. From then on it counts for nothing, whether the other end answers or not. */
  close(socket: WebSocket, code: number, reason?: string): void {
    // After the hub has slept, a socket that closes may be in no list any more.
    const listener = this.#listeners.get(socket) ?? readAttachment(socket)
    if (listener) this.#onClose(code)
    this.#write(socket)
    this.#listeners.delete(socket)
    this.#greetings.delete(socket)
    this.#hangUp(socket, code, reason)
    if (!listener) return
    if (this.cursor !== undefined) this.#saveCursor(this.cursor)
    if (!listener.user || this.#isPresent(listener.user.id)) return
    const frame = { type: 'presence', userName: listener.user.name, present: false } as const
    this.broadcast(frame, this.#waiting.last ?? this.cursor, socket)
  }

  #hangUp(socket: WebSocket, code: number, reason?: string): void {
    // After the hub has slept, a socket whose other end never answers looks open again.
    attempt(() => socket.serializeAttachment(null))
    attempt(() => socket.close(code, reason))
  }

  #isPresent(userId: number): boolean {
    return this.#ctx
      .getWebSockets(userTag(userId))
      .some((socket) => this.#listeners.has(socket) && isOpen(socket))
  }

  get present(): string[] {
    return [...new Set(this.all.flatMap(([, { user }]) => user?.name ?? []))]
  }
}
