import { html, nothing } from 'lit/html.js'
import { openStorage } from '../storage.ts'
import { type Emoji, type EmojiList, findEmoji, loadEmojiGroups } from './composing/emoji.ts'
import { isTouch } from './keyboard.ts'
import type { PanelModule, PanelView } from './panel.ts'
import css from './styles/emoji-picker.css'
import type { ViewContext } from './view-context.ts'

export type EmojiPickerOptions = { choose: (emoji: string) => void }

const COLUMNS = 8
const MAX_FOUND = 10 * COLUMNS
const MAX_RECENT = 3 * COLUMNS
const RECENT = 'parlour-recent-emoji'

const storage = openStorage('localStorage')

/** Returns the emoji that were chosen last in this browser, the last one first. */
const recentEmoji = (): string[] => {
  const stored = storage.get(RECENT)
  return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []
}

const remember = (emoji: string): void =>
  storage.set(RECENT, [emoji, ...recentEmoji().filter((each) => each !== emoji)].slice(0, MAX_RECENT))

const rowsOf = (emoji: readonly Emoji[]): Emoji[][] =>
  Array.from({ length: Math.ceil(emoji.length / COLUMNS) }, (_, row) =>
    emoji.slice(row * COLUMNS, (row + 1) * COLUMNS),
  )

/** Searches and shows emoji by their groups. One of them is in the tab order; arrow keys go to the others. */
class EmojiPicker implements PanelView {
  readonly focus = isTouch() ? '.emoji [aria-selected=true]' : '.emoji input'
  #query = ''
  #group = 0
  /** The index of the emoji that is in the tab order. */
  #current = 0
  readonly #context: ViewContext
  readonly #groups: readonly EmojiList[]
  readonly #all: readonly Emoji[]
  readonly #options: EmojiPickerOptions

  constructor(context: ViewContext, groups: readonly EmojiList[], options: EmojiPickerOptions) {
    this.#context = context
    this.#all = groups.flatMap(({ emoji }) => emoji)
    this.#options = options
    const known = new Map(this.#all.map((each) => [each.emoji, each]))
    const recent = recentEmoji().flatMap((emoji) => known.get(emoji) ?? [])
    const name = context.localizer.strings.recentEmoji
    this.#groups = recent.length > 0 ? [{ name, emoji: recent }, ...groups] : groups
  }

  get #shown(): readonly Emoji[] {
    if (this.#query !== '') return findEmoji(this.#all, this.#query, MAX_FOUND)
    return this.#groups[this.#group]?.emoji ?? []
  }

  #choose(emoji: string | undefined): void {
    if (emoji === undefined) return
    remember(emoji)
    this.#options.choose(emoji)
  }

