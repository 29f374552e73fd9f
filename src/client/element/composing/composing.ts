import { html, nothing } from 'lit/html.js'
import { MAX_MESSAGE_CHARACTERS } from '../../../contract/limits.ts'
import { lazily } from '../../lazy.ts'
import type { Attachments } from '../attachments/attachments.ts'
import css from '../styles/composing.css'
import { charactersLeft } from '../text-length.ts'
import * as toolIcons from '../tool-icons.ts'
import type { ViewContext } from '../view-context.ts'
import { isInCodeBlock } from './code-block.ts'
import { Completion } from './completion.ts'
import { apply } from './edit.ts'
import { emojiCompletion } from './emoji-completion.ts'
import { type FormatKey, formatKey } from './format-keys.ts'
import { formatted } from './formatting.ts'
import { mentionCompletion } from './mention-completion.ts'
import { markdownFrom } from './rich-text.ts'

const loadAttachments = lazily(() => import('../attachments/attachments.ts'))

/** The counter is shown while so few characters are left. */
const COUNTER_BELOW = MAX_MESSAGE_CHARACTERS / 10
const formats = { b: 'bold', i: 'italic', e: 'code', k: 'link' } as const

/** Helps to write in a field: keys for formats, suggestions, and rich text that becomes Markdown. */
export class Composing {
  readonly #context: ViewContext
  readonly #field: () => HTMLTextAreaElement | null
  /** Called when a part can't be loaded. */
  readonly #failed: () => void
  readonly #completion: Completion
  /** True after Shift was pressed with the key that pastes: rich text is pasted without its formats. */
  #isPlain = false
  #isPreviewed = false

  constructor(context: ViewContext, field: () => HTMLTextAreaElement | null, failed: () => void) {
    context.adopt(css)
    this.#context = context
    this.#field = field
    this.#failed = failed
    this.#completion = new Completion(context, field, [emojiCompletion(context), mentionCompletion(context)])
    // The reader may have written something while this was loaded.
    void this.#completion.update(false)
  }

  /** The files of the message that is being written. Undefined until the part for them is loaded. */
  files: Attachments | undefined

  /** Does something with the part for files, which may have to be loaded. */
  async withFiles(act?: (files: Attachments) => unknown): Promise<void> {
    const module = await loadAttachments().catch(this.#failed)
    if (module) this.files ??= module.attachments(this.#context)
    if (this.files) act?.(this.files)
    this.#context.requestUpdate()
  }

  /** Gives the selection a format, or takes it away. */
  #format(key: FormatKey): void {
    const field = this.#field()
    if (!field) return
    const { value: text, selectionStart: start, selectionEnd: end } = field
    apply(field, formatted({ text, start, end }, formats[key]))
  }

  /** Handles a key that formats, chooses a suggestion, or makes a new line in a block of code. Returns false for any other. */
  keydown(event: KeyboardEvent): boolean {
    this.#isPlain = event.shiftKey
    const field = this.#field()
    if (!this.#completion.keydown(event)) {
      const format = formatKey(event)
      if (format) this.#format(format)
      else {
        const isPlainEnter = event.key === 'Enter' && !event.ctrlKey && !event.metaKey
        return isPlainEnter && field !== null && isInCodeBlock(field.value, field.selectionStart)
      }
    }
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  /** Looks for suggestions after something was written. */
  readonly written = (event: Event): void => {
    void this.#completion.update('isComposing' in event && event.isComposing === true)
  }

  readonly close = (): void => this.#completion.close()

  /** Pastes rich text as Markdown. Anything else is left to the browser. */
  paste(event: ClipboardEvent): void {
    const field = this.#field()
    const { value = '', selectionStart: from = 0, selectionEnd: to = 0 } = field ?? {}
    if (!field || this.#isPlain || isInCodeBlock(value, from)) return
    const text = markdownFrom(event.clipboardData?.getData('text/html') ?? '')
    if (text === undefined || text === '') return
    event.preventDefault()
    apply(field, { from, to, text, select: [from + text.length, from + text.length] })
  }

  /** Renders how many characters are left, or how many are too many, once a text is nearly as long as it may be. */
  counter(text: string): unknown {
    const left = charactersLeft(text)
    const { localizer } = this.#context
    const { strings } = localizer
    if (left > COUNTER_BELOW) return nothing
    return left < 0
      ? html`<p class="error" part="counter" role="status">${localizer.count(strings.tooMany, -left)}</p>`
      : html`<p class="faint" part="counter" role="status">${localizer.count(strings.left, left)}</p>`
  }

  suggestions(): unknown {
    return this.#completion.render()
  }

  /** Renders the button that shows and hides the preview of a text. */
  previewButton(text: string): unknown {
    if (text.trim() === '') return nothing
    const click = () => {
      this.#isPreviewed = !this.#isPreviewed
      this.#context.requestUpdate()
    }
    return html`<button
      type="button"
      class="icon"
      part="preview-button"
      title=${this.#context.localizer.strings.preview}
      aria-pressed=${this.#isPreviewed}
      @click=${click}
    >
      ${toolIcons.preview}
    </button>`
  }

  /** Renders a text as it will be shown, if the reader wants to see that. */
  preview(text: string, markdown: (text: string) => unknown): unknown {
    if (!this.#isPreviewed || text.trim() === '') return nothing
    return html`<div
      class="text preview"
      part="preview"
      role="region"
      tabindex="0"
      aria-label=${this.#context.localizer.strings.preview}
    >
      ${markdown(text)}
    </div>`
  }
}
