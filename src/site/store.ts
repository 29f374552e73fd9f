import { getTableColumns, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { Refused } from '../auth/refusals'
import { adminRefusal } from '../auth/site-admin'
import { batch, type Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { siteSettings } from '../db/schema'

/** The settings of the site as they are stored. */
export type SettingsRow = typeof siteSettings.$inferSelect
type Changes = { [Setting in Exclude<keyof SettingsRow, 'id'>]?: SettingsRow[Setting] | undefined }

/** The settings of a site on which nobody has set any. */
const unset = Object.fromEntries(
  Object.entries(getTableColumns(siteSettings)).map(([name, column]) => [name, column.default ?? null]),
) as SettingsRow

export const selectSettings = (db: Database) => db.select().from(siteSettings).where(sql`id = 1`)

/** Returns the settings of `selectSettings`, also where nobody has set any. */
export const settingsIn = ([row]: SettingsRow[]): SettingsRow => row ?? unset

/** Changes the given settings of the site, and returns all of them. Throws `Refused` for everybody but admins. */
export const changeSettings = async (
  db: Database,
  credential: Credential,
  changes: Changes,
): Promise<SettingsRow> => {
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
    settings: selectSettings(db),
  })
  if (auth[0]?.refusal) throw new Refused(auth[0].refusal)
  return settingsIn(settings)
}
