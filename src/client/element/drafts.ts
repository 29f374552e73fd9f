import { openStorage } from '../storage.ts'

/** Texts that were written and not sent, by room. They survive a reload and are in no request. */
export class Drafts {
  readonly #storage = openStorage('localStorage')
  readonly #prefix: string
  /** The rooms that have a draft, so that all of them can be removed. */
  readonly #indexKey: string

  constructor(serverUrl: string) {
    this.#prefix = `parlour-draft ${serverUrl}`
    this.#indexKey = `${this.#prefix} rooms`
  }

  #rooms(): string[] {
    const stored: unknown = this.#storage.get(this.#indexKey)
    return Array.isArray(stored) ? stored.filter((room) => typeof room === 'string') : []
  }

  get(room: string): string {
    const stored: unknown = this.#storage.get(`${this.#prefix}/${room}`)
    return typeof stored === 'string' ? stored : ''
  }

  /** Keeps a draft; an empty one is removed. */
  set(room: string, text: string): void {
    this.#storage.set(`${this.#prefix}/${room}`, text || undefined)
    const others = this.#rooms().filter((each) => each !== room)
    this.#storage.set(this.#indexKey, text ? [...others, room] : others.length > 0 ? others : undefined)
  }

  removeAll(): void {
    for (const room of this.#rooms()) this.set(room, '')
  }
}
