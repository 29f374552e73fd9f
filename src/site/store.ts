import { getTableColumns, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { Refused } from '../auth/refusals'
import { adminRefusal } from '../auth/site-admin'
import { batch, type Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { siteSettings } from '../db/schema'

type Row = typeof siteSettings.$inferSelect
type Changes = { [Setting in Exclude<keyof Row, 'id'>]?: Row[Setting] | undefined }

/** The settings of a site on which nobody has set any. */
const unset = Object.fromEntries(
  Object.entries(getTableColumns(siteSettings)).map(([name, column]) => [name, column.default ?? null]),
) as Row

/** Changes the given settings of the site, and returns all of them. Throws `Refused` for everybody but admins. */
export const settingsOfSite = async (
  db: Database,
  credential: Credential,
  changes: Changes = {},
): Promise<Row> => {
  const refusal = adminRefusal(credential)
  const isChanged = Object.values(changes).some((value) => value !== undefined)
  const { auth, settings } = await batch(db, {
    auth: db.select({ refusal: refusal.as('admin_refusal') }).from(sql`(select 1)`),
    created: isChanged
      ? db.insert(siteSettings).select(
          sql`select ${insertValues(siteSettings, { id: 1 })} where ${refusal} is null
            and not exists (select 1 from site_settings where id = 1)`,
        )
      : undefined,
    changed: isChanged
      ? db.update(siteSettings).set(changes).where(sql`id = 1 and ${refusal} is null`)
      : undefined,
    settings: db.select().from(siteSettings).where(sql`id = 1`),
  })
  if (auth[0]?.refusal) throw new Refused(auth[0].refusal)
  return settings[0] ?? unset
}
