import { fieldsOf } from '../json.ts'
import { openStorage } from '../storage.ts'

/** Texts that were written and not sent, by room. They survive a reload and are in no request. */
export class Drafts {
  readonly #storage = openStorage('localStorage')
  readonly #key: string

  constructor(serverUrl: string) {
    this.#key = `parlour-drafts ${serverUrl}`
  }

  #all(): Record<string, unknown> {
    return fieldsOf(this.#storage.get(this.#key))
  }

  get(room: string): string {
    const text = this.#all()[room]
    return typeof text === 'string' ? text : ''
  }

  /** Keeps a draft; an empty one is removed. */
  set(room: string, text: string): void {
    this.#storage.set(this.#key, { ...this.#all(), [room]: text || undefined })
  }

  removeAll(): void {
    this.#storage.set(this.#key, undefined)
  }
}
