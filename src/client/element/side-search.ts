import { html, nothing } from 'lit/html.js'
import { FoundMessages } from './found-messages.ts'
import type { PanelView } from './panel.ts'
import { closeByKey, sideHead } from './side-frame.ts'
import type { ViewContext } from './view-context.ts'

/** A search begins when the reader has written nothing for so long. */
const PAUSE_MILLISECONDS = 300
/** The longest query that the server takes. */
const MAX_QUERY = 1000

/** Looks for messages of the room by their words. */
export class Search implements PanelView {
  readonly focus = '[part=search-input]'
  #query = ''
  #found: FoundMessages | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #context: ViewContext
  readonly #close: () => void

  constructor(context: ViewContext, closed: () => void) {
    this.#context = context
    this.#close = () => {
      clearTimeout(this.#timer)
      this.#found?.stop()
      closed()
    }
  }

  #search(query: string): void {
    clearTimeout(this.#timer)
    if (query === this.#query) return
    this.#query = query
    this.#found?.stop()
    this.#found = query === '' ? undefined : new FoundMessages(this.#context, { q: query }, this.#close)
    this.#context.requestUpdate()
  }

  readonly #input = (event: Event) => {
    clearTimeout(this.#timer)
    // A half-written word of an input method is nothing to look for.
    if ((event as InputEvent).isComposing) return
    const { value } = event.target as HTMLInputElement
    this.#timer = setTimeout(() => this.#search(value.trim()), PAUSE_MILLISECONDS)
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    const [field] = (event.currentTarget as HTMLFormElement).elements
    this.#search((field as HTMLInputElement).value.trim())
  }

  render(): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    return html`<section
      class="side-content"
      part="search"
      role="search"
      aria-label=${strings.search}
      @keydown=${closeByKey(this.#close)}
    >
      <form @submit=${this.#submit}>
        ${sideHead(
          localizer,
          html`<input
            type="search"
            part="search-input"
            dir="auto"
            enterkeyhint="search"
            autocomplete="off"
            maxlength=${MAX_QUERY}
            aria-label=${strings.search}
            placeholder=${strings.search}
            @input=${this.#input}
            @compositionend=${this.#input}
          />`,
          this.#close,
        )}
      </form>
      <div class="side-list" tabindex="-1">${this.#found?.render() ?? nothing}</div>
    </section>`
  }
}
