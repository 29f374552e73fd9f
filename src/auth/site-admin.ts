import { type SQL, sql } from 'drizzle-orm'
import type { Credential } from './actor'
import type { Refusal } from './refusals'
import { isHolder } from './store'

/** SQL for whether an admin of the site calls: by ADMIN_TOKEN, or as a user with that role. */
export const isSiteAdmin = (credential: Credential): SQL => {
  if (credential.kind === 'admin') return sql`true`
  if (credential.kind === 'none') return sql`false`
  if (credential.kind === 'login' && credential.role?.kind === 'admin') return sql`true`
  return sql`exists (select 1 from users as holder where ${isHolder(credential, sql`holder.`)} and holder.site_role = 'admin')`
}

/** SQL for the reason why the caller may not do what only admins of the site may, or null. */
export const adminRefusal = (credential: Credential): SQL<Refusal | null> => {
  switch (credential.kind) {
    case 'none':
      return sql`'token required'`
    case 'admin':
      return sql`null`
    case 'login':
      return sql`iif(${isSiteAdmin(credential)}, null, 'admins only')`
    case 'token':
      return sql`case when ${isSiteAdmin(credential)} then null
        when exists (select 1 from users as holder where ${isHolder(credential, sql`holder.`)}) then 'admins only'
        else 'invalid token' end`
  }
}
