import { ParlourCount as CountElement } from '../count/parlour-count.ts'

/**
 * `<parlour-count name="post-1">`: the number of messages of a room, as a text in a line.
 *
 * @tagname parlour-count
 *
 * @attr {string} name - The room. Without it, it is that of the page to which the link around the element leads, or of the page itself.
 * @attr {string} server - The URL of the API. Without it, the element of a `<script>` uses the server that the script came from.
 * @attr {string} lang - The language. Without it, it is that of the page around the element.
 * @attr {boolean} number - Shows the number alone.
 *
 * @slot - Shown until the number is known, and where it can't be found out.
 */
export const ParlourCount: { new (): HTMLElement; readonly prototype: HTMLElement } = CountElement

/** The attributes of `<parlour-count>`, apart from those of every element. */
export interface ParlourCountAttributes {
  /** The room. Without it, it is that of the page to which the link around the element leads, or of the page itself. */
  name?: string | undefined
  /** The URL of the API. */
  server?: string | undefined
  /** Shows the number alone. */
  number?: boolean | undefined
}

declare global {
  interface HTMLElementTagNameMap {
    'parlour-count': HTMLElement
  }
}

// A page may load this beside the server's own script. A server that renders pages has no elements.
if (globalThis.customElements && !customElements.get('parlour-count'))
  customElements.define('parlour-count', CountElement)
