import { html, nothing } from 'lit/html.js'
import { error } from '../controls.ts'
import * as toolIcons from '../tool-icons.ts'
import type { NotifyTexts } from '../translations.ts'
import type { ViewContext } from '../view-context.ts'
import { desktopPermission } from './desktop.ts'
import type { WebPush } from './push.ts'
import type { NotifySettings, SettingsStore } from './settings.ts'
import { playSound } from './sound.ts'
import { notifyTexts } from './texts.ts'

/** The button in the header, and the menu in which the reader allows a sound and notifications. */
export class NotifyMenu {
  #isOpen = false
  /** Why notifications could not be switched on. */
  #problem: 'notifyBlocked' | 'notifyUnsupported' | undefined
  readonly #context: ViewContext
  readonly #settings: SettingsStore
  /** Set where the site has a worker for it. */
  push: WebPush | undefined

  constructor(context: ViewContext, settings: SettingsStore) {
    this.#context = context
    this.#settings = settings
  }

  /** Returns a text in the language of the element, unless the page has set another. */
  #text(key: keyof NotifyTexts): string {
    const { lang, strings } = this.#context.localizer
    const texts = notifyTexts[lang.split('-')[0] ?? ''] ?? notifyTexts.en
    return strings[key] ?? texts[key]
  }

  #toggle(isOpen: boolean): void {
    this.#isOpen = isOpen
    this.#problem = undefined
    this.#context.focusOn(isOpen ? '[part=notify] input' : '[part=notify-button]')
  }

  readonly #keydown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !this.#isOpen) return
    event.stopPropagation()
    this.#toggle(false)
  }

  readonly #focusout = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!relatedTarget || (currentTarget as Element).contains(relatedTarget as Node)) return
    this.#isOpen = false
    this.#context.requestUpdate()
  }

  #set(change: Partial<NotifySettings>): void {
    this.#settings.set({ ...this.#settings.get(), ...change })
    this.#context.requestUpdate()
  }

  readonly #setSound = ({ target }: Event) => {
    const { checked } = target as HTMLInputElement
    this.#set({ sound: checked })
    if (checked) void playSound()
  }

  /** Asks the browser for its permission, which it gives only at a click. */
  readonly #setDesktop = async ({ target }: Event) => {
    const box = target as HTMLInputElement
    this.#problem = undefined
    if (!box.checked) return this.#set({ desktop: false })
    const before = desktopPermission()
    const permission = before === 'default' ? await Notification.requestPermission() : before
    box.checked = permission === 'granted'
    if (permission === 'denied') this.#problem = 'notifyBlocked'
    if (permission === 'unsupported') this.#problem = 'notifyUnsupported'
    this.#set({ desktop: permission === 'granted' })
  }

  #menu(mode: string): unknown {
    const { sound, desktop } = this.#settings.get()
    const isAllowed = desktopPermission() === 'granted'
    return html`<fieldset id="notify" class="notify" part="notify">
      <legend>${this.#text(mode === 'all' ? 'notifyAll' : 'notifyMentions')}</legend>
      <label>
        <input type="checkbox" part="notify-sound" .checked=${sound} @change=${this.#setSound} />
        ${this.#text('notifySound')}
      </label>
      <label>
        <input type="checkbox" part="notify-desktop" .checked=${desktop && isAllowed} @change=${this.#setDesktop} />
        ${this.#text('notifyDesktop')}
      </label>
      ${error(this.#problem && this.#text(this.#problem))}
      ${this.push?.render(this.#text('notifyBlocked'))}
    </fieldset>`
  }

  /** Renders the button, and the menu if it is open. `mode`: what the site notifies of. */
  render(mode: string): unknown {
    const { sound, desktop } = this.#settings.get()
    const isOn = sound || (desktop && desktopPermission() === 'granted') || this.push?.isOn
    return html`<div class="notify-tools" @keydown=${this.#keydown} @focusout=${this.#focusout}>
      <button
        type="button"
        class="icon"
        part="notify-button"
        title=${this.#text('notifications')}
        aria-expanded=${this.#isOpen}
        aria-controls=${this.#isOpen ? 'notify' : nothing}
        @click=${() => this.#toggle(!this.#isOpen)}
      >
        ${isOn ? toolIcons.bell : toolIcons.bellOff}
      </button>
      ${this.#isOpen ? this.#menu(mode) : nothing}
    </div>`
  }
}
