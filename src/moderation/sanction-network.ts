import { type SQL, sql } from 'drizzle-orm'
import { FOREVER } from '../db/fragments'
import type { AuditDetail } from '../db/schema'

export type Sanction = {
  until: number | null
  reason: string | null
  /** For how many milliseconds a ban holds for the network too; undefined for not at all. */
  networkMilliseconds?: number | undefined
}

/** The network of `target` and the end of its ban, as SQL, with the join that they need behind `from`. */
export const bannedNetwork = (milliseconds: number | undefined, until: number | null) =>
  milliseconds === undefined
    ? { join: sql``, network: null, networkUntil: null, networkSince: null }
    : {
        join: sql` left join user_networks as known on known.user_id = target.id and known.expires_at > auth.now`,
        network: sql`known.network`,
        networkSince: sql`iif(known.network is null, null, auth.now)`,
        networkUntil: sql`iif(known.network is null, null, min(auth.now + ${milliseconds}, ${until ?? FOREVER}))`,
      }

/** SQL for the values of a sanction that replaces another. A ban of the network goes on if it still holds and is not replaced by one of another network. */
export const networkInPlace = ({ isKept }: { isKept: boolean }) => {
  const isOn = sql`sanctions.network_until > excluded.created_at`
  const isSame = sql`(${isOn} and ifnull(excluded.network, sanctions.network) = sanctions.network)`
  if (!isKept)
    return {
      network: sql`excluded.network`,
      networkUntil: sql`excluded.network_until`,
      networkSince: sql`excluded.network_since`,
    }
  return {
    network: sql`iif(${isSame}, sanctions.network, excluded.network)`,
    networkUntil: sql`iif(excluded.network is null and ${isOn}, min(sanctions.network_until, ifnull(excluded.until, sanctions.network_until)), excluded.network_until)`,
    networkSince: sql`iif(${isSame}, sanctions.network_since, excluded.network_since)`,
  }
}

/** Returns the details of a ban or mute for the audit log, where the ban's network is joined as `bannedNetwork` says. */
export const sanctionDetail = ({
  until,
  reason,
  networkMilliseconds,
  ...more
}: Sanction & { deleteMessagesSeconds?: number }): { detail: AuditDetail | SQL; join: SQL } => {
  const detail = { until, reason, ...more }
  if (networkMilliseconds === undefined) return { detail, join: sql`` }
  const { join, networkUntil } = bannedNetwork(networkMilliseconds, until)
  return {
    detail: sql`json_patch(${JSON.stringify(detail)}, json_object('networkUntil', ${networkUntil}))`,
    join,
  }
}

/** SQL for the end of the ban of the network, if it holds at a time, from a row of `sanctions`. */
export const networkUntilAt = (now: number): SQL<number | null> =>
  sql<number | null>`iif(network_until > ${now}, network_until, null)`
