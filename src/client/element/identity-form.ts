import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { User } from '../../contract/index.ts'
import type { SignIn } from '../types.ts'
import { Challenge } from './challenge.ts'
import { button, error, nameOf } from './controls.ts'
import { problemText, problemType } from './problem-text.ts'
import type { ViewContext } from './view-context.ts'

type Form = {
  kind: 'name' | 'rename' | 'token' | 'forget' | 'show-token'
  problem?: string
  /** A name that somebody has already. */
  taken?: { name: string; isProtected: boolean }
}

/** Asks readers for their name or token, and lets them rename or forget themselves. */
export class IdentityForm {
  #form: Form | undefined
  #isBusy = false
  /** Called once somebody has signed in. */
  #signedIn: (() => unknown) | undefined
  readonly #challenge: Challenge
  readonly #context: ViewContext
  /** Removes what the reader has written and not sent. */
  readonly #forgotten: () => void
  /** Returns true unless the site has signed the reader in. */
  readonly #isOwnName: () => boolean

  constructor(context: ViewContext, hooks: { forgotten: () => void; isOwnName: () => boolean }) {
    this.#context = context
    this.#forgotten = hooks.forgotten
    this.#isOwnName = hooks.isOwnName
    this.#challenge = new Challenge(context)
  }

  #open(form: Form | undefined): void {
    this.#form = form
    this.#context.focusOn(form ? '.naming input, .naming .cancel' : '[part=input]')
  }

  /** Asks for a name, and calls `signedIn` once there is one. */
  askName(signedIn?: () => unknown): void {
    this.#signedIn = signedIn
    this.#open({ kind: 'name' })
  }

  #close(): void {
    this.#signedIn = undefined
    this.#open(undefined)
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
      const signedIn = this.#signedIn
      this.#close()
      this.#context.conversation.retryStart()
      await signedIn?.()
    } catch (refusal) {
      this.#challenge.reset()
      const form = await refused(refusal)
      // The reader may have cancelled meanwhile.
      if (this.#form) this.#open(form)
    } finally {
      this.#isBusy = false
    }
  }

  #signIn(how: SignIn, kind: Form['kind'] = 'name'): Promise<void> {
    const { activeClient, localizer } = this.#context
    return this.#change(
      () => activeClient.signIn(how),
      (refusal) => ({ kind, problem: problemText(refusal, localizer) }),
    )
  }

  /** Takes a name: for somebody new, or as the new name of the reader. */
  #takeName(kind: 'name' | 'rename', name: string): Promise<void> {
    const { activeClient, localizer } = this.#context
    const act = async () => {
      if (kind === 'rename') return activeClient.rename(name)
      const turnstileToken = await this.#challenge.token()
      return activeClient.signIn({ name, ...(turnstileToken !== undefined && { turnstileToken }) })
    }
    return this.#change(act, async (refusal) => {
      const problem = problemText(refusal, localizer)
      if (kind === 'rename' || problemType(refusal) !== 'name-taken') return { kind, problem }
      const query = new URLSearchParams({ name })
      const found = await activeClient
        .request<{ users: User[] }>('GET', `/api/users?${query}`)
        .catch(() => undefined)
      const user = found?.users[0]
      // Without a user of this name, it only looks like another one.
      return user ? { kind, taken: { name: user.name, isProtected: user.protected } } : { kind, problem }
    })
  }

  readonly #submit = (event: SubmitEvent) => {
    event.preventDefault()
    const { value } = (event.currentTarget as HTMLFormElement).elements[0] as HTMLInputElement
    const text = value.trim()
    const kind = this.#form?.kind
    if (text === '' || !kind) return
    if (kind === 'token') void this.#signIn({ token: text }, kind)
    else if (kind === 'name' || kind === 'rename') void this.#takeName(kind, text)
  }

  #forget(): void {
    this.#forgotten()
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
          ? button(strings.haveToken, () => this.#open({ kind: 'token' }), 'token-enter', 'quiet')
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

  /** Renders the form, if one is open. */
  form(): unknown {
    if (!this.#form) return this.#lostIdentity()
    const keydown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') this.#close()
    }
    return html`<form class="naming" part="name-form" @submit=${this.#submit} @keydown=${keydown}>
      ${this.#content(this.#form)}
    </form>`
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
    if (userName === undefined || this.#form) return nothing
    const open = (label: string, kind: Form['kind'], part: string) =>
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
