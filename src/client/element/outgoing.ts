import type { Message } from '../../contract/index.ts'
import type { Parlour, Room, Sending } from '../types.ts'
import { unconfirmed } from './rows.ts'
import type { Entry } from './timeline.ts'

/** Something that has an author. */
export type Owned = Pick<Entry, 'userName'> & { userId?: number | null | undefined }

type Hooks = {
  changed: () => void
  /** The server has stored a message. Its event may come later. */
  stored: (message: Message) => void
  refused: (sending: Sending, problem: Error) => void
}

/** The reader's own messages: those on their way, and which of the stored ones are theirs. */
export class Outgoing {
  readonly #client: Parlour
  readonly #room: Room
  readonly #hooks: Hooks
  readonly #watched = new WeakSet<Promise<unknown>>()
  /** The keys under which messages were sent from here, by the messages' numbers. */
  readonly #sentKeys = new Map<number, string>()
  #isOpen = false

  constructor(client: Parlour, room: Room, hooks: Hooks) {
    this.#client = client
    this.#room = room
    this.#hooks = hooks
  }

  /** Watches the outbox until the returned function is called. */
  open(): () => void {
    this.#isOpen = true
    const end = this.#room.onOutbox(() => this.#watch())
    this.#watch()
    return () => {
      this.#isOpen = false
      end()
    }
  }

  #watch(): void {
    for (const sending of this.#room.outbox) {
      const { key, done } = sending
      if (this.#watched.has(done)) continue
      this.#watched.add(done)
      done.then(
        (message) => {
          this.#sentKeys.set(message.seq, key)
          this.#hooks.stored(message)
        },
        (problem) => {
          // Another element of the page may have the same room.
          if (this.#isOpen && this.#room.outbox.includes(sending)) this.#hooks.refused(sending, problem)
          this.#hooks.changed()
        },
      )
    }
    this.#hooks.changed()
  }

  /** Compares by id, so that a message stays the reader's after a rename. */
  isMine({ userId, userName }: Owned): boolean {
    const { userId: ownId, userName: ownName } = this.#client
    if (userId !== undefined && ownId !== undefined) return userId === ownId
    // Null beside a name: an incoming webhook, which may have the reader's name.
    return userId !== null && userName !== null && userName === ownName
  }

  /** Returns the messages on their way that aren't among the entries. */
  pending(entries: readonly Entry[]): readonly Sending[] {
    const { outbox } = this.#room
    if (outbox.length === 0) return outbox
    return unconfirmed(
      outbox,
      entries.filter((entry) => this.isMine(entry)),
      this.#sentKeys,
    )
  }
}
