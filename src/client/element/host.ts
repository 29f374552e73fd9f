import type { Parlour } from '../types.ts'
import type { Conversation } from './conversation.ts'
import type { Localizer } from './localize.ts'

/** What the parts of the element may ask of it. */
export interface Host {
  readonly localizer: Localizer
  readonly chat: Conversation
  readonly who: Parlour
  requestUpdate(): void
  /** Renders, and then puts the focus there. */
  focusOn(selector: string): void
}

/** What is shown of something that went wrong: the server's own localizer. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))
