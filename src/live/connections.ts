import type { EntryFrame, ServerFrame } from '../contract'
import type { CloseReason } from '../contract/close-codes'
import { Problem } from '../http/problem'
import { type Attachment, readAttachment } from './attachment'
import { closing } from './close-reasons'
import { excessConnections, tagsOf, userTag } from './connection-limits'
import { Outgoing } from './outgoing'

/** Frames that closely follow another wait this long for more. Writing to a socket costs more than the frames do. */
const BURST_MILLISECONDS = 5
/** Everybody is looked at for unread frames each time this much has been sent, in UTF-16 code units. */
const CHECK_EVERY = 256 * 1024
const CURSOR_HOLDER = 'cursor-holder'

const isOpen = (socket: WebSocket): boolean => socket.readyState === WebSocket.OPEN

/** Sends or closes. Does nothing if the other end has gone: the close event tells of that. */
const attempt = (act: () => void): void => {
  try {
    act()
  } catch {}
}

const unsent = (seq: number, sent: number) => {
  const message = `seq must be at most ${sent}: entry ${seq} was not sent to you`
  return new Problem('invalid-request', message, { errors: [{ path: 'seq', message }] })
}

/** The state of a new connection. The rest of its attachment is this class's own. */
export type NewConnection = Omit<Attachment, 'id' | 'cursor' | 'openedAt' | 'read' | 'base' | 'marks'>

/**
 * The connections to a hub. The state of each is attached to its socket, so it outlives the hub's memory. The saved cursor, which
 * says how far everybody has been sent the log, is on one socket only; the object's storage says on which one.
 */
