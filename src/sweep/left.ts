import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import type { SiteUsage } from '../contract'
import type { Database } from '../db/client'
import { lastSeqOf } from '../db/fragments'
import { expiring } from './expired-rows'
import { firstEntryOf } from './log-start'
import { dueRooms } from './retention'

/** The most rows of each kind that are counted, and the most deleted rooms that are looked at. */
const MAX_COUNTED = 1000
const MAX_ROOMS = 100

type Left = SiteUsage['sweep']['left'] & { ranAt: number | null }

const counted = (rows: SQL): SQL => sql`(select count(*) from (${rows} limit ${MAX_COUNTED}) as waiting)`

/** Returns what the sweep has not removed yet, and when it last ran. */
export const countLeft = async (
  db: Database,
  credential: Credential,
  { now, retentionDays }: { now: number; retentionDays: number },
): Promise<Left> => {
  const entries = sql`1 + ${lastSeqOf(sql`waiting.id`)} - ${firstEntryOf(sql`waiting.id`)}`
  const { found } = await runOnSite(db, credential, 'review', {
    found: db
      .select({
        ranAt: sql<number | null>`(select place from sweeps where name = 'run')`.as('ran_at'),
        deletedRooms: sql<number>`${counted(sql`select 1 from deleted_rooms where id > 0`)}`.as(
          'deleted_rooms_left',
        ),
        entriesOfDeletedRooms: sql<number>`(select ifnull(sum(ifnull(${entries}, 0)), 0)
          from (select id from deleted_rooms where id > 0 order by id limit ${MAX_ROOMS}) as waiting)`.as(
          'entries_left',
        ),
        erasures: sql<number>`${counted(sql`select 1 from erasures where user_id > 0`)}`.as('erasures_left'),
        roomsWithOldMessages:
          sql<number>`(select count(*) from (${dueRooms({ now, retentionDays })} limit ${MAX_ROOMS}) as waiting)`.as(
            'due_rooms',
          ),
        expiredRows: sql<number>`${sql.join(
          expiring.map(({ expired }) => counted(expired(now))),
          sql` + `,
        )}`.as('expired_left'),
      })
      .from(sql`(select 1)`),
  })
  const [left] = found
  if (!left) throw new Error('a select without a table has one row')
  return left
}
