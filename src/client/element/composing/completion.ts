import { html, nothing } from 'lit/html.js'
import { announce } from '../announcer.ts'
import type { ViewContext } from '../view-context.ts'
import { isInCodeBlock } from './code-block.ts'
import { apply } from './edit.ts'

export type Suggestion = {
  /** Shown in the list. */
  label: unknown
  /** Replaces what was written. */
  text: string
}

/** Something that can be completed, such as emoji after a colon. */
export type CompletionSource = {
  /** Matches what stands before the caret. Its first group is replaced, its second one is what is looked for. */
  pattern: RegExp
  suggest(query: string): Promise<readonly Suggestion[]>
  /** Returns the text in whose place a text before the caret is replaced as soon as it is written, such as `:tada:`. */
  replace?(before: string): Promise<{ written: string; text: string } | undefined>
}

/**
 * The list of suggestions for what is being written. HTML allows no `role="combobox"` on a `<textarea>`, so the field stays a
 * text field that names the list and the chosen row.
 */
export class Completion {
  #suggestions: readonly Suggestion[] = []
  #active = 0
  /** The part of the text that a chosen suggestion replaces. */
  #from = 0
  #to = 0
  readonly #context: ViewContext
  readonly #field: () => HTMLTextAreaElement | null
  readonly #sources: readonly CompletionSource[]

  constructor(
    context: ViewContext,
    field: () => HTMLTextAreaElement | null,
    sources: readonly CompletionSource[],
  ) {
    this.#context = context
    this.#field = field
    this.#sources = sources
  }

  #show(suggestions: readonly Suggestion[]): void {
    const count = suggestions.length
    if (count > 0 && this.#suggestions.length === 0) {
      const { localizer, query } = this.#context
      const text = localizer.count(localizer.strings.suggestions, count)
      announce(query.call(this.#context, '[aria-live=polite]'), text)
    }
    this.#suggestions = suggestions
    this.#active = 0
    this.#setActive()
  }

  readonly close = (): void => {
    if (this.#suggestions.length > 0) this.#show([])
  }

  /** Tells assistive technology which row is chosen. The field isn't rendered here, so its attributes are set. */
  #setActive(): void {
    const field = this.#field()
    const isOpen = this.#suggestions.length > 0
    const attributes = {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': 'suggestions',
      'aria-activedescendant': `suggestion${this.#active}`,
    }
    for (const [name, value] of Object.entries(attributes))
      if (isOpen) field?.setAttribute(name, value)
      else field?.removeAttribute(name)
    this.#context.requestUpdate()
  }

  /** Looks for suggestions after something was written. While an input method composes, nothing is replaced. */
  async update(isComposing: boolean): Promise<void> {
    const field = this.#field()
    const { value = '', selectionStart: caret = 0, selectionEnd } = field ?? {}
    const before = value.slice(0, caret)
    if (!field || caret !== selectionEnd || isInCodeBlock(value, caret)) return this.close()
    const isUnchanged = () => field.value === value && field.selectionStart === caret
    for (const source of this.#sources) {
      const done = isComposing ? undefined : await source.replace?.(before)
      if (done && isUnchanged()) {
        this.#insert(field, caret - done.written.length, caret, done.text)
        return this.close()
      }
      const [, written, query] = source.pattern.exec(before) ?? []
      if (written === undefined || query === undefined) continue
      const suggestions = await source.suggest(query)
      if (!isUnchanged()) return
      this.#from = caret - written.length
      this.#to = caret
      return this.#show(suggestions)
    }
    this.close()
  }

  #insert(field: HTMLTextAreaElement, from: number, to: number, text: string): void {
    const end = from + text.length
    apply(field, { from, to, text, select: [end, end] })
  }

  #choose(index: number): void {
    const field = this.#field()
    const suggestion = this.#suggestions[index]
    this.close()
    if (field && suggestion) this.#insert(field, this.#from, this.#to, suggestion.text)
  }

  /** Handles a key while the list is open. Returns false if the key isn't for the list, as while an input method composes. */
  keydown(event: KeyboardEvent): boolean {
    const count = this.#suggestions.length
    if (count === 0 || event.isComposing || event.keyCode === 229) return false
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        this.#active = (this.#active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count
        this.#setActive()
        return true
      case 'Enter':
      case 'Tab':
        this.#choose(this.#active)
        return true
      case 'Escape':
        this.close()
        return true
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'Home':
      case 'End':
        this.close()
        return false
      default:
        return false
    }
  }

  render(): unknown {
    const { localizer } = this.#context
    const count = this.#suggestions.length
    if (count === 0) return nothing
    // The press must not take the focus from the field.
    const keepFocus = (event: Event) => event.preventDefault()
    return html`<div
      class="suggestions"
      part="suggestions"
      id="suggestions"
      role="listbox"
      aria-label=${localizer.count(localizer.strings.suggestions, count)}
      @pointerdown=${keepFocus}
      @mousedown=${keepFocus}
    >
      ${this.#suggestions.map(
        ({ label, text }, index) =>
          html`<div
            role="option"
            id="suggestion${index}"
            dir="auto"
            data-of=${text}
            aria-selected=${index === this.#active}
            @click=${() => this.#choose(index)}
          >
            ${label}
          </div>`,
      )}
    </div>`
  }
}
