import { html, nothing } from 'lit/html.js'
import type { Member, User } from '../../contract/index.ts'
import { apply } from './composing/edit.ts'
import { button, error, nameOf } from './controls.ts'
import { face } from './face.ts'
import { FoundMessages } from './found-messages.ts'
import type { PanelView } from './panel.ts'
import { problemText, problemType } from './problem-text.ts'
import { closeByKey, coversLog, sideHead } from './side-frame.ts'
import type { Timeline } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** The forms for the reader's own profile. */
type Form = 'rename' | 'picture'

/** Somebody's profile: what the room knows of them, and what they wrote in it. */
export class Profile implements PanelView {
  readonly focus = '[part=profile]'
  #userName: string
  #avatar: string | null = null
  /** Undefined until it is loaded, and for somebody who has left the room. */
  #member: Member | undefined
  #problem: string | undefined
  /** True once `#load` has ended. */
  #isLoaded = false
  #form: { kind: Form; problem?: string } | undefined
  #found: FoundMessages | undefined
  readonly #context: ViewContext
  readonly #close: () => void

  constructor(context: ViewContext, userName: string, closed: () => void) {
    this.#context = context
    this.#userName = userName
    this.#close = () => {
      this.#found?.stop()
      closed()
    }
    void this.#load()
    this.#found = new FoundMessages(context, { author: userName }, this.#close)
  }

  async #load(): Promise<void> {
    const { activeClient, conversation } = this.#context
    const path = [conversation.name, 'member', this.#userName].map(encodeURIComponent).join('/')
    try {
      this.#member = await activeClient.request<Member>('GET', `/chatroom/${path}`)
      this.#avatar = this.#member.avatar
    } catch (refusal) {
      this.#problem = problemText(refusal, this.#context)
      if (problemType(refusal) === 'member-not-found') await this.#loadUser().catch(() => {})
    }
    this.#isLoaded = true
    this.#context.requestUpdate()
  }

  /** Loads the picture of somebody who isn't in the room, if there still is a user of this name. */
  async #loadUser(): Promise<void> {
    const { activeClient, localizer } = this.#context
    const query = new URLSearchParams({ name: this.#userName })
    const { users } = await activeClient.request<{ users: User[] }>('GET', `/api/users?${query}`)
    if (users[0]) this.#avatar = users[0].avatar
    else this.#problem = localizer.strings['user-not-found']
  }

  get #isOwn(): boolean {
    return this.#context.activeClient.userName === this.#userName
  }

  /** Puts the name into the text that is being written. */
  #mention(): void {
    const field = this.#context.query<HTMLTextAreaElement>('[part=input]')
    if (!field) return
    if (coversLog(this.#context)) this.#close()
    field.focus()
    const { value, selectionStart: from, selectionEnd: to } = field
    const name = /\s/.test(this.#userName) ? `"${this.#userName}"` : this.#userName
    const text = `${/\S$/.test(value.slice(0, from)) ? ' ' : ''}@${name} `
    const end = from + text.length
    apply(field, { from, to, text, select: [end, end] })
    this.#context.focusOn('[part=input]')
  }

  #show(form: { kind: Form; problem?: string } | undefined): void {
    this.#form = form
    this.#context.focusOn(form ? '.side form input' : this.focus)
  }

  async #change(kind: Form, text: string): Promise<void> {
    const { activeClient, localizer, conversation } = this.#context
    const { strings } = localizer
    try {
      const user = await (kind === 'rename'
        ? activeClient.rename(text)
        : activeClient.setAvatar(text || null))
      this.#userName = user.name
      this.#avatar = user.avatar
      this.#changeEntries(conversation.timeline, user)
      this.#show(undefined)
    } catch (refusal) {
      const isRefused = kind === 'picture' && problemType(refusal) === 'invalid-request'
      this.#show({ kind, problem: isRefused ? strings.pictureRefused : problemText(refusal, this.#context) })
    }
  }

  /** Shows the new name and picture in the messages that are loaded. */
  #changeEntries(timeline: Timeline, { id, name: userName, avatar }: User): void {
    for (const entry of timeline.entries)
      if (entry.userId === id) timeline.answered({ ...entry, userName, avatar }, entry)
  }

  #ownTools(): unknown {
    const { localizer, activeClient } = this.#context
    const { strings } = localizer
    // Before, the field would be without the picture, and be filled while the user types.
    if (!this.#isLoaded || !this.#isOwn || activeClient.token === undefined) return nothing
    const form = this.#form
    if (!form)
      return [
        button(strings.change, () => this.#show({ kind: 'rename' }), 'rename'),
        button(strings.picture, () => this.#show({ kind: 'picture' }), 'picture'),
      ]
    const submit = (event: SubmitEvent) => {
      event.preventDefault()
      const [field] = (event.currentTarget as HTMLFormElement).elements
      const text = (field as HTMLInputElement).value.trim()
      if (form.kind === 'picture' || text !== '') void this.#change(form.kind, text)
    }
    const isName = form.kind === 'rename'
    return html`<form @submit=${submit}>
      <label for="profile-input">${isName ? strings.nameNew : strings.pictureAsk}</label>
      <input
        id="profile-input"
        part="profile-input"
        dir="auto"
        type=${isName ? 'text' : 'url'}
        maxlength=${isName ? 64 : 2000}
        .value=${isName ? this.#userName : (this.#avatar ?? '')}
      />
      ${error(form.problem)}
      <div class="line">
        <button class="strong">${strings.save}</button>
        ${button(strings.cancel, () => this.#show(undefined), 'cancel')}
      </div>
    </form>`
  }

  #facts(): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    if (!this.#member) return html`<p class="faint" role="status">${this.#problem ?? strings.loading}</p>`
    const { role, joinedAt } = this.#member
    const roleText = { owner: strings.owner, moderator: strings.moderator, member: nothing }[role]
    return html`<p class="faint" part="member-since">
      ${roleText} ${localizer.insert(strings.memberSince, localizer.date(joinedAt))}
    </p>`
  }

  render(): unknown {
    const { localizer, conversation } = this.#context
    const { strings } = localizer
    const name = this.#userName
    const title = html`${face(name, this.#avatar)}
      <h3 part="profile-name">
        ${this.#isOwn ? localizer.insert(strings.you, nameOf(name)) : nameOf(name)}
      </h3>`
    const keydown = (event: KeyboardEvent) => {
      if (this.#form && event.key === 'Escape' && !event.isComposing) {
        event.stopPropagation()
        this.#show(undefined)
      } else closeByKey(this.#close)(event)
    }
    return html`<section
      class="side-content"
      part="profile"
      role="dialog"
      tabindex="-1"
      aria-label=${name}
      @keydown=${keydown}
    >
      ${sideHead(localizer, title, this.#close)}
      <div class="side-list" tabindex="-1">
        ${this.#facts()}
        <div class="line">
          ${
            this.#isOwn || conversation.chatroom?.archived
              ? nothing
              : button(strings.mention, () => this.#mention(), 'mention-button')
          }
          ${this.#ownTools()}
        </div>
        <h4>${strings.messages}</h4>
        ${this.#found?.render()}
      </div>
    </section>`
  }
}
