import { fieldsOf } from '../json.ts'
import { openStorage } from '../storage.ts'

/** A message that was written and not sent. */
export type Draft = {
  text: string
  /** The number of the message that it replies to. */
  replyTo?: number | undefined
}

/** Messages that were written and not sent, by room. They survive a reload and are in no request. */
export class Drafts {
  readonly #storage = openStorage('localStorage')
  readonly #key: string

  constructor(serverUrl: string) {
    this.#key = `parlour-drafts ${serverUrl}`
  }

  #all(): Record<string, unknown> {
    return fieldsOf(this.#storage.get(this.#key))
  }

  get(room: string): Draft {
    const draft = this.#all()[room]
    const { text = draft, replyTo } = fieldsOf(draft)
    return {
      text: typeof text === 'string' ? text : '',
      replyTo: typeof replyTo === 'number' ? replyTo : undefined,
    }
  }

  /** Keeps a draft; an empty one is removed. */
  set(room: string, { text, replyTo }: Draft): void {
    this.#storage.set(this.#key, { ...this.#all(), [room]: replyTo ? { text, replyTo } : text || undefined })
  }

  removeAll(): void {
    this.#storage.set(this.#key, undefined)
  }
}
