import type { HeldMessage } from '../../contract/index.ts'
import type { RoomEvent } from '../types.ts'

export type HeldEvent = Extract<RoomEvent, { type: 'held' }>

/** The messages of others that wait for approval, as far as they are known. The part `later.ts` makes it. */
export interface HeldState {
  /** The oldest first. */
  readonly messages: readonly HeldMessage[]
  /** The URL of the messages before those that are loaded; null if there are none. */
  readonly next: string | null
  /** Takes an event of the room. */
  receive(event: HeldEvent): void
  /** Removes a message that was decided on. */
  remove(id: string): void
  /** Loads the newest messages. Rejects with the server's refusal. */
  load(): Promise<void>
  /** Loads the messages before those that are loaded. */
  loadOlder(): Promise<void>
  /** Tells whether a message was decided on while this page was open. */
  isDecided(id: string): boolean
  /** Returns in words how many messages wait: `100+` where there are more than are loaded. */
  label(): string
}
