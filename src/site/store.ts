import { getTableColumns, sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { Refused } from '../auth/refusals'
import { adminRefusal } from '../auth/site-admin'
import { loginStatements } from '../auth/store'
import { batch, type Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { siteSettings } from '../db/schema'
import { insertAudit } from '../moderation/audit'
import { siteAuth } from '../moderation/site-audit'

/** The settings of the site as they are stored. */
export type SettingsRow = typeof siteSettings.$inferSelect
type Setting = Exclude<keyof SettingsRow, 'id'>
type Changes = { [Name in Setting]?: SettingsRow[Name] | undefined }

const isSetting = (name: string): name is Setting => name !== 'id' && name in getTableColumns(siteSettings)

/** The settings of a site on which nobody has set any. */
const unset = Object.fromEntries(
  Object.entries(getTableColumns(siteSettings)).map(([name, column]) => [name, column.default ?? null]),
) as SettingsRow

export const selectSettings = (db: Database) => db.select().from(siteSettings).where(sql`id = 1`)

/** Returns the settings of `selectSettings`, also where nobody has set any. */
export const settingsIn = ([row]: SettingsRow[]): SettingsRow => row ?? unset

/** Changes the given settings of the site, records that in its audit log, and returns all of them. Throws `Refused` for everybody but admins. */
export const changeSettings = async (
  db: Database,
  credential: Credential,
  { now, ...changes }: Changes & { now: number },
): Promise<SettingsRow> => {
  const refusal = adminRefusal(credential)
  const names = Object.keys(changes)
    .filter(isSetting)
    .filter((name) => changes[name] !== undefined)
  const isChanged = names.length > 0
  const differences = names.map(
    (name) => sql`${siteSettings[name]} is not ${sql.param(changes[name], siteSettings[name])}`,
  )
  const { auth, settings } = await batch(db, {
    // The audit log names users, so a login that claims a role needs one.
    ...(credential.kind === 'login' && credential.role && loginStatements(db, credential, now)),
    auth: db.select({ refusal: refusal.as('admin_refusal') }).from(sql`(select 1)`),
    created: isChanged
      ? db.insert(siteSettings).select(
          sql`select ${insertValues(siteSettings, { id: 1 })} where ${refusal} is null
            and not exists (select 1 from site_settings where id = 1)`,
        )
      : undefined,
    audit: isChanged
      ? insertAudit(db, siteAuth(credential, now), {
          action: 'changeSettings',
          subject: sql`null`,
          detail: { settings: names },
          where: sql`${refusal} is null and exists (select 1 from site_settings where id = 1 and (${sql.join(differences, sql` or `)}))`,
        })
      : undefined,
    changed: isChanged
      ? db.update(siteSettings).set(changes).where(sql`id = 1 and ${refusal} is null`)
      : undefined,
    settings: selectSettings(db),
  })
  if (auth[0]?.refusal) throw new Refused(auth[0].refusal)
  return settingsIn(settings)
}
