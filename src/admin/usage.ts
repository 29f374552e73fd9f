import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runOnSite } from '../auth/site-admin'
import type { SiteUsage } from '../contract'
import type { Database } from '../db/client'
import { listeners } from '../db/schema'

/** The most rows of listeners that are looked at. */
const LOOK = 1000

/** Returns how many rooms are listened to. A hub deletes the rows of those who have left some time after they left. */
export const countListening = async (
  db: Database,
  credential: Credential,
): Promise<SiteUsage['listening']> => {
  const { found } = await runOnSite(db, credential, 'review', {
    found: db
      .select({ userId: listeners.userId, roomKey: listeners.roomKey })
      .from(listeners)
      .where(sql`user_id > 0`)
      .limit(LOOK),
  })
  return {
    rooms: new Set(found.map(({ roomKey }) => roomKey)).size,
    people: new Set(found.map(({ userId }) => userId)).size,
    more: found.length === LOOK,
  }
}
