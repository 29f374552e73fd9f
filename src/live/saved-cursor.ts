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

  constructor(storage: DurableObjectStorage, listeners: ReadonlyMap<WebSocket, Attachment>) {
    this.#storage = storage
    this.#listeners = listeners
  }

  /** The number of the last entry that everybody was sent. Undefined while no connection is left that knows. */
  get seq(): number | undefined {
    return this.#seq
  }

  /** Takes the cursor from a socket, if it is the one that holds it and the hub has forgotten it. Returns it then. */
  restore(socket: WebSocket, listener = readAttachment(socket)): Attachment['cursor'] | undefined {
    if (this.#holder || !listener || listener.id !== this.#storage.kv.get(HOLDER)) return undefined
    this.#holder = socket
    this.#seq = listener.cursor.seq
    return listener.cursor
  }

  /** Moves the cursor. Returns the socket whose attachment has to be written, unless there is none. */
  move(cursor: Attachment['cursor']): WebSocket | undefined {
    this.#seq = cursor.seq
    if (!this.#holder || !this.#listeners.has(this.#holder) || !isOpen(this.#holder)) {
      this.#holder = [...this.#listeners.keys()].find(isOpen)
      const id = this.#holder && this.#listeners.get(this.#holder)?.id
      if (id !== undefined) this.#storage.kv.put(HOLDER, id)
    }
    const listener = this.#holder && this.#listeners.get(this.#holder)
    if (listener) listener.cursor = cursor
    return listener && this.#holder
  }
}
