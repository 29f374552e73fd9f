import type { ServerFrame } from '../contract'
import { type Closing, closing } from '../contract/close-codes'
import { type Attachment, attachmentOf } from './attachment'

/**
 * How long what comes close on something else waits for more, so that they go out together: handing a socket's frames to
 * the system costs more than the frames do.
 */
const BURST_MILLISECONDS = 5

/** The runtime keeps in memory what a listener doesn't read, however much, and says nothing of it. */
const MAX_UNREAD = 4 * 1024 * 1024

const ANCHOR = 'anchor'

const tagOf = (userId: number): string => `user:${userId}`

const isOpen = (socket: WebSocket): boolean => socket.readyState === WebSocket.OPEN

/** Sends or closes, unless the other end has gone: then the close event says so. */
const attempt = (act: () => void): void => {
  try {
    act()
  } catch {}
}

/**
 * The connections to a hub. What is known of each is on its socket, and so outlives the hub's memory; how far the hub is in
 * its log is on one of them, the anchor, and storage has which one that is.
 */
export class Connections {
  readonly #ctx: DurableObjectState
  #anchor: WebSocket | undefined
  #at: number | undefined
  /** How much everybody has been sent, in UTF-16 code units, and at which of it we last looked who reads. */
  #sent = 0
  #looked = 0
  /** What everybody is to be sent next, and which entry the hub is at with it. */
  #held: { text: string; except: WebSocket | undefined }[] = []
  #heldAt: number | undefined
  #isBurst = false
  /** What those who have just come are to be sent before anything else. */
  readonly #greetings = new Map<WebSocket, ServerFrame[]>()
  readonly behind = new Set<WebSocket>()

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    for (const socket of this.sockets) {
      this.recall(socket)
      if (attachmentOf(socket).behind !== null) this.behind.add(socket)
    }
  }

  get sockets(): WebSocket[] {
    return this.#ctx.getWebSockets()
  }

  /** The number of the entry that the hub was at; undefined while nobody is here who knows. */
  get at(): number | undefined {
    return this.#at
  }

  /** Takes from a socket, if it is the anchor, what the hub has forgotten in its sleep. */
  recall(socket: WebSocket): void {
    const { id, at, sent } = attachmentOf(socket)
    if (this.#anchor || id !== this.#ctx.storage.kv.get(ANCHOR)) return
    this.#anchor = socket
    this.#at = at
    this.#sent += sent
  }

  /**
   * Accepts a socket; what it is sent from here on is the `greeting`, and what comes after `at`. The greeting waits for
   * `greet` or for anything else there is to send: what is sent before the connection has been handed over to who asked for
   * it costs several kB for as long as it is open (bench/README.md).
   */
  add(
    socket: WebSocket,
    listener: Omit<Attachment, 'id' | 'at' | 'sent' | 'read'>,
    at: number,
    greeting: ServerFrame[],
  ): void {
    const { user, behind } = listener
    this.flush()
    // One that was given up may be among its sockets for a while.
    const isNew = user !== null && !this.#ctx.getWebSockets(tagOf(user.id)).some(isOpen)
    this.#ctx.acceptWebSocket(socket, user ? [tagOf(user.id)] : [])
    const [id, sent] = [crypto.randomUUID(), this.#sent]
    socket.serializeAttachment({ ...listener, id, at, sent, read: sent } satisfies Attachment)
    if (behind !== null) this.behind.add(socket)
    this.note(at)
    if (isNew) this.tell({ type: 'presence', userName: user.name, present: true }, at, socket)
    this.#greetings.set(socket, greeting)
  }

  /**
   * Sends a frame to everybody, serialised once, but to those who are behind: they get the entries in their turn. `at` is the
   * entry that the hub is at with it. The first goes out at once; those close on its heels go together.
   */
  tell(frame: ServerFrame, at: number | undefined, except?: WebSocket): void {
    this.#held.push({ text: JSON.stringify(frame), except })
    this.#heldAt = at
    if (this.#isBurst) return
    this.flush()
    this.#isBurst = true
    this.#ctx.waitUntil(this.#burst())
  }

  async #burst(): Promise<void> {
    do await scheduler.wait(BURST_MILLISECONDS)
    while (this.flush())
    this.#isBurst = false
  }

  /** Sends what is held; gives whether there was something. */
  flush(): boolean {
    const held = this.#held
    if (held.length === 0) return false
    this.#held = []
    for (const socket of this.#greetings.keys()) this.greet(socket)
    for (const { text } of held) this.#sent += text.length
    for (const socket of this.sockets) {
      if (this.behind.has(socket)) continue
      attempt(() => {
        for (const { text, except } of held) if (socket !== except) socket.send(text)
      })
    }
    if (this.#heldAt !== undefined) this.note(this.#heldAt)
    if (this.#sent - this.#looked > MAX_UNREAD / 16) {
      this.#looked = this.#sent
      this.dismiss('unread', ({ read }) => this.#sent - read > MAX_UNREAD)
    }
    return true
  }

  /** Writes down how far the hub is. */
  note(at: number): void {
    this.#at = at
    if (!this.#anchor || !isOpen(this.#anchor)) {
      this.#anchor = this.sockets.find(isOpen)
      if (this.#anchor) this.#ctx.storage.kv.put(ANCHOR, attachmentOf(this.#anchor).id)
    }
    if (this.#anchor) this.#update(this.#anchor, { at, sent: this.#sent })
  }

  /** Sends somebody who has just come the greeting, unless it has been sent. */
  greet(socket: WebSocket): void {
    const greeting = this.#greetings.get(socket)
    if (!greeting) return
    this.#greetings.delete(socket)
    this.send(socket, ...greeting)
  }

  /** Sends frames to one, who has that much more to read. */
  send(socket: WebSocket, ...frames: ServerFrame[]): void {
    this.greet(socket)
    const texts = frames.map((frame) => JSON.stringify(frame))
    for (const text of texts) attempt(() => socket.send(text))
    const { read } = attachmentOf(socket)
    this.#update(socket, { read: texts.reduce((rest, { length }) => rest - length, read) })
    if (this.unread(socket) > 1) this.dismiss('unread', (_, other) => other === socket)
  }

  /** How much of what it may be sent a socket has not read, from 0, nothing, to 1, when it is closed. */
  unread(socket: WebSocket): number {
    return (this.#sent - attachmentOf(socket).read) / MAX_UNREAD
  }

  /** Somebody says that what has come so far is read. */
  read(socket: WebSocket): void {
    this.#update(socket, { read: this.#sent })
  }

  /** Somebody has been sent the entries up to the one of the number `behind`, or all that everybody has. */
  settle(socket: WebSocket, behind: number | null): void {
    this.#update(socket, { behind })
    if (behind === null) this.behind.delete(socket)
  }

  #update(socket: WebSocket, changes: Partial<Attachment>): void {
    socket.serializeAttachment({ ...attachmentOf(socket), ...changes })
  }

  /** Closes the connections that `whom` chooses, with a last frame that says more. */
  dismiss(
    why: Closing,
    whom: (listener: Attachment, socket: WebSocket) => boolean,
    frame?: ServerFrame,
  ): void {
    for (const socket of this.#greetings.keys()) this.greet(socket)
    this.flush()
    const [code, reason] = closing[why]
    for (const socket of this.sockets) {
      if (!whom(attachmentOf(socket), socket)) continue
      if (frame) attempt(() => socket.send(JSON.stringify(frame)))
      this.close(socket, code, reason)
    }
  }

  /** Closes one connection, or answers its being closed. */
  close(socket: WebSocket, code: number, reason?: string): void {
    attempt(() => socket.close(code, reason))
    this.behind.delete(socket)
    const { user } = attachmentOf(socket)
    // Who is dismissed has left; the close event that follows says so again.
    this.#update(socket, { user: null })
    if (this.#at !== undefined) this.note(this.#at)
    if (user !== null && !this.#ctx.getWebSockets(tagOf(user.id)).some(isOpen))
      this.tell({ type: 'presence', userName: user.name, present: false }, this.#at, socket)
  }

  /** The names of those who are here. */
  get present(): string[] {
    return [...new Set(this.sockets.flatMap((socket) => attachmentOf(socket).user?.name ?? []))]
  }
}
