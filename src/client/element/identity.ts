import { html, nothing } from 'lit/html.js'
import { lazily } from '../lazy.ts'
import { button, error, nameOf } from './controls.ts'
import { Panel } from './panel.ts'
import type { ViewContext } from './view-context.ts'

export type IdentityOptions = {
  kind: 'name' | 'rename' | 'token' | 'forget' | 'show-token'
  /** Called once somebody has signed in. */
  signedIn?: () => unknown
  /** Removes what the reader has written and not sent. */
  forgotten: () => void
}

const loadForm = lazily(() => import('./identity-form.ts'))

/** The reader's name, and the form that asks for it or changes it. */
export class Identity {
  readonly #context: ViewContext
  readonly #forgotten: () => void
  /** Returns true unless the site has signed the reader in. */
  readonly #isOwnName: () => boolean
  readonly #form: Panel<IdentityOptions>

  constructor(context: ViewContext, hooks: { forgotten: () => void; isOwnName: () => boolean }) {
    this.#context = context
    this.#forgotten = hooks.forgotten
    this.#isOwnName = hooks.isOwnName
    this.#form = new Panel(context, loadForm, () => '[part=input]')
  }

  #open(options: Omit<IdentityOptions, 'forgotten'>): void {
    void this.#form.open({ ...options, forgotten: this.#forgotten })
  }

  /** Asks for a name, and calls `signedIn` once there is one. */
  askName(signedIn: () => unknown): void {
    let isDone = false
    const once = () => {
      if (isDone) return
      isDone = true
      return signedIn()
    }
    this.#open({ kind: 'name', signedIn: once })
  }

  /** Goes on without the form for a reader whom the page has signed in meanwhile. */
  update(): void {
    const { options } = this.#form
    if (!options?.signedIn || this.#context.activeClient.userName === undefined) return
    this.#form.close()
    void options.signedIn()
  }

  /** Loads the form ahead for a reader who will be asked for a name. If that fails, opening it tries again. */
  prepare(): void {
    if (this.#context.activeClient.userName === undefined) loadForm().catch(() => {})
  }

  /** Renders the form, if it is open. */
  form(): unknown {
    return this.#form.options ? this.#form.render() : this.#lostIdentity()
  }

  /** Says so when the server doesn't accept the reader's identity any more. */
  #lostIdentity(): unknown {
    const { localizer, activeClient } = this.#context
    const { lostIdentity } = activeClient
    return lostIdentity
      ? error(localizer.insert(localizer.strings.lostIdentity, nameOf(lostIdentity.userName)))
      : nothing
  }

  /** Renders the reader's name, and the buttons to change it. */
  line(): unknown {
    const { localizer, activeClient } = this.#context
    const { strings } = localizer
    const { userName, token } = activeClient
    if (userName === undefined || this.#form.options) return nothing
    const open = (label: string, kind: IdentityOptions['kind'], part: string) =>
      button(label, () => this.#open({ kind }), part, 'quiet')
    return html`<div class="me" part="me">
      <span dir="auto">${localizer.insert(strings.you, nameOf(userName))}</span>
      ${
        this.#isOwnName()
          ? [
              open(strings.change, token === undefined ? 'name' : 'rename', 'name-change'),
              token === undefined ? nothing : open(strings.showToken, 'show-token', 'token-show'),
              open(strings.forget, 'forget', 'name-forget'),
            ]
          : nothing
      }
    </div>`
  }
}
