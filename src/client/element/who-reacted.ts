import { announce } from './announcer.ts'
import { placeAt } from './floating.ts'
import { problemText } from './problem-text.ts'
import type { ViewContext } from './view-context.ts'

/** The delay before the names are shown under a mouse or the focus, and before they are hidden again. */
const HOVER_MILLISECONDS = 400
const LONG_PRESS_MILLISECONDS = 500
/** The number of names that are shown. The rest is a number. */
const NAMES = 10
const ID = 'who-reacted'

/** Shows who gave a reaction: on hover, on focus and on a long press. */
export class WhoReacted {
  readonly #context: ViewContext
  #timer: ReturnType<typeof setTimeout> | undefined
  /** The button whose names are shown or asked for. */
  #button: HTMLElement | undefined
  /** Ends what is shown. */
  #shown = new AbortController()
  #wasLongPress = false

  constructor(context: ViewContext) {
    this.#context = context
  }

  #after(milliseconds: number, act: () => unknown): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, milliseconds)
  }

  readonly hide = (): void => {
    clearTimeout(this.#timer)
    this.#shown.abort()
    this.#button = undefined
  }

  /** Handles an event of the reactions of a message. Returns true for the click that ends a long press. */
  handle(event: Event, target: Element, seq: number): boolean {
    const button = target.closest<HTMLElement>('.reaction')
    const isTouch = (event as PointerEvent).pointerType === 'touch'
    const showAfter = (milliseconds: number, byFocus = false) => {
      if (!button || button === this.#button) return
      this.hide()
      this.#button = button
      this.#after(milliseconds, () => this.#show(seq, button, byFocus))
    }
    switch (event.type) {
      case 'pointerover':
        if (isTouch) break
        if (button && button !== this.#button) showAfter(HOVER_MILLISECONDS)
        // The mouse may go over the names, too.
        else if (!this.#shown.signal.aborted) clearTimeout(this.#timer)
        break
      case 'pointerdown':
        this.#wasLongPress = false
        if (!isTouch || !button) break
        this.hide()
        this.#button = button
        this.#after(LONG_PRESS_MILLISECONDS, () => {
          this.#wasLongPress = true
          void this.#show(seq, button, false)
        })
        break
      case 'pointerup':
      case 'pointercancel':
        if (isTouch && !this.#wasLongPress) this.hide()
        break
      case 'pointerout': {
        const { relatedTarget } = event as PointerEvent
        const isInside = target.closest('.reactions')?.contains(relatedTarget as Node | null)
        if (!isTouch && !isInside) this.#after(HOVER_MILLISECONDS, this.hide)
        break
      }
      case 'contextmenu':
        if (this.#wasLongPress || isTouch) event.preventDefault()
        break
      case 'focusin':
        if (button?.matches(':focus-visible')) showAfter(HOVER_MILLISECONDS, true)
        break
      case 'focusout':
        if (!this.#wasLongPress) this.hide()
        break
      case 'click':
        if (!this.#wasLongPress) break
        this.#wasLongPress = false
        return true
    }
    return false
  }

  /** Returns the names of those who gave a reaction, in words. */
  async #names(seq: number, reaction: string): Promise<{ isName: boolean; text: string }[]> {
    const { activeClient, conversation, localizer } = this.#context
    const { strings } = localizer
    const names: string[] = []
    for await (const { userName } of activeClient.room(conversation.name).reactions(seq, reaction)) {
      names.push(userName ?? strings.nobody)
      if (names.length === NAMES) break
    }
    const { reactions = [] } = conversation.timeline.find(seq) ?? {}
    const { count = 0 } = reactions.find((each) => each.reaction === reaction) ?? {}
    const others = count - names.length
    if (others > 0) names.push(localizer.count(strings.others, others))
    return localizer.list(names)
  }

  async #show(seq: number, button: HTMLElement, byFocus: boolean): Promise<void> {
    const { query } = this.#context
    const { of: reaction = '' } = button.dataset
    const isWanted = () => this.#button === button && button.isConnected
    const parts = await this.#names(seq, reaction).catch((problem) => [
      { isName: false, text: problemText(problem, this.#context) },
    ])
    if (!isWanted()) return
    const tip = document.createElement('div')
    Object.assign(tip, { id: ID, className: 'who', popover: 'manual', role: 'tooltip' })
    tip.setAttribute('part', 'who-reacted')
    const names = parts.map(({ isName, text }) => {
      if (!isName) return text
      const name = document.createElement('bdi')
      name.textContent = text
      return name
    })
    tip.append(`${reaction} `, ...names)
    button.parentElement?.append(tip)
    button.setAttribute('aria-describedby', ID)
    tip.showPopover()
    placeAt(tip, button)
    // Screen readers don't read out a description that comes after the focus.
    if (byFocus) announce(query.call(this.#context, '[aria-live=polite]'), tip.textContent ?? '')
    this.#shown = new AbortController()
    const { signal } = this.#shown
    signal.addEventListener('abort', () => {
      tip.remove()
      button.removeAttribute('aria-describedby')
    })
    const close = (event: Event) => {
      if (event.type !== 'keydown' || (event as KeyboardEvent).key === 'Escape') this.hide()
    }
    for (const type of ['keydown', 'pointerdown', 'wheel'])
      document.addEventListener(type, close, { signal, capture: true, passive: true })
  }
}
