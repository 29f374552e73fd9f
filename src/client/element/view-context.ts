import type { Parlour } from '../types.ts'
import type { Conversation } from './conversation.ts'
import type { FilesPart } from './files/files-part.ts'
import type { Later } from './load-later.ts'
import type { Localizer } from './localize.ts'

/** The content of the panel beside the log. */
export type SideOptions = {
  /** Opens the profile of this user. */
  userName?: string
  /** Opens the messages that mention the reader. */
  isMentions?: boolean
  /** Opens the messages that wait for approval. Without any of these, it is the search. */
  isHeld?: boolean
  /** Selects the element that takes the focus when the panel closes. */
  opener: string
}

/** The way to a message. */
export type Jump = {
  seq: number
  /** The number of the reply whose quote was clicked. The reader can go back to it. */
  from?: number | undefined
  /** Is called in place of moving the focus to the message: with true once it is shown, with false if it can't be loaded. */
  arrived?: (isShown: boolean) => void
}

/** The parts of the element that its views use. */
export interface ViewContext {
  readonly localizer: Localizer
  readonly conversation: Conversation
  /** The part that every room needs. Undefined until it is loaded. */
  readonly later: Later | undefined
  /** Loads that part, if it isn't loaded. Resolves to undefined if it can't be loaded. */
  loadLater(): Promise<Later | undefined>
  /** The part that shows files. Undefined until it is loaded. */
  files: FilesPart | undefined
  /** Loads that part, if it isn't loaded, and renders with it. */
  loadFiles(): Promise<unknown>
  /** The page's client, or the one that the site has set. */
  readonly activeClient: Parlour
  /** The client that the site has set. */
  readonly client: Parlour | undefined
  /** Returns an attribute of the tag. */
  getAttribute(name: string): string | null
  /** The panel beside the log. It has options while it is open. */
  readonly side: {
    readonly options: SideOptions | undefined
    open(options: SideOptions): unknown
    openSearch(): void
  }
  requestUpdate(): void
  /** Tells the page's scripts of an error that the reader is shown. */
  failed(problem: unknown): void
  dispatchEvent(event: Event): boolean
  /** Asks the reader for a name, and calls `signedIn` once there is one. */
  askName(signedIn: () => unknown): void
  /** Adds the style sheet of a part that was loaded. */
  adopt(css: string): void
  /** Finds a rendered element. */
  query<E extends Element>(selector: string): E | null
  /** Goes to messages, also to those that aren't loaded. */
  readonly jumps: { readonly options: unknown; open(jump: Jump): unknown }
  /** Scrolls to a message of the timeline, and moves the focus to it. */
  show(seq: number): void
  /** Begins a reply to a message, or gives it up. */
  reply(seq?: number): void
  /** Renders, then focuses the first element that matches. */
  focusOn(selector: string): void
}
