import { type SQL, sql } from 'drizzle-orm'
import { siteRoles } from '../contract/lists'
import { batch, type Database, type Results, type Statements } from '../db/client'
import type { Credential } from './actor'
import { canOnSite, type SiteAction } from './permissions'
import { type Refusal, Refused } from './refusals'
import { isHolder } from './store'

const mayOnSite = (credential: Credential, action: SiteAction): SQL => {
  if (credential.kind === 'admin') return sql`true`
  if (credential.kind === 'none') return sql`false`
  const able = siteRoles.filter((role) => canOnSite(role, action))
  if (credential.kind === 'login' && credential.role && able.includes(credential.role.kind)) return sql`true`
  const hasRole = sql.raw(able.map((role) => `holder.site_role = '${role}'`).join(' or '))
  return sql`exists (select 1 from users as holder where ${isHolder(credential, sql`holder.`)} and (${hasRole}))`
}

/** SQL for whether an admin of the site calls: by ADMIN_TOKEN, or as a user with that role. */
export const isSiteAdmin = (credential: Credential): SQL => mayOnSite(credential, 'administer')

const refusalOf = (action: SiteAction): Refusal => {
  switch (action) {
    case 'administer':
      return 'admins only'
    case 'review':
    case 'ban':
      return 'site staff only'
  }
}

/** SQL for the reason why the caller may not do something on the whole site, or null. */
export const siteRefusal = (credential: Credential, action: SiteAction): SQL<Refusal | null> => {
  const refusal = sql.raw(`'${refusalOf(action)}'`)
  switch (credential.kind) {
    case 'none':
      return sql`'token required'`
    case 'admin':
      return sql`null`
    case 'login':
      return sql`iif(${mayOnSite(credential, action)}, null, ${refusal})`
    case 'token':
      return sql`case when ${mayOnSite(credential, action)} then null
        when exists (select 1 from users as holder where ${isHolder(credential, sql`holder.`)}) then ${refusal}
        else 'invalid token' end`
  }
}

/** SQL for the reason why the caller may not do what only admins of the site may, or null. */
export const adminRefusal = (credential: Credential): SQL<Refusal | null> =>
  siteRefusal(credential, 'administer')

/**
 * Runs statements that read in one batch, and returns the rows of each by its name. Throws `Refused` if the caller may not do `action`, so the
 * statements need no authorization of their own.
 */
export const runOnSite = async <Given extends Statements>(
  db: Database,
  credential: Credential,
  action: SiteAction,
  statements: Given,
): Promise<Results<Given>> => {
  if (credential.kind === 'none') throw new Refused('token required')
  const auth = db
    .select({ refusal: siteRefusal(credential, action).as('site_refusal') })
    .from(sql`(select 1)`)
  const results = await batch(db, { auth, ...statements })
  const { auth: answers } = results as unknown as { auth: { refusal: Refusal | null }[] }
  const refusal = answers[0]?.refusal
  if (refusal) throw new Refused(refusal)
  return results
}
