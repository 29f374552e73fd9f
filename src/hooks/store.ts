import { asc, sql } from 'drizzle-orm'
import type { RoomRequest } from '../auth/actor'
import { authorizationColumns, authorize, roomOf, runAuthorized } from '../auth/authorization'
import { MAX_HOOKS } from '../contract'
import type { Database } from '../db/client'
import { insertValues } from '../db/fragments'
import { hooks } from '../db/schema'
import type { Name } from '../lib/name'
import { insertAudit } from '../moderation/audit'

export type HookRow = { id: number; name: string; createdAt: number; lastUsedAt: number | null }

const hookColumns = {
  id: hooks.id,
  name: hooks.name,
  createdAt: hooks.createdAt,
  lastUsedAt: hooks.lastUsedAt,
}

/** Returns the incoming webhooks of a room, the oldest first. */
export const listHooks = async (db: Database, request: RoomRequest): Promise<HookRow[]> => {
  const from = authorize(request, 'change')
  const { rows } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    rows: db
      .select(hookColumns)
      .from(hooks)
      .where(sql`room_id = ${roomOf(from)}`)
      .orderBy(asc(hooks.id)),
  })
  return rows
}

type Created =
  | { outcome: 'created'; chatroom: string; hook: HookRow }
  /** `holder` is the user who has the name, or one that looks like it. */
  | { outcome: 'name taken'; holder: string }
  | { outcome: 'too many' }

/** Makes an incoming webhook, unless the room has too many or a user has its name. */
export const createHook = async (
  db: Database,
  request: RoomRequest,
  { name, secretHash }: { name: Name; secretHash: string },
): Promise<Created> => {
  const from = authorize(request, 'change')
  const holder = sql<string | null>`(select name from users as other where other.name_key = ${name.key})`
  const count = sql<number>`(select count(*) from hooks where hooks.room_id = auth.room_id)`
  const may = sql`refusal is null and ${holder} is null and ${count} < ${MAX_HOOKS}`
  const { auth, created } = await runAuthorized(db, request, {
    // Before the new one is there.
    auth: db.select({ ...authorizationColumns, holder: holder.as('holder_of_name') }).from(from),
    audit: insertAudit(db, from, {
      action: 'createHook',
      subject: sql`null`,
      detail: { hook: name.name },
      where: may,
    }),
    created: db
      .insert(hooks)
      .select(
        sql`select ${insertValues(hooks, {
          id: sql`max(auth.now, 1 + ifnull((select max(id) from hooks), 0))`,
          roomId: sql`auth.room_id`,
          name: name.name,
          secretHash,
          createdAt: sql`auth.now`,
        })} from ${from} where ${may}`,
      )
      .returning(hookColumns),
  })
  const [hook] = created
  if (hook) return { outcome: 'created', chatroom: auth.chatroom, hook }
  return auth.holder === null ? { outcome: 'too many' } : { outcome: 'name taken', holder: auth.holder }
}

const auditChange = (
  db: Database,
  request: RoomRequest,
  { id, action }: { id: number; action: 'replaceHookSecret' | 'deleteHook' },
) =>
  insertAudit(
    db,
    sql`${authorize(request, 'change')} join hooks on hooks.id = ${id} and hooks.room_id = auth.room_id`,
    {
      action,
      subject: sql`null`,
      detail: sql`json_object('hook', hooks.name)`,
      where: sql`refusal is null`,
    },
  )

/** Gives an incoming webhook another secret. Returns undefined where there is none of this id. */
export const replaceHookSecret = async (
  db: Database,
  request: RoomRequest,
  { id, secretHash }: { id: number; secretHash: string },
): Promise<HookRow | undefined> => {
  const from = authorize(request, 'change')
  const { changed } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    audit: auditChange(db, request, { id, action: 'replaceHookSecret' }),
    changed: db
      .update(hooks)
      .set({ secretHash })
      .where(sql`id = ${id} and room_id = ${roomOf(from)}`)
      .returning(hookColumns),
  })
  return changed[0]
}

/** Deletes an incoming webhook. Its messages stay, with its name. Returns whether there was one. */
export const deleteHook = async (db: Database, request: RoomRequest, id: number): Promise<boolean> => {
  const from = authorize(request, 'change')
  const { deleted } = await runAuthorized(db, request, {
    auth: db.select(authorizationColumns).from(from),
    audit: auditChange(db, request, { id, action: 'deleteHook' }),
    deleted: db
      .delete(hooks)
      .where(sql`id = ${id} and room_id = ${roomOf(from)}`)
      .returning({ id: hooks.id }),
  })
  return deleted.length > 0
}