export class Connections {
  readonly #ctx: DurableObjectState
  readonly #listeners = new Map<WebSocket, Attachment>()
  readonly #outgoing = new Outgoing()
  #cursorHolder: WebSocket | undefined
  #cursor: number | undefined
  /** Frames that wait to be sent to everybody, and the number of the last entry among them. */
  #waiting: { text: string; except: WebSocket | undefined }[] = []
  #waitingCursor: number | undefined
  #isBurst = false
  /** The first frames of new connections, until they are sent. */
  readonly #greetings = new Map<WebSocket, ServerFrame[]>()

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
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
    return this.#cursor
  }

  /** Takes the saved cursor from a socket, if it is the one that holds it and the hub has forgotten it. */
  restoreCursor(socket: WebSocket, listener = readAttachment(socket)): void {
    if (this.#cursorHolder || !listener || listener.id !== this.#ctx.storage.kv.get(CURSOR_HOLDER)) return
    this.#cursorHolder = socket
    this.#cursor = listener.cursor.seq
    this.#outgoing.restore(listener.cursor)
  }

  /**
   * Accepts a socket, which is sent the `greeting` and then what comes after the entry `seq`. The greeting waits for `greet`, or
   * for anything else to send: frames that are sent before the socket has been handed over cost several kB for as long as the
   * connection lasts (bench/README.md).
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
      cursor: { seq, sent: this.#outgoing.sent },
    }
    this.#listeners.set(socket, listener)
    this.save(socket)
    this.#saveCursor(seq)
    if (isNew) this.broadcast({ type: 'presence', userName: user.name, present: true }, seq, socket)
    this.#greetings.set(socket, greeting)
    const tagged = new Set(tags.flatMap((tag) => this.#ctx.getWebSockets(tag)))
    const excess = excessConnections(tagged, this.#listeners, listener)
    for (const oldest of excess) this.close(oldest, ...closing('tooMany'))
  }

  /**
   * Sends a frame to everybody, except to those who catch up: they get the entries in their turn. It is serialised once. `seq` is
   * the number of the last entry that everybody has with it. The first frame goes out at once, those close behind it together.
   */
  broadcast(frame: ServerFrame, seq: number | undefined, except?: WebSocket): void {
    this.#waiting.push({ text: JSON.stringify(frame), except })
    this.#waitingCursor = seq
    if (this.#isBurst) return
    this.flush()
    this.#isBurst = true
    this.#ctx.waitUntil(this.#endBurst())
  }

  async #endBurst(): Promise<void> {
    do await scheduler.wait(BURST_MILLISECONDS)
    while (this.flush())
    this.#isBurst = false
  }

  /** Sends the frames that wait. Returns whether there were any. */
  flush(): boolean {
    const waiting = this.#waiting
    if (waiting.length === 0) return false
    this.#waiting = []
    for (const socket of this.#greetings.keys()) this.greet(socket)
    for (const [socket, { behind }] of this.#listeners) {
      if (behind !== null) continue
      attempt(() => {
        for (const { text, except } of waiting) if (socket !== except) socket.send(text)
      })
    }
    const { sent } = this.#outgoing
    const length = waiting.reduce((sum, { text }) => sum + text.length, 0)
    this.#outgoing.add(length, this.#waitingCursor)
    if (this.#waitingCursor !== undefined) this.#saveCursor(this.#waitingCursor)
    if (Math.floor(sent / CHECK_EVERY) !== Math.floor(this.#outgoing.sent / CHECK_EVERY))
      this.closeWhere('unread', (listener) => this.#outgoing.isFull(listener))
    return true
  }

  #saveCursor(seq: number): void {
    this.#cursor = seq
    if (!this.#cursorHolder || !this.#listeners.has(this.#cursorHolder) || !isOpen(this.#cursorHolder)) {
      this.#cursorHolder = [...this.#listeners.keys()].find(isOpen)
      const id = this.#cursorHolder && this.#listeners.get(this.#cursorHolder)?.id
      if (id !== undefined) this.#ctx.storage.kv.put(CURSOR_HOLDER, id)
    }
    const holder = this.#cursorHolder && this.#listeners.get(this.#cursorHolder)
    if (!this.#cursorHolder || !holder) return
    holder.cursor = { seq, sent: this.#outgoing.sent }
    this.save(this.#cursorHolder)
  }

  /** Sends a new connection its first frames, unless they have been sent. */
  greet(socket: WebSocket): void {
    const greeting = this.#greetings.get(socket)
    if (!greeting) return
    this.#greetings.delete(socket)
    this.send(socket, ...greeting)
  }

  /** Sends frames to one connection. */
  send(socket: WebSocket, ...frames: ServerFrame[]): void {
    this.greet(socket)
    const listener = this.#listeners.get(socket)
    if (!listener) return
    // The next entry comes after them, so a client that acknowledges it has read them.
    const next = 1 + (listener.behind ?? this.#cursor ?? 0)
    for (const frame of frames) this.#sendTo(socket, listener, frame, next)
    this.#saveOrClose(socket, listener)
  }

  /**
   * Sends one that catches up as many of the entries as it may be sent now, and at most those up to `last`, where everybody is.
   */
  sendEntries(socket: WebSocket, entries: EntryFrame[], last: number): void {
    this.greet(socket)
    const listener = this.#listeners.get(socket)
    if (!listener || listener.behind === null) return
    for (const entry of entries) {
      if (entry.seq !== listener.behind + 1 || entry.seq > last) continue
      if (this.#outgoing.room(listener) <= 0) break
      this.#sendTo(socket, listener, entry, entry.seq)
      listener.behind = entry.seq
    }
    if (listener.behind === last) {
      listener.behind = null
      this.#outgoing.join(listener)
    }
    this.#saveOrClose(socket, listener)
  }

  #sendTo(socket: WebSocket, listener: Attachment, frame: ServerFrame, seq: number): void {
    const text = JSON.stringify(frame)
    attempt(() => socket.send(text))
    this.#outgoing.addFor(listener, text.length, seq)
  }

  #saveOrClose(socket: WebSocket, listener: Attachment): void {
    this.save(socket)
    if (this.#outgoing.isFull(listener)) this.close(socket, ...closing('unread'))
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
    const sent = listener.behind ?? this.#cursor ?? 0
    if (seq !== undefined && seq > sent) throw unsent(seq, sent)
    const length = this.#outgoing.acknowledge(listener, seq)
    this.save(socket)
    return length
  }

  /** Writes the state of a connection to its socket. */
  save(socket: WebSocket): void {
    const listener = this.#listeners.get(socket)
    if (listener) attempt(() => socket.serializeAttachment(listener))
  }

  /** Closes the connections that `which` chooses, after a last frame. */
  closeWhere(
    reason: CloseReason,
    which: (listener: Attachment, socket: WebSocket) => boolean,
    frame?: ServerFrame,
  ): void {
    const chosen = this.all.filter(([socket, listener]) => which(listener, socket))
    if (chosen.length === 0) return
    this.flush()
    const [code, text] = closing(reason)
    for (const [socket] of chosen) {
      this.greet(socket)
      if (frame) this.send(socket, frame)
      this.close(socket, code, text)
    }
  }

  /** Closes a connection, or answers its being closed. From then on it counts for nothing, whether the other end answers or not. */
  close(socket: WebSocket, code: number, reason?: string): void {
    // After the hub has slept, a socket that closes may be in no list any more.
    const listener = this.#listeners.get(socket) ?? readAttachment(socket)
    this.#listeners.delete(socket)
    this.#greetings.delete(socket)
    this.#hangUp(socket, code, reason)
    if (!listener) return
    if (this.#cursor !== undefined) this.#saveCursor(this.#cursor)
    const { user } = listener
    if (user !== null && !this.#isPresent(user.id))
      this.broadcast({ type: 'presence', userName: user.name, present: false }, this.#cursor, socket)
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

  /** The names of those who are here. */
  get present(): string[] {
    return [...new Set(this.all.flatMap(([, { user }]) => user?.name ?? []))]
  }
}
