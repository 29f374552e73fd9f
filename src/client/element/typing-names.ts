import { SHOW_TYPING_MILLISECONDS } from '../../contract/typing.ts'

/** The people who are typing. A name goes by itself when nothing more is heard of it. */
export class TypingNames {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get names(): string[] {
    return [...this.#timers.keys()]
  }

  add(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.set(
      name,
      setTimeout(() => this.remove(name), SHOW_TYPING_MILLISECONDS),
    )
    this.#changed()
  }

  remove(name: string): void {
    clearTimeout(this.#timers.get(name))
    if (this.#timers.delete(name)) this.#changed()
  }
}
