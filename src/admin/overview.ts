import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { isSiteAdmin, runOnSite } from '../auth/site-admin'
import type { Database } from '../db/client'
import { type SettingsRow, selectSettings, settingsIn } from '../site/store'

/** Held messages are shown for this long. */
const HELD_MILLISECONDS = 30 * 24 * 3_600_000

/** The most of each kind that is counted. The page asks often. */
const MAX_COUNTED = 100

/** SQL for the number of rows whose room exists. The rows of deleted rooms are among those that are looked at, so that the number of rows is bounded. */
const countInRooms = (rows: SQL) =>
  sql<number>`(select count(*) from (${rows} limit ${MAX_COUNTED}) as waiting cross join rooms on rooms.id = waiting.room_id)`

/** Returns whether an admin asks, how much waits for the site's staff, and the settings of the site. */
export const findOverview = async (
  db: Database,
  credential: Credential,
  now: number,
): Promise<{ isAdmin: boolean; reports: number; held: number; settings: SettingsRow }> => {
  const reports = sql`select room_id from reports where resolved_at is null order by created_at desc`
  const held = sql`select room_id from held indexed by held_waiting
    where refused_at is null and room_id > 0 and created_at > ${now - HELD_MILLISECONDS}`
  const { overview, settings } = await runOnSite(db, credential, 'review', {
    overview: db
      .select({
        isAdmin: sql<number>`${isSiteAdmin(credential)}`.as('is_admin'),
        reports: countInRooms(reports).as('open_reports'),
        held: countInRooms(held).as('held_messages'),
      })
      .from(sql`(select 1)`),
    settings: selectSettings(db),
  })
  const [found] = overview
  return {
    isAdmin: found?.isAdmin === 1,
    reports: found?.reports ?? 0,
    held: found?.held ?? 0,
    settings: settingsIn(settings),
  }
}
