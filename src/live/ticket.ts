import type { Actor } from '../auth/actor'
import { invalidToken } from '../http/problems'
import { createToken, digest } from '../lib/token'

/** The time in which a ticket must be used. */
export const TICKET_MILLISECONDS = 30_000

type Kept = { actor: Actor; until: number }

const PREFIX = 'ticket:'

/** Makes a ticket for one connection; only its hash is stored. */
export const issueTicket = async (
  storage: DurableObjectStorage,
  actor: Actor,
): Promise<{ ticket: string; until: number }> => {
  const { token: ticket, tokenHash } = await createToken()
  const until = Date.now() + TICKET_MILLISECONDS
  storage.kv.put<Kept>(PREFIX + tokenHash, { actor, until })
  return { ticket, until }
}

/** Returns the actor of a ticket, and makes the ticket void. Throws a 401 problem. */
export const redeemTicket = async (storage: DurableObjectStorage, ticket: string): Promise<Actor> => {
  const key = PREFIX + (await digest(ticket))
  const kept = storage.kv.get<Kept>(key)
  storage.kv.delete(key)
  if (!kept || kept.until < Date.now())
    throw invalidToken('The ticket is used, too old, or of another chatroom: ask for a new one.')
  return kept.actor
}

/** Deletes expired tickets. Returns how many are left. */
export const sweepTickets = (storage: DurableObjectStorage): number => {
  let left = 0
  for (const [key, { until }] of storage.kv.list<Kept>({ prefix: PREFIX })) {
    if (until < Date.now()) storage.kv.delete(key)
    else left++
  }
  return left
}
