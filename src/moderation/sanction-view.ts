import type { Sanction } from '../contract'
import { time } from '../lib/time'
import { banNetworkMilliseconds } from '../limits/numbers'
import type { SanctionRow } from './sanctions'

type Vars = Parameters<typeof banNetworkMilliseconds>[0]

/** Returns the end of the ban of a network, if it is banned. After the owner has turned that off, none is. */
export const networkUntilView = (vars: Vars, until: number | null | undefined): { networkUntil?: string } =>
  until && banNetworkMilliseconds(vars) !== undefined ? { networkUntil: time(until) } : {}

export const sanctionView = (vars: Vars, row: SanctionRow): Sanction => ({
  userName: row.userName,
  kind: row.kind,
  until: row.until === null ? null : time(row.until),
  reason: row.reason,
  createdAt: time(row.createdAt),
  ...networkUntilView(vars, row.networkUntil),
})
