import type { Person } from './identity.ts'
import { fieldsOf } from './json.ts'
import { openStorage } from './storage.ts'
import type { FileToSend, SendingFile } from './types.ts'

/** The time that messages of this page wait for those that an earlier page may have left. */
const ADOPTION_MILLISECONDS = 500

/** A browser gives a page its lock a moment after the page has stored its message. */
const LOCK_MILLISECONDS = 1000

/** A message that is not stored on the server yet, as far as is known. */
export type UnsentMessage = {
  /** The name of its room. */
  room: string
  /** The `Idempotency-Key`. */
  key: string
  text: string
  /** The number of the message that it replies to. */
  replyTo?: number | undefined
  at: number
  /** The user who wrote it. It is sent in no other name. */
  as?: Person | undefined
  createRoom?: boolean | undefined
  /** Storage has everything of them but their bytes. */
  files?: SendingFile[] | undefined
  failed?: boolean
  /** The id under which the server holds it. */
  held?: string
  /**
   * The number of the newest entry of the log that the page knew of before it first sent the message. The server looks for the
   * key only after it, so it stays the same for all tries.
   */
  after?: number | undefined
}

/** Returns four random numbers. `crypto.randomUUID` does not exist in pages without TLS. */
export const newKey = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')

/** A file as its message keeps it. */
export const asSendingFile = (given: FileToSend): SendingFile => {
  const { file = given as File, name = file.name, description } = given as { file?: File } & SendingFile
  const { type, size: bytes } = file
  return { key: newKey(), file, name, description, type, bytes, progress: 0 }
}

type StoredMessage = UnsentMessage & { owner: string }

const isStored = (value: unknown): value is StoredMessage => {
  const { room, key, text, owner, at } = fieldsOf(value)
  return [room, key, text, owner].every((field) => typeof field === 'string') && typeof at === 'number'
}

const storage = openStorage('localStorage')
const prefixOf = (url: string) => `parlour unsent ${url} `

const stored = (prefix: string) =>
  storage
    .keys()
    .filter((key) => key.startsWith(prefix))
    .map(storage.get)
    .filter(isStored)
    .sort((one, other) => one.at - other.at)

/** Returns the names of the rooms for which an earlier page has left messages. */
export const roomsWithUnsentMessages = (url: string): string[] =>
  stored(prefixOf(url)).map(({ room }) => room)

/**
 * Keeps a room's unsent messages beyond the page. Each belongs to one page, which holds a lock while it has any. When the page
 * is closed, however that happens, the browser releases the lock, and the next page that wants it adopts the messages. Where
 * the browser has no locks (in pages without TLS) pages adopt them at once: a message that two pages send is stored once, by its key.
 */
export class UnsentMessages {
  /** Settles when the messages of pages that are closed are adopted. */
  readonly ready: Promise<unknown> | undefined
  readonly #prefix: string
  readonly #adopted: (messages: UnsentMessage[]) => void
  readonly #owner = newKey()
  readonly #keys = new Set<string>()
  readonly #locks = globalThis.document && globalThis.navigator?.locks
  readonly #awaited = new Set<string>()
  #release: (() => void) | undefined

  constructor(url: string, room: string, adopted: (messages: UnsentMessage[]) => void) {
    this.#prefix = `${prefixOf(url)}${encodeURIComponent(room)} `
    this.#adopted = adopted
    const owners = new Set(stored(this.#prefix).map(({ owner }) => owner))
    if (owners.size > 0)
      this.ready = Promise.race([
        Promise.all([...owners].map((owner) => this.#adopt(owner))),
        new Promise((resolve) => setTimeout(resolve, ADOPTION_MILLISECONDS)),
      ])
    globalThis.addEventListener?.('storage', ({ key }) => {
      if (!this.#locks || !key?.startsWith(this.#prefix)) return
      const message = storage.get(key)
      if (!isStored(message) || message.owner === this.#owner) return
      setTimeout(() => void this.#adopt(message.owner), LOCK_MILLISECONDS)
    })
  }

  /** Takes over the messages of another page, once it is closed. */
  async #adopt(owner: string): Promise<void> {
    if (this.#awaited.has(owner)) return
    this.#awaited.add(owner)
    const adopt = () => {
      const messages = stored(this.#prefix).filter((message) => message.owner === owner)
      // The newest first. A page that sees only a part of these writes then takes the oldest ones, too, and sends none before them.
      for (const message of messages.toReversed()) this.save(message)
      if (messages[0]) this.#adopted(messages)
      this.#awaited.delete(owner)
    }
    await (this.#locks?.request(`parlour ${owner}`, adopt) ?? Promise.resolve().then(adopt))
  }

  save(message: UnsentMessage): void {
    this.#keys.add(message.key)
    if (!this.#release) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#release = resolve
      void this.#locks?.request(`parlour ${this.#owner}`, () => promise)
    }
    storage.set(this.#prefix + message.key, { ...message, owner: this.#owner })
  }

  remove(key: string): void {
    storage.set(this.#prefix + key, undefined)
    this.#keys.delete(key)
    if (this.#keys.size > 0) return
    this.#release?.()
    this.#release = undefined
  }
}
