import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { isHolder, loginStatements, type UserRow, userColumns } from '../auth/store'
import { batch, type Database } from '../db/client'
import { users } from '../db/schema'

/** Returns the user of a token or login, and those of the keys of names that a protected user has. */
export const findTrusted = async (
  db: Database,
  credential: Extract<Credential, { kind: 'token' | 'login' }>,
  nameKeys: string[],
): Promise<{ holder: UserRow | undefined; protectedKeys: string[] }> => {
  const { holders, named } = await batch(db, {
    ...loginStatements(db, credential, Date.now()),
    holders: db.select(userColumns).from(users).where(isHolder(credential)),
    named: db
      .select({ nameKey: users.nameKey })
      .from(users)
      .where(sql`protected and name_key in (select value from json_each(${JSON.stringify(nameKeys)}))`),
  })
  return { holder: holders[0], protectedKeys: named.map(({ nameKey }) => nameKey) }
}
