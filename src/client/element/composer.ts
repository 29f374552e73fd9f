import { html, nothing, type TemplateResult } from 'lit/html.js'
import { type Host, told } from './host.ts'
import { icons } from './icons.ts'
import { grow, isEnter } from './keys.ts'

type Naming = { problem?: string; taken?: string; isBusy?: boolean }

/** Where one writes; who has no name yet is asked for one when they first send. */
export class Composer {
  /** Asks for a name. */
  #naming: Naming | undefined
  #problem: string | undefined
  readonly #host: Host
  readonly #field: () => HTMLTextAreaElement | null
  readonly #editLast: () => void
  readonly #sent: () => void

  constructor(
    host: Host,
    hooks: { field: () => HTMLTextAreaElement | null; editLast: () => void; sent: () => void },
  ) {
    this.#host = host
    this.#field = hooks.field
    this.#editLast = hooks.editLast
    this.#sent = hooks.sent
  }

  #name(naming: Naming | undefined): void {
    this.#naming = naming
    this.#host.requestUpdate()
    this.#host.focusOn(naming ? '[part=name]' : '[part=input]')
  }

  async #send(): Promise<void> {
    const { chat, who } = this.#host
    const field = this.#field()
    const text = field?.value ?? ''
    if (!field || text.trim() === '') return
    if (who.userName === undefined) return this.#name({})
    field.value = ''
    grow({ target: field })
    this.#problem = undefined
    this.#sent()
    try {
      await chat.send(text)
    } catch (error) {
      // The room could not be made: nothing is on its way.
      field.value ||= text
      this.#problem = told(error)
    }
    this.#host.requestUpdate()
  }

  async #signIn(name: string, isExisting: boolean): Promise<void> {
    const { who, chat } = this.#host
    if (name.trim() === '' || this.#naming?.isBusy) return
    this.#naming = { isBusy: true }
    this.#host.requestUpdate()
    try {
      await who.signIn(isExisting ? { name, existing: true } : { name })
      this.#name(undefined)
      void chat.signedIn()
      await this.#send()
    } catch (error) {
      const isTaken = !isExisting && (error as { type?: string }).type === '/problems/name-taken'
      this.#name(isTaken ? { taken: name } : { problem: told(error) })
    }
  }

  readonly #submit = (event: Event) => {
    event.preventDefault()
    void this.#send()
  }

  readonly #submitName = (event: SubmitEvent) => {
    event.preventDefault()
    const { value } = (event.currentTarget as HTMLFormElement).elements[0] as HTMLInputElement
    void this.#signIn(value, false)
  }

  readonly #key = (event: KeyboardEvent) => {
    const field = event.target as HTMLTextAreaElement
    if (isEnter(event)) {
      event.preventDefault()
      void this.#send()
    } else if (event.key === 'ArrowUp' && field.value === '') {
      event.preventDefault()
      this.#editLast()
    }
  }

  readonly #input = (event: InputEvent) => {
    grow(event)
    if ((event.target as HTMLTextAreaElement).value !== '') this.#host.chat.typing()
  }

  #nameForm({ problem, taken, isBusy = false }: Naming): TemplateResult {
    const { words } = this.#host
    const { strings } = words
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape') this.#name(undefined)
    }
    return html`<form class="naming" part="name-form" @submit=${this.#submitName} @keydown=${leave}>
      <label for="name">${strings.nameAsk}</label>
      <div class="line">
        <input
          id="name"
          part="name"
          dir="auto"
          maxlength="64"
          autocomplete="nickname"
          aria-describedby="name-problem"
        />
        <button class="strong" part="name-send" ?disabled=${isBusy}>${strings.save}</button>
        <button type="button" @click=${() => this.#name(undefined)}>${strings.cancel}</button>
      </div>
      <div id="name-problem" role="alert" dir="auto">
        ${problem ? html`<p class="error" part="error">${problem}</p>` : nothing}
        ${
          taken === undefined
            ? nothing
            : html`<p>
                ${words.with(strings.taken, taken)}
                <button type="button" part="name-existing" @click=${() => this.#signIn(taken, true)}>
                  ${strings.thatsMe}
                </button>
              </p>`
        }
      </div>
    </form>`
  }

  #me(canChange: boolean): unknown {
    const { words, who } = this.#host
    const { strings } = words
    if (who.userName === undefined || this.#naming) return nothing
    const forget = () => {
      who.signOut()
      this.#host.requestUpdate()
    }
    return html`<div class="me" part="me">
      <span dir="auto">${words.with(strings.you, who.userName)}</span>
      ${
        canChange
          ? html`<button class="quiet" part="name-change" @click=${() => this.#name({})}>${strings.change}</button>
              <button class="quiet" part="name-forget" @click=${forget}>${strings.forget}</button>`
          : nothing
      }
    </div>`
  }

  /** `canChange`: whether names are given out here, and not by the site. */
  render(canChange: boolean): TemplateResult {
    const { words, chat } = this.#host
    const { strings } = words
    if (chat.about?.archived) return html`<p class="closed" part="composer">${strings.archived}</p>`
    return html`<div class="foot">
      ${this.#naming ? this.#nameForm(this.#naming) : nothing}
      ${this.#problem ? html`<p class="error" part="error" role="alert" dir="auto">${this.#problem}</p>` : nothing}
      <form class="composer" part="composer" @submit=${this.#submit}>
        <textarea
          part="input"
          rows="1"
          dir="auto"
          enterkeyhint="send"
          aria-label=${strings.write}
          placeholder=${strings.write}
          @keydown=${this.#key}
          @input=${this.#input}
        ></textarea>
        <button class="icon send" part="send" title=${strings.send}>${icons.send}</button>
      </form>
      ${this.#me(canChange)}
    </div>`
  }
}
