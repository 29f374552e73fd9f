import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { runAsUser } from '../auth/known-logins'
import { isNamed } from '../auth/rules'
import { isHolder, type UserRow, userColumns } from '../auth/store'
import type { Database } from '../db/client'
import { users } from '../db/schema'

/** Returns the user of a token or login, and those of `nameKeys` that belong to protected users. */
export const findTrusted = async (
  db: Database,
  credential: Extract<Credential, { kind: 'token' | 'login' }>,
  nameKeys: string[],
): Promise<{ holder: UserRow | undefined; protectedKeys: string[] }> => {
  const statements = {
    holders: db
      .select(userColumns)
      .from(users)
      .where(sql`${isHolder(credential)}${isNamed(credential)}`),
    named: db
      .select({ nameKey: users.nameKey })
      .from(users)
      .where(sql`protected and name_key in (select value from json_each(${JSON.stringify(nameKeys)}))`),
  }
  const hasUser = ({ holders }: { holders: unknown[] }) => holders.length > 0
  const { holders, named } = await runAsUser(db, credential, Date.now(), statements, hasUser)
  return { holder: holders[0], protectedKeys: named.map(({ nameKey }) => nameKey) }
}
