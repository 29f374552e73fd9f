import type { Report } from '../contract'
import { time } from '../lib/time'
import type { ReportRow } from './store'

export const reportView = (row: ReportRow): Report => ({
  id: row.number,
  seq: row.target,
  userName: row.userName,
  reason: row.reason || null,
  createdAt: time(row.createdAt),
  resolvedAt: row.resolvedAt === null ? null : time(row.resolvedAt),
})
