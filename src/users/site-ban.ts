import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { type Refusal, Refused } from '../auth/refusals'
import { sanctionsOf } from '../auth/rules'
import { runOnSite, siteRefusal } from '../auth/site-admin'
import { isHolder } from '../auth/store'
import { batch, type Database } from '../db/client'
import { bannedUntilOf, SITE } from '../db/fragments'
import { listeners, sanctions, users } from '../db/schema'
import { type Page, toPage } from '../lib/page'
import { type Deleted, deletedBy, deleteRecent, MAX_ROOMS_SEARCHED } from '../messages/delete-recent'
import { insertAudit } from '../moderation/audit'
import { networkUntilAt, type Sanction, sanctionDetail } from '../moderation/sanction-network'
import { type SanctionRow, upsertSanction } from '../moderation/sanctions'
import { siteAuth } from '../moderation/site-audit'
import { MAX_HUB_CALLS } from '../notify'
import { firstStatements } from './target'

type SiteBan = { id: number; credential: Credential; now: number }

/** SQL for the user with an id, also for one that was deleted not long ago. */
const userOf = (id: number) => sql`(
  select id, name, name_key, subject, site_role from users where id = ${id}
  union all select id, name, name_key, subject, null from former_users where id = ${id}) as target`

/** SQL for the bans from the site that hold for a row of `users`. */
const bansOfUser = sql`${sanctionsOf('users', sql`${SITE}`, sql`*`, true)} where kind = 'ban'`

const selectRefusal = (db: Database, { id, credential }: SiteBan) =>
  db
    .select({
      refusal: sql<Refusal | null>`${siteRefusal(credential, 'ban')}`.as('ban_refusal'),
      id: sql<number | null>`target.id`.as('banned_id'),
      name: sql<string>`target.name`.as('banned_name'),
      hasRole: sql<number>`target.site_role is not null`.as('has_role'),
    })
    .from(sql`(select 1) left join ${userOf(id)} on true`)

type Row = { refusal: Refusal | null; id: number | null; name: string; hasRole: number }

const checked = ([row]: Row[], id: number): Row => {
  if (row?.refusal) throw new Refused(row.refusal)
  if (!row || row.id === null) throw new Refused('no user', { userId: id })
  return row
}

/**
 * Bans a user from the whole site, and deletes what it has written in the last seconds in the rooms that it is a member of or was banned from.
 * Returns the keys of the rooms that it listens to.
 */
export const banFromSite = async (
  db: Database,
  ban: SiteBan,
  {
    until,
    reason,
    networkMilliseconds,
    deleteMessagesSeconds = 0,
  }: Sanction & { deleteMessagesSeconds?: number },
): Promise<{
  userName: string
  listened: string[]
  networkUntil: number | null
  /** The user is banned, and nobody else by its name or login. */
  isAlone: boolean
  deleted: Deleted | undefined
}> => {
  const { id, credential, now } = ban
  const from = sql`${siteAuth(credential, now)} join ${userOf(id)}`
  const may = sql`${siteRefusal(credential, 'ban')} is null and target.site_role is null`
  const bannedId = sql`(select target.id from ${userOf(id)} where ${may})`
  // A user that was deleted may be back, by its login or its name.
  const isBanned = sql`users.id in (select id from users where id = ${bannedId}
    union all select id from users where subject = (select target.subject from ${userOf(id)} where ${may})
    union all select id from users where name_key = (select target.name_key from ${userOf(id)} where ${may}))`
  const caller = isHolding(credential) ? sql`(select id from users where ${isHolder(credential)})` : undefined
  type More = Partial<ReturnType<typeof deleteRecent>>
  const deletions: More =
    deleteMessagesSeconds === 0
      ? {}
      : deleteRecent(db, {
          room: {
            select: sql`select room_id as room from members where user_id = ${bannedId}
              union select room_id from sanctions where user_id = ${bannedId} and kind = 'ban' limit ${sql.raw(`${MAX_ROOMS_SEARCHED}`)}`,
          },
          authorId: bannedId,
          actorId: caller,
          since: now - 1000 * deleteMessagesSeconds,
          now,
        })
  const { detail, join } = sanctionDetail({
    until,
    reason,
    networkMilliseconds,
    ...(deleteMessagesSeconds && { deleteMessagesSeconds }),
  })
  const { found, listened, sanction, banned, ...more } = await batch(db, {
    ...firstStatements(db, ban),
    found: selectRefusal(db, ban),
    audit: insertAudit(db, sql`${from}${join}`, {
      action: 'ban',
      subject: sql`target.id`,
      detail,
      where: may,
    }),
    sanction: upsertSanction(db, from, { kind: 'ban', until, reason, networkMilliseconds, where: may }),
    banned: db
      .update(users)
      .set({ bannedUntil: bannedUntilOf(bansOfUser) })
      .where(isBanned)
      .returning({ id: users.id }),
    ...deletions,
    listened: db
      .select({ roomKey: listeners.roomKey })
      .from(listeners)
      .where(sql`user_id in (select id from users where ${isBanned})`)
      .limit(MAX_HUB_CALLS),
  })
  const { name, hasRole } = checked(found, id)
  if (hasRole) throw new Refused('has a role')
  return {
    userName: name,
    listened: listened.map(({ roomKey }) => roomKey),
    networkUntil: sanction[0]?.networkUntil ?? null,
    isAlone: banned.every((user) => user.id === id),
    deleted: deletedBy(more as Parameters<typeof deletedBy>[0]),
  }
}

