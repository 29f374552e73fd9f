import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { User } from '../../contract/index.ts'
import type { SignIn } from '../types.ts'
import { Challenge } from './challenge.ts'
import { button, error, nameOf } from './controls.ts'
import type { IdentityOptions } from './identity.ts'
import type { PanelView } from './panel.ts'
import { problemText, problemType } from './problem-text.ts'
import css from './styles/identity-form.css'
import type { ViewContext } from './view-context.ts'

type Form = {
  kind: IdentityOptions['kind']
  problem?: string
  /** A name that somebody has already. */
  taken?: { name: string; isProtected: boolean }
}

/** Asks readers for their name or token, and lets them rename or forget themselves. */
class IdentityForm implements PanelView {
  readonly focus = '.naming input, .naming .cancel'
  #form: Form
  #isBusy = false
  #isClosed = false
  readonly #challenge: Challenge
  readonly #context: ViewContext
  readonly #options: IdentityOptions
  readonly #closed: () => void

  constructor(context: ViewContext, options: IdentityOptions, closed: () => void) {
    this.#context = context
    this.#options = options
    this.#closed = closed
    this.#form = { kind: options.kind }
    this.#challenge = new Challenge(context)
  }

  #show(form: Form): void {
    this.#form = form
    this.#context.focusOn(this.focus)
  }

  #close(): void {
    this.#isClosed = true
    this.#closed()
  }

  /** Does something that changes who the reader is. */
  async #change(
    act: () => Promise<unknown>,
    refused: (refusal: unknown) => Form | Promise<Form>,
  ): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      await act()
      // The reader may have cancelled meanwhile.
      const signedIn = this.#isClosed ? undefined : this.#options.signedIn
      this.#close()
      this.#context.conversation.retryStart()
      await signedIn?.()
    } catch (refusal) {
      this.#challenge.reset()
      this.#show(await refused(refusal))
    } finally {
      this.#isBusy = false
    }
  }

  #signIn(how: SignIn, kind: Form['kind'] = 'name'): Promise<void> {
    const { activeClient } = this.#context
    return this.#change(
      () => activeClient.signIn(how),
      (refusal) => ({ kind, problem: problemText(refusal, this.#context) }),
    )
  }

  /** Takes a name: for somebody new, or as the new name of the reader. */
  #takeName(kind: 'name' | 'rename', name: string): Promise<void> {
    const { activeClient } = this.#context
    const act = async () => {
      if (kind === 'rename') return activeClient.rename(name)
      const turnstileToken = await this.#challenge.token()
      return activeClient.signIn({ name, ...(turnstileToken !== undefined && { turnstileToken }) })
    }
    return this.#change(act, async (refusal) => {
      const problem = () => ({ kind, problem: problemText(refusal, this.#context) })
      if (kind === 'rename' || problemType(refusal) !== 'name-taken') return problem()
      const query = new URLSearchParams({ name })
      const found = await activeClient
        .request<{ users: User[] }>('GET', `/api/users?${query}`)
        .catch(() => undefined)
      const user = found?.users[0]
      // Without a user of this name, it only looks like another one.
      return user ? { kind, taken: { name: user.name, isProtected: user.protected } } : problem()
    })
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    const { value } = (event.currentTarget as HTMLFormElement).elements[0] as HTMLInputElement
    const text = value.trim()
    const { kind } = this.#form
    if (text === '') return
    if (kind === 'token') void this.#signIn({ token: text }, kind)
    else if (kind === 'name' || kind === 'rename') void this.#takeName(kind, text)
  }

  #forget(): void {
    this.#options.forgotten()
    this.#context.activeClient.signOut()
    this.#close()
  }

  #field(form: Form): TemplateResult {
    const { strings } = this.#context.localizer
    const isToken = form.kind === 'token'
    const label = { name: strings.nameAsk, rename: strings.nameNew, token: strings.tokenAsk }[
      form.kind as 'name'
    ]
    return html`<label for="name">${label}</label>
      <div class="line">
        <input
          id="name"
          part="name"
          dir="auto"
          type=${isToken ? 'password' : 'text'}
          maxlength=${isToken ? nothing : 64}
          autocomplete=${isToken ? 'off' : 'nickname'}
          .value=${form.kind === 'rename' ? (this.#context.activeClient.userName ?? '') : ''}
        />
        <button class="strong" part="name-send">${strings.save}</button>
        ${button(strings.cancel, () => this.#close(), 'cancel')}
      </div>
      ${form.kind === 'name' ? this.#challenge.render() : nothing}
      <div dir="auto">${error(form.problem)} ${this.#takenText(form)}</div>
      ${
        form.kind === 'name'
          ? button(strings.haveToken, () => this.#show({ kind: 'token' }), 'token-enter', 'quiet')
          : nothing
      }`
  }

  #takenText({ taken }: Form): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    if (!taken) return nothing
    return taken.isProtected
      ? html`<p role="alert">${localizer.insert(strings.takenProtected, nameOf(taken.name))}</p>`
      : html`<p role="alert">
          ${localizer.insert(strings.taken, nameOf(taken.name))}
          ${button(strings.thatsMe, () => this.#signIn({ name: taken.name, existing: true }), 'name-existing')}
        </p>`
  }

  #content(form: Form): unknown {
    const { localizer, activeClient } = this.#context
    const { strings } = localizer
    const cancel = button(strings.cancel, () => this.#close(), 'cancel')
    switch (form.kind) {
      case 'forget':
        return html`<p>${localizer.insert(strings.forgetAsk, nameOf(activeClient.userName ?? ''))}</p>
          <div class="line">
            ${button(strings.forget, () => this.#forget(), 'forget-confirm', 'strong')} ${cancel}
          </div>`
      case 'show-token':
        return html`<label for="name">${strings.tokenNote}</label>
          <div class="line">
            <input
              id="name"
              part="token"
              readonly
              .value=${activeClient.token ?? ''}
              @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()}
            />
            ${cancel}
          </div>`
      case 'name':
      case 'rename':
      case 'token':
        return this.#field(form)
    }
  }

  render(): unknown {
    const keydown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') this.#close()
    }
    return html`<form class="naming" part="name-form" @submit=${this.#submit} @keydown=${keydown}>
      ${this.#content(this.#form)}
    </form>`
  }
}

export const open = (context: ViewContext, options: IdentityOptions, close: () => void): PanelView => {
  context.adopt(css)
  return new IdentityForm(context, options, close)
}