  #search(query: string): void {
    this.#query = query.trim()
    this.#current = 0
    this.#context.requestUpdate()
  }

  #show(group: number): void {
    this.#group = group
    this.#search('')
    this.#context.query<HTMLElement>('.emoji [role=grid]')?.scrollTo(0, 0)
  }

  #focusCell(index: number): void {
    this.#current = index
    this.#context.focusOn('.emoji [role=gridcell][tabindex="0"]')
  }

  readonly #searchKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter') {
      event.preventDefault()
      if (this.#query !== '') this.#choose(this.#shown[0]?.emoji)
    } else if (event.key === 'ArrowDown' && this.#shown.length > 0) {
      event.preventDefault()
      this.#focusCell(0)
    }
  }

  /** Returns by how much an arrow key moves: along the line of writing, to the left in a text from right to left. */
  #step({ key, target }: KeyboardEvent): number {
    const isRightToLeft = getComputedStyle(target as Element).direction === 'rtl'
    return ({ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0) * (isRightToLeft ? -1 : 1)
  }

  readonly #tabKey = (event: KeyboardEvent) => {
    const count = this.#groups.length
    const to = { Home: 0, End: count - 1 }[event.key] ?? this.#group + this.#step(event)
    const next = (to + count) % count
    if (next === this.#group) return
    event.preventDefault()
    this.#show(next)
    this.#context.focusOn('.emoji [role=tab][tabindex="0"]')
  }

  readonly #gridKey = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event
    const last = this.#shown.length - 1
    const row = this.#current - (this.#current % COLUMNS)
    const to = {
      ArrowUp: this.#current - COLUMNS,
      ArrowDown: this.#current + COLUMNS,
      Home: ctrlKey ? 0 : row,
      End: ctrlKey ? last : Math.min(row + COLUMNS - 1, last),
    }[key]
    const next = to ?? this.#current + this.#step(event)
    const field = this.#context.query<HTMLInputElement>('.emoji input')
    if (next !== this.#current || to !== undefined) {
      event.preventDefault()
      if (next < 0) field?.focus()
      else this.#focusCell(Math.min(next, last))
    } else if ([...key].length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey) field?.focus()
  }

  render(): unknown {
    const { localizer } = this.#context
    const { strings } = localizer
    const shown = this.#shown
    const isSearching = this.#query !== ''
    const group = this.#groups[this.#group]
    return html`<div class="emoji" part="emoji-picker">
      <input
        type="search"
        dir="auto"
        autocomplete="off"
        enterkeyhint="done"
        aria-label=${strings.searchEmoji}
        placeholder=${strings.searchEmoji}
        @input=${(event: Event) => this.#search((event.target as HTMLInputElement).value)}
        @keydown=${this.#searchKey}
      />
      <div role="tablist" ?hidden=${isSearching || this.#groups.length < 2} @keydown=${this.#tabKey}>
        ${this.#groups.map(
          ({ name, emoji }, index) =>
            html`<button
              role="tab"
              class="icon"
              id="emoji-group${index}"
              title=${name}
              aria-label=${name}
              aria-controls="emoji-grid"
              aria-selected=${index === this.#group}
              tabindex=${index === this.#group ? 0 : -1}
              @click=${() => this.#show(index)}
            >${index === 0 && name === strings.recentEmoji ? '🕘' : emoji[0]?.emoji}</button>`,
        )}
      </div>
      <p class="faint" ?hidden=${isSearching}>${group?.name}</p>
      <p class=${shown.length > 0 ? 'unseen' : 'faint'} role="status">
        ${isSearching ? (shown.length > 0 ? localizer.count(strings.suggestions, shown.length) : strings.noEmoji) : nothing}
      </p>
      <div
        role="grid"
        id="emoji-grid"
        aria-label=${isSearching ? strings.searchEmoji : group?.name}
        ?hidden=${shown.length === 0}
        @keydown=${this.#gridKey}
      >
        ${rowsOf(shown).map(
          (row, at) => html`<div role="row">
            ${row.map(({ emoji, name }, column) => {
              const index = at * COLUMNS + column
              return html`<button
                role="gridcell"
                data-of=${emoji}
                class="icon"
                tabindex=${index === this.#current ? 0 : -1}
                title=${name}
                aria-label=${name}
                @focus=${() => {
                  this.#current = index
                }}
                @click=${() => this.#choose(emoji)}
              >${emoji}</button>`
            })}
          </div>`,
        )}
      </div>
    </div>`
  }
}

/** Returns the module of a picker with the emoji that are allowed (null: all), once their names are loaded. */
export const loadPickerFor = async (
  context: ViewContext,
  allowed: readonly string[] | null,
): Promise<PanelModule<EmojiPickerOptions>> => {
  const { lang, strings } = context.localizer
  const groups = await loadEmojiGroups(lang)
  context.adopt(css)
  const bare = (emoji: string) => emoji.replaceAll('\uFE0F', '')
  const known = new Map(groups.flatMap(({ emoji }) => emoji.map((each) => [bare(each.emoji), each])))
  const offered = allowed && [
    {
      name: strings.react,
      emoji: allowed.map((emoji) => ({ name: emoji, words: [], ...known.get(bare(emoji)), emoji })),
    },
  ]
  return { open: (context, options) => new EmojiPicker(context, offered ?? groups, options) }
}
