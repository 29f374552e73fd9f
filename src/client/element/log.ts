import { html } from 'lit/html.js'
import type { Host } from './host.ts'
import { type Item, List } from './list.ts'
import type { MessageView } from './message.ts'
import type { Row } from './rows.ts'

/** The list of messages. One of them is in the order of tabs, and the arrow keys go from one to the next. */
export class LogView {
  #current: string | undefined
  readonly #list = new List()
  readonly #host: Host
  readonly #messages: MessageView

  constructor(host: Host, messages: MessageView) {
    this.#host = host
    this.#messages = messages
  }

  readonly focus = (event: FocusEvent): void => {
    const row = (event.target as Element).closest<HTMLElement>('[data-key]')
    if (!row || row.dataset.key === this.#current) return
    this.#current = row.dataset.key
    this.#host.requestUpdate()
  }

  readonly key = (event: KeyboardEvent): void => {
    const row = event.target as HTMLElement
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!row.dataset.key || !step) return
    const rows = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('[data-key]')]
    const next = rows[rows.indexOf(row) + step]
    if (!next) return
    event.preventDefault()
    next.focus()
  }

  #item(row: Row, current: string | undefined): Item {
    const { localizer, who } = this.#host
    const { key } = row
    switch (row.kind) {
      case 'day':
        return {
          key,
          from: [localizer, row.at],
          render: () => html`<div class="day" part="day"><span>${localizer.day(row.at)}</span></div>`,
        }
      case 'marker':
        return {
          key,
          from: [localizer],
          render: () =>
            html`<div class="day marker" part="marker"><span>${localizer.strings.new}</span></div>`,
        }
      case 'message': {
        const { entry, isFirst } = row
        const isCurrent = key === current
        return {
          key,
          from: [entry, isFirst, isCurrent, this.#messages.stateOf(entry.seq), localizer, who.userName],
          render: () => this.#messages.entry(entry, isFirst, isCurrent),
        }
      }
      case 'sending':
        return {
          key,
          from: [row.sending, row.sending.state, row.isFirst, localizer],
          render: () => this.#messages.sending(row.sending, row.isFirst),
        }
    }
  }

  show(container: Element, rows: readonly Row[]): void {
    const { localizer, chat } = this.#host
    const keys = rows.filter(({ kind }) => kind === 'message').map(({ key }) => key)
    const current = keys.find((key) => key === this.#current) ?? keys.at(-1)
    const items = rows.map((row) => this.#item(row, current))
    const note = (key: 'older' | 'empty') =>
      items.unshift({
        key,
        from: [localizer],
        render: () => html`<p class=${key} part=${key}>${localizer.strings[key]}</p>`,
      })
    if (chat.isLoadingOlder) note('older')
    if (rows.length === 0 && chat.isLoaded) note('empty')
    this.#list.show(container, items)
  }
}
