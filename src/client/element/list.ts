import { render } from 'lit/html.js'

export type Item = {
  key: string
  /** What it is rendered from: while this is the same, it isn't rendered again. */
  from: readonly unknown[]
  render: () => unknown
}

/**
 * A list in the document, by keys: whatever comes and goes, what stays is neither moved nor rendered again. (Lit's `repeat` and
 * `guard` do this too, for twice the bytes.)
 */
export class List {
  readonly #cells = new Map<string, { element: HTMLElement; from: readonly unknown[] }>()

  show(container: Element, items: readonly Item[]): void {
    const keys = new Set(items.map(({ key }) => key))
    for (const [key, { element }] of this.#cells) {
      if (keys.has(key)) continue
      element.remove()
      this.#cells.delete(key)
    }
    // Those that stay are in order, so only new ones are put in between.
    let next = container.firstElementChild
    for (const item of items) {
      let cell = this.#cells.get(item.key)
      if (!cell) {
        cell = { element: document.createElement('div'), from: [] }
        this.#cells.set(item.key, cell)
      }
      const { element, from } = cell
      if (element === next) next = next.nextElementSibling
      else container.insertBefore(element, next)
      if (item.from.every((each, index) => each === from[index])) continue
      cell.from = item.from
      render(item.render(), element)
    }
  }
}
