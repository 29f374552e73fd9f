import { lazily } from '../lazy.ts'
import type { Composing } from './composing/composing.ts'
import type { ViewContext } from './view-context.ts'

const loadComposing = lazily(() => import('./composing/composing.ts'))

/** The help for writing in a field. It is loaded when the field gets the focus. */
export class Writing {
  help: Composing | undefined
  readonly #context: ViewContext
  readonly #field: () => HTMLTextAreaElement | null
  /** Called when it can't be loaded. The field works without it, and the next focus tries again. */
  readonly #failed: () => void

  constructor(context: ViewContext, field: () => HTMLTextAreaElement | null, failed: () => void) {
    this.#context = context
    this.#field = field
    this.#failed = failed
  }

  /** Handles a key. Returns false if it isn't for the help. A key that formats waits until the help is loaded. */
  keydown(event: KeyboardEvent): boolean {
    if (this.help) return this.help.keydown(event)
    if (!/^[biek]$/.test(event.key) || !(event.ctrlKey || event.metaKey)) return false
    event.preventDefault()
    void this.load().then(() => this.help?.keydown(event))
    return true
  }

  async load(): Promise<void> {
    const module = await loadComposing().catch(this.#failed)
    if (module) this.help ??= new module.Composing(this.#context, this.#field, this.#failed)
    this.#context.requestUpdate()
  }
}
