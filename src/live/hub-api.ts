import type { Actor } from '../auth/actor'
import type { EntryFrame, ServerFrame } from '../contract'
import type { Closing } from '../contract/close-codes'

/** The methods of a room's hub that other parts of the Worker call. `Hub` implements it. */
export interface HubApi extends Rpc.DurableObjectBranded {
  /** Opens a listener's WebSocket, or answers with a problem. The request is made by `entranceRequest`. */
  fetch(request: Request): Promise<Response>
  /** Makes a ticket for one connection to the room; `until`, in milliseconds, says how long it can be used. */
  issue(actor: Actor): Promise<{ ticket: string; until: number }>
  /** Takes a new entry of the log. `joined`: the author became a member by it. */
  publish(roomId: number, entry: EntryFrame, joined?: boolean): void
  /** Takes the number of the log's last entry, and reads the missing ones from D1. */
  expect(roomId: number, seq: number): void
  /** Sends a frame that is no entry of the log to all listeners. */
  tell(frame: ServerFrame): void
  /** Closes all connections. */
  close(why: Closing): void
  /** Closes the connections of one user, after a last frame. */
  expel(userId: number, why: Closing, frame?: ServerFrame): void
}
