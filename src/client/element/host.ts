import type { Parlour } from '../types.ts'
import type { Conversation } from './conversation.ts'
import type { Words } from './localize.ts'

/** What the parts of the element may ask of it. */
export interface Host {
  readonly words: Words
  readonly chat: Conversation
  readonly who: Parlour
  requestUpdate(): void
  /** Renders, and then puts the focus there. */
  focusOn(selector: string): void
}

/** What is shown of something that went wrong: the server's own words. */
export const told = (error: unknown): string => (error instanceof Error ? error.message : String(error))
