import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../db/client'
import { bannedUntilOf, insertValues, isNameTaken, renewNamesVersion, SITE } from '../db/fragments'
import { users } from '../db/schema'
import { nameKey } from '../lib/name-key'
import { numberedStem } from '../lib/tidy-name'
import type { Login } from './actor'

/**
 * SQL for a table of one row, `free`: the login's name, or the name with a number, that no other user has. It is empty unless
 * `wanted`. The numbers are 2 to 9, then random ones of two, four and six digits, so that it asks for 20 names at most,
 * however many people have the same one.
 */
const freeName = ({ subject, name, nameKey: key }: Login, wanted: SQL, now: number): SQL => {
  const stem = numberedStem(name)
  const digits = sql`replace(replace(number, '0', ${nameKey('0')}), '1', ${nameKey('1')})`
  const keyOf = sql`iif(number = 1, ${key}, ${nameKey(stem)} || ' ' || ${digits})`
  return sql`(
    with recursive attempt (turn, number) as (
      select 1, 1 where ${wanted}
      union all
      select turn + 1, iif(turn < 9, turn + 1,
        10 + abs(random() % case when turn < 13 then 90 when turn < 17 then 9990 else 999990 end))
      from attempt
      where turn < 20 and ${isNameTaken(keyOf, { now, own: { subject } })}
    )
    select max(turn), iif(number = 1, ${name}, ${stem} || ' ' || number) as name, ${keyOf} as name_key
    from attempt having count(*) > 0
  ) as free`
}

/**
 * Creates the user of a login that has none yet. If its name is taken, the user gets a number, because a login takes over nobody.
 * The user has no token: in its place is a random text that is the digest of nothing.
 */
export const createUser = (db: Database, login: Login, now: number) =>
  db.insert(users).select(
    sql`select ${insertValues(users, {
      name: sql`free.name`,
      nameKey: sql`free.name_key`,
      tokenHash: sql`lower(hex(randomblob(32)))`,
      createdAt: now,
      protected: sql`true`,
      subject: login.subject,
      loginName: login.name,
      // The bans of its users that were deleted.
      bannedUntil: bannedUntilOf(
        sql`sanctions indexed by sanctions_subject where room_id = ${SITE} and subject = ${login.subject} and kind = 'ban'`,
      ),
    })} from ${freeName(login, sql`not exists (select 1 from users where subject = ${login.subject})`, now)}`,
  )

/** Renames the user of a login whose name has changed at the site, by the same rule. */
export const renameUser = (db: Database, login: Login, now: number) => {
  const isRenamed = sql`users.subject = ${login.subject} and users.login_name <> ${login.name}`
  const free = freeName(login, sql`exists (select 1 from users where ${isRenamed})`, now)
  return {
    renewNames: renewNamesVersion(db, isRenamed),
    renameUser: db
      .update(users)
      .set({ name: sql`free.name`, nameKey: sql`free.name_key`, loginName: login.name })
      .from(free)
      .where(isRenamed),
  }
}
