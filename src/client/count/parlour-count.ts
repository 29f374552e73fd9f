import { inheritedAttribute, roomOfPage } from '../element/page.ts'
import { mayBeRoomName, roomName } from '../element/room-name.ts'
import { askCount } from './ask.ts'
import { countText } from './texts.ts'

/** Gives a line its height while there is no text, so that nothing below it moves. It has no width. */
const NO_WIDTH = '\u2060'

/** Returns the room of the page that the nearest link leads to, or of the page itself. */
const roomOf = (element: Element): string | undefined => {
  const link = element.closest<HTMLAnchorElement>('a[href]')
  return link && /^https?:$/.test(link.protocol) ? roomName(link.pathname) : roomOfPage(element)
}

/**
 * `<parlour-count name="post-1">`: the number of messages of a room, as a text in a line. Its own content stands there until the number is known,
 * and stays where it can't be found out.
 */
export class ParlourCount extends HTMLElement {
  static readonly observedAttributes = ['name', 'server', 'lang', 'number']

  readonly #root = this.attachShadow({ mode: 'open' })
  /** Shows the element's own content. */
  readonly #slot = document.createElement('slot')
  /** The server and the room that were asked for last. */
  #asked: string | undefined
  #count: number | null = null

  constructor() {
    super()
    this.#slot.append(NO_WIDTH)
    this.#root.append(this.#slot)
  }

  connectedCallback(): void {
    this.#update()
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#update()
  }

  #update(): void {
    const room = this.getAttribute('name') || roomOf(this)
    // Without `server`, it is where this script came from.
    const server = this.getAttribute('server')
    const url = URL.parse(server || '.', server ? this.baseURI : import.meta.url)?.href.replace(/\/+$/, '')
    const asked = room && url && `${url} ${room}`
    if (asked === this.#asked) {
      this.#show()
      return
    }
    this.#asked = asked
    this.#count = null
    this.#root.replaceChildren(this.#slot)
    // The server refuses the whole request for a name that no room can have.
    if (!room || !url || !mayBeRoomName(room)) return
    askCount(url, room, (count) => {
      // A late answer for another room is of no use.
      if (asked !== this.#asked || count === null) return
      this.#count = count
      this.#show()
    })
  }

  #show(): void {
    if (this.#count === null) return
    const wanted = inheritedAttribute(this, 'lang') || navigator.language
    const { text, lang } = countText(wanted, this.#count, this.hasAttribute('number'))
    // It keeps its direction in a page of another one.
    const shown = document.createElement('bdi')
    shown.lang = lang
    shown.textContent = text
    this.#root.replaceChildren(shown)
  }
}
