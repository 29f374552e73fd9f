import { openStorage } from '../../storage.ts'
import type { ViewContext } from '../view-context.ts'

/** The ways to notify that the reader has switched on. */
export type NotifySettings = { sound: boolean; desktop: boolean }

/** The number of rooms of which a browser remembers the last message that it has notified of. */
const MAX_ROOMS = 100

type Last = [room: string, seq: number]

const isLast = (value: unknown): value is Last =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number'

/** Remembers in the browser what the reader has switched on, and of which messages they were notified. */
export class SettingsStore {
  readonly #storage = openStorage('localStorage')
  readonly #context: ViewContext

  constructor(context: ViewContext) {
    this.#context = context
  }

  get #key(): string {
    return `parlour-notify ${this.#context.activeClient.url}`
  }

  get(): NotifySettings {
    const { sound, desktop } = Object(this.#storage.get(this.#key))
    return { sound: sound === true, desktop: desktop === true }
  }

  set(settings: NotifySettings): void {
    this.#storage.set(this.#key, settings)
  }

  /** Remembers a message of a room. Returns false if the browser knows of it, or of a later one, already. */
  isNew(room: string, seq: number): boolean {
    const key = `${this.#key} last`
    const all = [this.#storage.get(key)].flat().filter(isLast)
    if (all.some(([name, last]) => name === room && last >= seq)) return false
    const others = all.filter(([name]) => name !== room)
    this.#storage.set(key, [...others, [room, seq] satisfies Last].slice(-MAX_ROOMS))
    return true
  }
}
