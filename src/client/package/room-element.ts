import type { Translations } from '../element/translations.ts'
import type { Parlour } from '../types.ts'

export type * from '../element/element-events.ts'
export type { Translations }

/** The element `<parlour-room>`. */
export interface ParlourRoomElement extends HTMLElement {
  /** A client of the site's own, such as one that is signed in by the site's login. */
  client: Parlour | undefined
  /** Texts that replace those of the language. */
  strings: Partial<Translations> | undefined
}

/** The attributes of `<parlour-room>`, apart from those of every element. */
export interface ParlourRoomAttributes {
  /** The room. Without it, the room is named after the path of the page. */
  name?: string | undefined
  /** The URL of the API. */
  server?: string | undefined
  /** The title above the messages, in place of the room's. */
  heading?: string | undefined
  /** The colours. Without it, they follow the `color-scheme` of the page. */
  theme?: 'light' | 'dark' | 'auto' | undefined
  /** The reactions that are offered at once, at most six, with spaces between them. */
  reactions?: string | undefined
  /** The messages of which a reader who allows it is notified. */
  notify?: 'mentions' | 'all' | 'none' | undefined
  /** The site's copy of `parlour-push.js`, the service worker for Web Push. Without it, there is none. */
  'push-worker'?: string | undefined
  /** Counts unread messages in the page's title. Without it, that is on where `notify` is set. */
  'title-count'?: 'on' | 'off' | undefined
  /** The language. Without it, it is that of the page around the element. */
  lang?: string | undefined
  /** The direction of the text. Without it, it is that of the page around the element. */
  dir?: string | undefined
}

declare global {
  interface HTMLElementTagNameMap {
    'parlour-room': ParlourRoomElement
  }
}
