import { sql } from 'drizzle-orm'
import { batch, openDatabase } from '../db/client'
import { sweeps } from '../db/schema'
import type { Bindings } from '../env'
import { errorText, log } from '../http/log'
import { SweepBudget } from '../limits/sweep-budget'
import { siteRetention } from '../rooms/policy'
import type { Chore } from './chore'
import { sweepDeletedRooms } from './deleted-rooms'
import { sweepErasures } from './erasure'
import { sweepExpired } from './expired-rows'
import { sweepFiles, sweepLostFiles } from './files'
import { sweepOldImports } from './old-imports'
import { sweepOldMessages } from './retention'
import { sweepDeletedWebhooks, wakeForgottenWebhooks } from './webhooks'

/** A run makes no more round trips to D1. The free plan allows an invocation 50 queries. */
const MAX_ROUND_TRIPS = 40

/** Notes the time of the run. */
const noteRun: Chore = async ({ db, now }) => {
  const noted = db.insert(sweeps).values({ name: 'run', place: now })
  await batch(db, {
    run: noted.onConflictDoUpdate({ target: sweeps.name, set: { place: sql`excluded.place` } }),
  })
  return false
}

const chores: Chore[] = [
  noteRun,
  wakeForgottenWebhooks,
  ...sweepExpired,
  sweepErasures,
  sweepOldMessages,
  sweepOldImports,
  sweepDeletedWebhooks,
  sweepDeletedRooms,
  sweepLostFiles,
  // Last, because the others give up files.
  sweepFiles,
]

/**
 * Removes rows that are deleted or expired, a piece at a time, each kind in its turn, until nothing is left or the rows of the day are used up. If it is killed,
 * the next run goes on where the database says. docs/decisions/0032
 */
export const sweep = async (env: Bindings, waitUntil: (work: Promise<unknown>) => void): Promise<void> => {
  const requestId = crypto.randomUUID()
  const { db, cost } = openDatabase(env.DB, { bookmark: undefined, reading: false })
  const budget = new SweepBudget(env)
  const now = Date.now()
  const context = { env, var: { requestId }, executionCtx: { waitUntil } }
  const retentionDays = siteRetention(env)
  const work = async (chore: Chore): Promise<boolean> => {
    const rows = await budget.rows()
    if (rows === 0 || cost.roundTrips >= MAX_ROUND_TRIPS) return false
    const before = cost.rowsWritten
    try {
      return await chore({ db, now, rows, retentionDays, context })
    } catch (error) {
      // A kind that fails keeps no other one back.
      log('error', 'sweep failed', requestId, { error: errorText(error) })
      return false
    } finally {
      budget.spend(cost.rowsWritten - before)
    }
  }
  for (let waiting = chores; waiting.length > 0; ) {
    const unfinished: Chore[] = []
    for (const chore of waiting) if (await work(chore)) unfinished.push(chore)
    waiting = unfinished
  }
  await budget.close()
}
