import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { isSiteAdmin, runOnSite } from '../auth/site-admin'
import type { Database } from '../db/client'
import { notExpiredAfter } from '../held/hold'
import { type SettingsRow, selectSettings, settingsIn } from '../site/store'

/** The most of each kind that is counted. The page asks often. */
const MAX_COUNTED = 100

/**
 * SQL for a JSON array: the number of rows whose room exists, and the sum of their times, which changes with the rows where the number stays. The rows of
 * deleted rooms are among those that are looked at, so that the number of rows is bounded.
 */
const countInRooms = (rows: SQL, users = sql``) =>
  sql<string>`(select json_array(count(*), sum(waiting.at)) from (${rows} limit ${MAX_COUNTED}) as waiting
    cross join rooms on rooms.id = waiting.room_id ${users})`

const NOTHING = '[0,null]'
const countOf = (counted: string): number => JSON.parse(counted)[0]

/** Returns whether an admin asks, how much waits for the site's staff, and the settings of the site. `version` changes with what waits. */
export const findOverview = async (
  db: Database,
  credential: Credential,
  now: number,
): Promise<{ isAdmin: boolean; reports: number; held: number; version: string; settings: SettingsRow }> => {
  const reports = sql`select room_id, created_at as at from reports where resolved_at is null order by created_at desc`
  const held = sql`select room_id, author_id, created_at as at from held indexed by held_newest
    where refused_at is null and created_at > ${notExpiredAfter(now)} order by created_at desc`
  const { overview, settings } = await runOnSite(db, credential, 'review', {
    overview: db
      .select({
        isAdmin: sql<number>`${isSiteAdmin(credential)}`.as('is_admin'),
        reports: countInRooms(reports).as('open_reports'),
        held: countInRooms(held, sql`cross join users on users.id = waiting.author_id`).as('held_messages'),
      })
      .from(sql`(select 1)`),
    settings: selectSettings(db),
  })
  const [{ isAdmin, ...waiting } = { isAdmin: 0, reports: NOTHING, held: NOTHING }] = overview
  return {
    isAdmin: isAdmin === 1,
    reports: countOf(waiting.reports),
    held: countOf(waiting.held),
    version: `${waiting.reports} ${waiting.held}`,
    settings: settingsIn(settings),
  }
}
