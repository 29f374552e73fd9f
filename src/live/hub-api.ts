import type { Actor } from '../auth/actor'
import type { EntryFrame, ServerFrame } from '../contract'
import type { Place } from '../webhooks/webhook-api'

/** A new entry of a room's log. `joined`: its author became a member by it. */
export type NewEntry = { frame: EntryFrame; joined: boolean }

/**
 * The methods of a room's hub that other parts of the Worker call. `Hub` implements it. Whatever is about one room has the room's id: a
 * deleted room's news may come late, when another room has its name.
 */
export interface HubApi extends Rpc.DurableObjectBranded {
  /** Opens a listener's WebSocket, or answers with a problem. The request has the headers of `listenHeaders`. */
  fetch(request: Request): Promise<Response>
  /** Makes a ticket for one connection to the room. It can be used until `until`, in milliseconds. */
  issueTicket(actor: Actor): Promise<{ ticket: string; until: number }>
  /** Takes new entries of the log. */
  publish(roomId: number, entries: NewEntry[]): void
  /** Takes the number of the log's last entry, and reads the missing ones from D1. `forgets`: those that it keeps name somebody who was erased. */
  readUpTo(roomId: number, seq: number, forgets?: boolean): void
  /** Reads from D1 what listeners miss and who may still listen: a write may have been stored although its answer was lost. */
  compare(): void
  /** Sends a frame that is no entry of the log to all listeners. */
  broadcast(roomId: number, frame: ServerFrame): void
  /** Sends a frame about a held message to those who moderate, and to its author where a token or login proves who it is. */
  tellHeld(roomId: number, authorId: number, frame: ServerFrame): void
  /** Tells all listeners that the room is deleted, and disconnects them. */
  endRoom(roomId: number): void
  /** Keeps no entries any more, because the first ones of the log have been removed, and tells all listeners how the room stands. */
  forgetStart(roomId: number, frame: ServerFrame): void
  /** Deletes all that the hub of a deleted room has stored. Leaves it if another room has the name. */
  endStorage(roomId: number): Promise<void>
  /** Disconnects a user that was banned, after a last frame. */
  ban(roomId: number, userId: number, frame: ServerFrame): void
  /** Tells the room's webhooks that something is new which listeners are not told of. */
  tellWebhooks(place: Place): void
  /** Looks anew which webhooks there are, when it tells them the next time. */
  forgetWebhooks(): void
  /** Disconnects a user whose token is void, also those who use its name without one. */
  endToken(userId: number): void
  /** Checks in D1 whether the listeners, or those of one user, may still read the room, and disconnects the others. */
  checkAccess(userId?: number): Promise<void>
}
