import { sql } from 'drizzle-orm'
import type { Credential } from '../auth/actor'
import { type Refusal, Refused } from '../auth/refusals'
import { runOnSite, siteRefusal } from '../auth/site-admin'
import { loginStatements } from '../auth/store'
import { batch, type Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { blockedFiles, files } from '../db/schema'
import { isBlockedHash } from '../files/store'
import { type Page, toPage } from '../lib/page'
import { insertAudit } from '../moderation/audit'
import { siteAuth } from '../moderation/site-audit'

type Acting = { credential: Credential; now: number }

/** Returns SQL for the reason why the caller may not block files, or null. */
const refusalOf = ({ credential }: Acting) => {
  if (credential.kind === 'none') throw new Refused('token required')
  return siteRefusal(credential, 'review')
}

/** The audit log names users, so a login that claims a role needs one. */
const actorStatements = (db: Database, { credential, now }: Acting) =>
  credential.kind === 'login' && credential.role ? loginStatements(db, credential, now) : {}

const selectRefusal = (db: Database, acting: Acting) =>
  db.select({ refusal: sql<Refusal | null>`${refusalOf(acting)}`.as('site_refusal') }).from(sql`(select 1)`)

const check = ([row]: { refusal: Refusal | null }[]): void => {
  if (row?.refusal) throw new Refused(row.refusal)
}

/** Keeps bytes from being uploaded again, and from being sent where they were uploaded before. Returns since when; a block that is there keeps its time, and gets the name. */
export const blockFile = async (
  db: Database,
  acting: Acting,
  { hash, name }: { hash: string; name: string },
): Promise<{ createdAt: number }> => {
  const may = sql`${refusalOf(acting)} is null`
  const { auth, blocked } = await batch(db, {
    ...actorStatements(db, acting),
    auth: selectRefusal(db, acting),
    audit: insertAudit(db, siteAuth(acting.credential, acting.now), {
      action: 'blockFile',
      subject: sql`null`,
      detail: { file: name },
      where: sql`${may} and not ${isBlockedHash(hash)}`,
    }),
    blocked: db
      .insert(blockedFiles)
      .select(sql`select ${insertValues(blockedFiles, { hash, name, createdAt: acting.now })} where ${may}`)
      .onConflictDoUpdate({ target: blockedFiles.hash, set: { name } })
      .returning({ createdAt: blockedFiles.createdAt }),
    // The sweep removes uploads that no message has named yet. Only these have a time at which they expire.
    unsent: db
      .update(files)
      .set({ state: 'deleted', expiresAt: acting.now, idempotencyKey: null })
      .where(sql`expires_at > 0 and state = 'unused' and hash = ${hash} and ${may}`),
  })
  check(auth)
  return { createdAt: blocked[0]?.createdAt ?? acting.now }
}

/** Lets bytes be uploaded again. Succeeds if they are not blocked. */
export const unblockFile = async (db: Database, acting: Acting, hash: string): Promise<void> => {
  const may = sql`${refusalOf(acting)} is null`
  const { auth } = await batch(db, {
    ...actorStatements(db, acting),
    auth: selectRefusal(db, acting),
    audit: insertAudit(
      db,
      sql`${siteAuth(acting.credential, acting.now)} join blocked_files on hash = ${hash}`,
      {
        action: 'unblockFile',
        subject: sql`null`,
        detail: sql`json_object('file', blocked_files.name)`,
        where: may,
      },
    ),
    unblocked: db.delete(blockedFiles).where(sql`hash = ${hash} and ${may}`),
  })
  check(auth)
}

type BlockedFileRow = { id: number; hash: string; name: string; createdAt: number }

/** Returns a page of the blocked files, the last blocked one first, before the id `cursor`. */
export const listBlockedFiles = async (
  db: Database,
  credential: Credential,
  { cursor, limit }: { cursor: number | undefined; limit: number },
): Promise<Page<BlockedFileRow>> => {
  const { rows } = await runOnSite(db, credential, 'review', {
    rows: db
      .select()
      .from(blockedFiles)
      .where(sql`id < ${cursor ?? Number.MAX_SAFE_INTEGER}`)
      .orderBy(sql`id desc`)
      .limit(limit + 1),
  })
  return toPage(rows, limit)
}
