import { type Attachment, readAttachment } from './attachment'
import { isOpen } from './sockets'

const HOLDER = 'cursor-holder'

/**
 * The saved cursor says how far everybody has been sent the log. It is on one socket's attachment only; the object's storage says on
 * which one.
 */
export class SavedCursor {
  readonly #storage: DurableObjectStorage
  readonly #listeners: ReadonlyMap<WebSocket, Attachment>
  #holder: WebSocket | undefined
  #seq: number | undefined
  #movedAt = Date.now()

  constructor(storage: DurableObjectStorage, listeners: ReadonlyMap<WebSocket, Attachment>) {
    this.#storage = storage
    this.#listeners = listeners
  }

  /** The number of the last entry that everybody was sent. Undefined while no connection is left that knows. */
  get seq(): number | undefined {
    return this.#seq
  }

  /** When everybody was sent the last entry; while nothing says when that was, when the hub awoke. */
  get movedAt(): number {
    return this.#movedAt
  }

  /** Takes the cursor from a socket, if it is the one that holds it and the hub has forgotten it. Returns it then. */
  restore(socket: WebSocket, listener = readAttachment(socket)): Attachment['cursor'] | undefined {
    if (this.#holder || !listener || listener.id !== this.#storage.kv.get(HOLDER)) return undefined
    this.#holder = socket
    this.#seq = listener.cursor.seq
    this.#movedAt = listener.cursor.at
    return listener.cursor
  }

  /** Moves the cursor. Returns the socket whose attachment has to be written, unless there is none. */
  move({ seq, sent }: Omit<Attachment['cursor'], 'at'>): WebSocket | undefined {
    if (seq !== this.#seq) this.#movedAt = Date.now()
    this.#seq = seq
    if (!this.#holder || !this.#listeners.has(this.#holder) || !isOpen(this.#holder)) {
      this.#holder = [...this.#listeners.keys()].find(isOpen)
      const id = this.#holder && this.#listeners.get(this.#holder)?.id
      if (id !== undefined) this.#storage.kv.put(HOLDER, id)
    }
    const listener = this.#holder && this.#listeners.get(this.#holder)
    if (listener) listener.cursor = { seq, sent, at: this.#movedAt }
    return listener && this.#holder
  }
}
