import { render } from 'lit/html.js'

export type KeyedItem = {
  key: string
  /** The values that it is rendered from. It is rendered again only when one of them changes. */
  dependencies: readonly unknown[]
  render: () => unknown
}

/**
 * Renders a list by keys. Items that stay are neither moved nor rendered again. (Lit's `repeat` and `guard` do the same in twice
 * the bytes.)
 */
export class KeyedList {
  readonly #cells = new Map<string, { element: HTMLElement; dependencies: readonly unknown[] }>()

  update(container: Element, items: readonly KeyedItem[]): void {
    const keys = new Set(items.map(({ key }) => key))
    for (const [key, { element }] of this.#cells) {
      if (keys.has(key)) continue
      element.remove()
      this.#cells.delete(key)
    }
    // The items that stay are in order, so only new ones are inserted.
    let next = container.firstElementChild
    for (const item of items) {
      let cell = this.#cells.get(item.key)
      if (!cell) {
        cell = { element: document.createElement('div'), dependencies: [] }
        this.#cells.set(item.key, cell)
      }
      const { element, dependencies } = cell
      if (item.dependencies.some((each, index) => each !== dependencies[index])) {
        cell.dependencies = item.dependencies
        render(item.render(), element)
      }
      // A new one is inserted as a whole.
      if (element === next) next = next.nextElementSibling
      else container.insertBefore(element, next)
    }
  }
}
