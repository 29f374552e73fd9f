import { html, nothing, type TemplateResult } from 'lit/html.js'
import { button, error, icons } from './controls.ts'
import { errorText, type Host } from './host.ts'
import { grow, isEnter } from './keys.ts'

type Naming = { problem?: string; taken?: string }

/** Where one writes; who has no name yet is asked for one when they first send. */
export class Composer {
  /** Asks for a name. */
  #naming: Naming | undefined
  #problem: string | undefined
  #isBusy = false
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
    this.#host.focusOn(naming ? '[part=name]' : '[part=input]')
  }

  #send() {
    const { chat, who } = this.#host
    const field = this.#field()
    const text = field?.value ?? ''
    if (!field || text.trim() === '') return
    if (who.userName === undefined) return this.#name({})
    field.value = ''
    grow({ target: field })
    this.#problem = undefined
    this.#sent()
    chat.send(text)
    this.#host.requestUpdate()
  }

  async #signIn(name: string, isExisting: boolean): Promise<void> {
    const { who, chat } = this.#host
    if (name.trim() === '' || this.#isBusy) return
    this.#isBusy = true
    try {
      await who.signIn(isExisting ? { name, existing: true } : { name })
      this.#name(undefined)
      chat.again()
      this.#send()
    } catch (refusal) {
      const isTaken = !isExisting && (refusal as { type?: string }).type === '/problems/name-taken'
      this.#name(isTaken ? { taken: name } : { problem: errorText(refusal) })
    }
    this.#isBusy = false
  }

  readonly #submit = (event: Event) => {
    event.preventDefault()
    this.#send()
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
      this.#send()
    } else if (event.key === 'ArrowUp' && field.value === '') {
      event.preventDefault()
      this.#editLast()
    }
  }

  readonly #input = (event: InputEvent) => {
    grow(event)
    if ((event.target as HTMLTextAreaElement).value !== '') this.#host.chat.typing()
  }

  #nameForm({ problem, taken }: Naming): TemplateResult {
    const { localizer } = this.#host
    const { strings } = localizer
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
        />
        <button class="strong" part="name-send">${strings.save}</button>
        ${button(strings.cancel, () => this.#name(undefined))}
      </div>
      <div dir="auto">
        ${error(problem)}
        ${
          taken === undefined
            ? nothing
            : html`<p role="alert">
                ${localizer.with(strings.taken, taken)}
                ${button(strings.thatsMe, () => this.#signIn(taken, true), 'name-existing')}
              </p>`
        }
      </div>
    </form>`
  }

  #me(canChange: boolean): unknown {
    const { localizer, who } = this.#host
    const { strings } = localizer
    if (who.userName === undefined || this.#naming) return nothing
    const forget = () => {
      who.signOut()
      this.#host.requestUpdate()
    }
    return html`<div class="me" part="me">
      <span dir="auto">${localizer.with(strings.you, who.userName)}</span>
      ${
        canChange
          ? [
              button(strings.change, () => this.#name({}), 'name-change', 'quiet'),
              button(strings.forget, forget, 'name-forget', 'quiet'),
            ]
          : nothing
      }
    </div>`
  }

  /** `canChange`: whether names are given out here, and not by the site. */
  render(canChange: boolean): TemplateResult {
    const { localizer, chat } = this.#host
    const { strings } = localizer
    if (chat.about?.archived) return html`<p class="closed" part="composer">${strings.archived}</p>`
    return html`<div class="foot">
      ${this.#naming ? this.#nameForm(this.#naming) : nothing}
      ${error(this.#problem)}
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
