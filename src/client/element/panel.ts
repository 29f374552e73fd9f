import { html, nothing } from 'lit/html.js'
import { button, error } from './controls.ts'
import type { ViewContext } from './view-context.ts'

/** An open panel, such as a form. */
export type PanelView = {
  /** Selects the element that takes the focus when the panel opens. Undefined for a panel that opens by itself. */
  focus?: string
  render(): unknown
}

/** A module that makes the views of a panel. */
export type PanelModule<Options> = {
  open(context: ViewContext, options: Options, close: () => void): PanelView
}

/** A part of the element that a reader opens, and that is loaded then. */
export class Panel<Options> {
  /** Set while the panel is open. */
  options: Options | undefined
  #view: PanelView | undefined
  #hasFailed = false
  readonly #context: ViewContext
  readonly #load: () => Promise<PanelModule<Options>>
  /** Returns the selector of the element that takes the focus when the panel closes. Undefined for a panel that opens by itself. */
  readonly #opener: ((options: Options) => string) | undefined

  constructor(
    context: ViewContext,
    load: () => Promise<PanelModule<Options>>,
    opener?: (options: Options) => string,
  ) {
    this.#context = context
    this.#load = load
    this.#opener = opener
  }

  async open(options: Options): Promise<void> {
    this.options = options
    this.#view = undefined
    this.#hasFailed = false
    this.#context.requestUpdate()
    const module = await this.#load().catch(() => undefined)
    // The reader may have closed it, or opened it for something else.
    if (this.options !== options) return
    this.#hasFailed = module === undefined
    this.#view = module?.open(this.#context, options, () => this.close(options))
    const focus = this.#view ? this.#view.focus : this.#opener && '[part=load-again]'
    if (focus) this.#context.focusOn(focus)
    else this.#context.requestUpdate()
  }

  /** Closes the panel, unless it is open for something else meanwhile. */
  close(options = this.options): void {
    if (options === undefined || this.options !== options) return
    this.options = undefined
    this.#view = undefined
    if (this.#opener) this.#context.focusOn(this.#opener(options))
  }

  /** Renders the panel if it is open: what it shows, or why it can't be shown. */
  render(): unknown {
    const { options } = this
    const { strings } = this.#context.localizer
    if (options === undefined) return nothing
    if (this.#view) return this.#view.render()
    if (!this.#hasFailed) return html`<p class="faint wait">${strings.loading}</p>`
    return html`${error(strings['not-loaded'])}
      <div class="line">
        ${button(strings.retry, () => this.open(options), 'load-again')}
        ${this.#opener ? button(strings.cancel, () => this.close(), 'cancel') : nothing}
      </div>`
  }
}
