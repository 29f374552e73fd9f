/** The title of a document without the count, and with it. */
type Title = {
  /** The text of the `<title>` as the page has set it, or undefined if the page has none. */
  own: string | undefined
  shown: string
}

/** Shows the number of unread messages of all rooms of a page in its title: `(3) Title`. */
export class TitleCount {
  /** The unread messages of each element that counts, by the room that it shows. */
  readonly #counts = new Map<object, { room: string; unread: number }>()
  readonly #document: Document
  /** Set while a count is shown. */
  #title: Title | undefined
  readonly #observer = new MutationObserver(() => this.#update())

  constructor(document: Document) {
    this.#document = document
  }

  /** Sets the number of unread messages that an element has. */
  set(element: object, room: string, unread: number): void {
    if (unread > 0) this.#counts.set(element, { room, unread })
    else this.#counts.delete(element)
    this.#update()
  }

  /** The sum of all rooms. A room that is on the page twice counts once. */
  get #sum(): number {
    const rooms = new Map<string, number>()
    for (const { room, unread } of this.#counts.values())
      rooms.set(room, Math.max(unread, rooms.get(room) ?? 0))
    return [...rooms.values()].reduce((sum, unread) => sum + unread, 0)
  }

  get #element(): HTMLTitleElement | null {
    return this.#document.querySelector('head > title')
  }

  /** Returns the title as the page has it now: also one that the page has set or made of the shown one meanwhile. */
  #own(): string | undefined {
    const now = this.#element?.textContent
    const title = this.#title
    if (!title || now === undefined || now === null) return now ?? undefined
    return now === title.shown ? title.own : now.replace(title.shown, () => title.own?.trim() ?? '')
  }

  #update(): void {
    const sum = this.#sum
    if (sum === 0 && !this.#title) return
    // The changes that are made here are not the page's.
    this.#observer.disconnect()
    const own = this.#own()
    if (sum === 0) {
      this.#title = undefined
      if (own === undefined) this.#element?.remove()
      else if (this.#element) this.#element.textContent = own
      return
    }
    const shown = `(${sum}) ${own?.trim() ?? ''}`.trim()
    this.#title = { own, shown }
    if (this.#element?.textContent !== shown) this.#document.title = shown
    this.#observer.observe(this.#document.head, { childList: true, characterData: true, subtree: true })
  }
}