const isHolding = (credential: Credential): credential is Extract<Credential, { kind: 'token' | 'login' }> =>
  credential.kind === 'token' || credential.kind === 'login'

/** Lifts the ban of a user from the whole site, who may have been deleted. Succeeds if there is none. */
export const liftSiteBan = async (db: Database, ban: SiteBan): Promise<void> => {
  const { id, credential, now } = ban
  const may = sql`${siteRefusal(credential, 'ban')} is null`
  const ofSite = sql`where room_id = ${SITE} and kind = 'ban'`
  // A user that was deleted and came back has the ban by its login or its name.
  const isLifted = sql`room_id = ${SITE} and kind = 'ban' and user_id in (select ${id}
    union all select user_id from sanctions indexed by sanctions_subject ${ofSite} and subject = (select subject from users where id = ${id})
    union all select user_id from sanctions indexed by sanctions_name ${ofSite} and name_key = (select name_key from users where id = ${id}))`
  const isFree = sql`users.id in (select ${id}
    union all select users.id from sanctions cross join users on users.subject = sanctions.subject where ${isLifted}
    union all select users.id from sanctions cross join users on users.name_key = sanctions.name_key where ${isLifted})`
  const { found } = await batch(db, {
    ...firstStatements(db, ban),
    found: db
      .select({
        refusal: sql<Refusal | null>`${siteRefusal(credential, 'ban')}`.as('ban_refusal'),
        isKnown:
          sql<number>`exists (select 1 from users where id = ${id}) or exists (select 1 from sanctions where ${isLifted})`.as(
            'is_known',
          ),
      })
      .from(sql`(select 1)`),
    audit: insertAudit(db, siteAuth(credential, now), {
      action: 'liftBan',
      subject: sql`${id}`,
      where: sql`${may} and exists (select 1 from sanctions where ${isLifted} and ifnull(until > ${now}, true))`,
    }),
    // Bans of other ids of the same person stay.
    users: db
      .update(users)
      .set({ bannedUntil: bannedUntilOf(sql`${bansOfUser} and not (${isLifted})`) })
      .where(sql`${isFree} and ${may}`),
    lifted: db.delete(sanctions).where(sql`${isLifted} and ${may}`),
  })
  const [row] = found
  if (row?.refusal) throw new Refused(row.refusal)
  if (!row?.isKnown) throw new Refused('no user', { userId: id })
}

/** Returns a page of the bans from the whole site that are in force, after the user with the id `cursor`. */
export const listSiteBans = async (
  db: Database,
  credential: Credential,
  { cursor = 0, limit, now }: { cursor: number | undefined; limit: number; now: number },
): Promise<Page<SanctionRow>> => {
  const { rows } = await runOnSite(db, credential, 'ban', {
    rows: db
      .select({
        userId: sanctions.userId,
        userName:
          sql<string>`coalesce((select users.name from users where users.id = user_id), name, name_key)`.as(
            'shown_name',
          ),
        kind: sanctions.kind,
        until: sanctions.until,
        reason: sanctions.reason,
        createdAt: sanctions.createdAt,
        networkUntil: networkUntilAt(now),
      })
      .from(sanctions)
      .where(sql`room_id = ${SITE} and user_id > ${cursor} and ifnull(until > ${now}, true)`)
      .orderBy(sanctions.userId)
      .limit(limit + 1),
  })
  return toPage(rows, limit)
}
