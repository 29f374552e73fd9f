import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../db/client'
import { SITE } from '../db/fragments'
import { userNetworks } from '../db/schema'
import type { Actor, Credential, Network, RoomRequest } from './actor'
import type { Refusal } from './refusals'
import { isHolder } from './store'

// Bans of networks: docs/decisions/0033.

type Value = number | string | SQL | Placeholder
type PreparedNetwork = { hash: Value; milliseconds: Value }

/** SQL to stand behind `from`: the bans in a room, and on the whole site, that hold for a network now. */
export const networkBans = ({ hash }: PreparedNetwork, roomId: SQL | undefined, now: Value): SQL => {
  const site = sql.raw(`${SITE}`)
  const places = roomId ? sql`in (${site}, ${roomId})` : sql`= ${site}`
  return sql`sanctions indexed by sanctions_network where room_id ${places} and network = ${hash} and network_until > ${now}`
}

/** SQL for the refusal by a ban of a network, from the time when it ends. */
export const networkRefusal = (until: SQL): SQL<Refusal | null> =>
  sql<Refusal | null>`'network banned until ' || ${until}`

/** SQL for the refusal of an act that is in no room, or null. A user who is older than the ban, or has a role of the site, may act. */
export const siteNetworkRefusal = (
  network: Network | undefined,
  credential: Credential,
  now: number,
): SQL<Refusal | null> | undefined => {
  if (!network || credential.kind === 'admin' || (credential.kind === 'login' && credential.role))
    return undefined
  const isExempt =
    credential.kind === 'none'
      ? sql``
      : sql` and not exists (select 1 from users as holder where ${isHolder(credential, sql`holder.`)}
          and (holder.created_at < network_since or holder.site_role is not null))`
  return networkRefusal(
    sql`(select max(network_until) from ${networkBans(network, undefined, now)}${isExempt})`,
  )
}

/**
 * Remembers the network of the user that `from` selects as `user_id`, in a column. Writes nothing if it is known and will be for half
 * of the time.
 */
export const noteNetwork = (
  db: Database,
  { network, now }: { network?: PreparedNetwork | undefined; now: Value },
  from: SQL,
) =>
  network &&
  db
    .insert(userNetworks)
    .select(sql`select user_id, ${network.hash}, ${now} + ${network.milliseconds} from ${from}`)
    .onConflictDoUpdate({
      target: userNetworks.userId,
      set: { network: sql`excluded.network`, expiresAt: sql`excluded.expires_at` },
      setWhere: sql`user_networks.network <> excluded.network or user_networks.expires_at < excluded.expires_at - ${network.milliseconds} / 2`,
    })

/** When the network of an actor was last noted. It only tells whether a send must do more than store the message. */
const noted = new Map<string, number>()
const MAX_NOTED = 10_000
/** Other isolates may have noted another network since, so it is noted again after this time. */
const NOTED_MILLISECONDS = 60_000

const holderOf = ({ credential, user }: Actor): string => {
  switch (credential.kind) {
    case 'token':
      return credential.hash
    case 'login':
      return credential.subject
    case 'none':
    case 'admin':
      return user?.key ?? ''
  }
}
const keyOf = (actor: Actor, { hash }: Network): string =>
  `${actor.credential.kind} ${holderOf(actor)}\n${hash}`

/** Returns whether the network of a request needs not be noted now, as far as the isolate knows. */
export const isNetworkNoted = ({ actor, network, now }: RoomRequest): boolean =>
  network === undefined || now - (noted.get(keyOf(actor, network)) ?? 0) < NOTED_MILLISECONDS

/** Takes notice that the network of a request was noted. */
export const networkNoted = ({ actor, network, now }: RoomRequest): void => {
  if (network === undefined) return
  if (noted.size >= MAX_NOTED) noted.clear()
  noted.set(keyOf(actor, network), now)
}
