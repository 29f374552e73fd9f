import type { Sanction } from '../contract'
import { time } from '../lib/time'
import type { SanctionRow } from './sanctions'

export const sanctionView = (row: SanctionRow): Sanction => ({
  userName: row.userName,
  kind: row.kind,
  until: row.until === null ? null : time(row.until),
  reason: row.reason,
  createdAt: time(row.createdAt),
})
