import { type Context, Hono } from 'hono'
import { runAsCaller } from '../auth/caller'
import { callerRequest, credentialOf, credentialOrNone, isAdmin, writerOf } from '../auth/credential'
import { Refused } from '../auth/refusals'
import {
  banBody,
  changedUserBody,
  deletedUserQuery,
  meQuery,
  newUserBody,
  type OwnChatroom,
  type OwnReport,
  ownMentionListQuery,
  ownReportListQuery,
  ownRoomListQuery,
  replacedUserBody,
  type User,
  type UserRole,
  userListQuery,
  userParams,
} from '../contract'
import { openDatabase } from '../db/client'
import type { Env } from '../env'
import { removeObjects } from '../files/remove-objects'
import { linksFor } from '../files/request-links'
import { nextPage } from '../http/pagination'
import type { Problem } from '../http/problem'
import { nameTaken, userNotFound } from '../http/problems'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { time } from '../lib/time'
import { createToken } from '../lib/token'
import { banNetworkMilliseconds } from '../limits/numbers'
import { requireTurnstile } from '../limits/turnstile'
import { messageView } from '../messages/send-message'
import { deletedView, tellDeleted } from '../messages/tell-deleted'
import { sanctionView } from '../moderation/sanction-view'
import { notifyAll } from '../notify'
import { beginErasure } from '../sweep/erasure'
import { tellOfSiteBan } from '../webhooks/room-webhooks'
import { allowedAvatar } from './avatar'
import { listOwnMentions } from './own-mentions'
import { listOwnReports, type OwnReportRow } from './own-reports'
import { listOwnRooms, type OwnRoomRow } from './own-rooms'
import { banFromSite, liftSiteBan } from './site-ban'
import {
  createUser,
  deleteUser,
  eraseFormerUser,
  findUser,
  listUsers,
  replaceToken,
  updateUser,
} from './store'
import type { Target } from './target'
import { userView } from './view'

const ownRoomView = ({ id: _, joinedAt, mentioned, ...room }: OwnRoomRow): OwnChatroom => ({
  ...room,
  joinedAt: time(joinedAt),
  mentioned: Boolean(mentioned),
})

const ownReportView = ({
  chatroom,
  number,
  target,
  reason,
  createdAt,
  outcome,
}: OwnReportRow): OwnReport => ({
  chatroom,
  id: number,
  seq: target,
  reason,
  createdAt: time(createdAt),
  outcome,
})

/** Returns the problem of a name that another user has, or nearly has. */
const taken = async (c: Context<Env>, name?: Name): Promise<Problem> => {
  const { rows } = await listUsers(c.var.db, { limit: 1, cursor: undefined, name })
  return nameTaken(name?.name ?? '', rows[0]?.name)
}

/** Makes the rooms that a user listens to disconnect those who may not act as this user any more. Without an id, it checks everybody there. */
const checkListeners = (c: Context<Env>, id: number | undefined, roomKeys: string[]): void =>
  notifyAll(c, roomKeys, (hub) => hub.checkAccess(id))

type Changes = {
  name?: Name | undefined
  protected?: boolean | undefined
  avatar?: string | null | undefined
  role?: UserRole | undefined
}

const change = async (c: Context<Env>, id: number, wanted: Changes): Promise<User> => {
  const changes = { ...wanted, avatar: wanted.avatar && allowedAvatar(wanted.avatar, c.env.AVATAR_HOSTS) }
  const credential = await writerOf(c)
  // Anybody may use and rename an open name. To protect it, or to open a protected one, takes its token.
  if (changes.protected !== undefined && credential.kind === 'none') throw new Refused('token required')
  const target = { id, credential, now: Date.now(), network: await c.var.limits.network() }
  const updated = await updateUser(c.var.db, target, changes)
  if (!updated) throw await taken(c, changes.name)
  checkListeners(c, id, updated.listened)
  return userView(updated.user)
}

/** Gives the user a new token, in the place of the one before. */
const renewedToken = async (
  c: Context<Env>,
  id: number,
  action: 'replaceToken' | 'revokeToken',
): Promise<string> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none') throw new Refused('token required')
  const { token, tokenHash } = await createToken()
  const listened = await replaceToken(c.var.db, { id, credential, now: Date.now() }, { tokenHash, action })
  notifyAll(c, listened, (hub) => hub.endToken(id))
  return token
}

/** Deletes a user, and tells the rooms that it listens to. */
const remove = async (c: Context<Env>, target: Target): Promise<void> => {
  const { listened, files } = await deleteUser(c.var.db, target)
  checkListeners(c, target.id, listened)
  removeObjects(c, files)
}

/** Deletes a user, who may be deleted already, and all that it said. Returns how much is left for the sweep. */
const erase = async (c: Context<Env>, target: Target): Promise<number> => {
  const { db, cost } = c.var
  const { id, now } = target
  try {
    await remove(c, { ...target, erases: true })
  } catch (error) {
    if (!(error instanceof Refused) || !(await eraseFormerUser(db, target))) throw error
  }
  return beginErasure({ db, now, retentionDays: 0, context: c }, cost ?? { rowsWritten: 0 }, id)
}

/** No cache on the way may keep an answer with a token (RFC 6750, section 5.3). */
const uncached = { 'Cache-Control': 'no-store' }

/** `/api/users`, also mounted as `/api/user`. */
export const users = new Hono<Env>()
  .get('/', valid('query', userListQuery), async (c) => {
    const { limit, cursor, name } = c.req.valid('query')
    const { rows, more } = await listUsers(c.var.db, { limit, cursor, name })
    c.set('isDenied', name !== undefined && rows.length === 0)
    const last = rows.at(-1)
    const next = more && last ? nextPage(c, '/api/users', { limit, cursor: last.id }) : null
    return c.json({ users: rows.map(userView), next }, 200)
  })
  .post('/', valid('json', newUserBody), async (c) => {
    const { name, turnstileToken, ...wanted } = c.req.valid('json')
    const { protected: isProtected = c.env.IDENTITY === 'protected' } = wanted
    const visitor = { token: turnstileToken, isAdmin: await isAdmin(c), requestId: c.var.requestId }
    await requireTurnstile(c.env, visitor)
    const { token, tokenHash } = await createToken()
    const user = await createUser(c.var.db, {
      name,
      credential: await credentialOrNone(c, { fetchKeys: true }),
      network: await c.var.limits.network(),
      tokenHash,
      protected: isProtected,
      createdAt: Date.now(),
    })
    if (!user) throw await taken(c, name)
    return c.json({ ...userView(user), token }, 201, { Location: `/api/users/${user.id}`, ...uncached })
  })
  .get('/me', valid('query', meQuery), async (c) => {
    const request = await callerRequest(c, c.req.valid('query').userName)
    const { caller } = await runAsCaller(c.var.db, request, {})
    return c.json(userView(caller), 200)
  })
  .get('/me/chatroom', valid('query', ownRoomListQuery), async (c) => {
    const { limit, cursor, name, userName } = c.req.valid('query')
    const page = await listOwnRooms(c.var.db, await callerRequest(c, userName), { limit, cursor, name })
    const query = { limit, cursor: page.rows.at(-1)?.id, userName: userName?.name }
    const next = page.more ? nextPage(c, '/api/users/me/chatroom', query) : null
    return c.json({ chatrooms: page.rows.map(ownRoomView), next }, 200)
  })
  .get('/me/mention', valid('query', ownMentionListQuery), async (c) => {
    const { limit, cursor, chatroom, userName } = c.req.valid('query')
    const request = await callerRequest(c, userName)
    const found = await listOwnMentions(c.var.db, request, { limit, cursor, chatroom })
    const query = { limit, cursor: found.next, chatroom: chatroom?.name, userName: userName?.name }
    const next = found.next === undefined ? null : nextPage(c, '/api/users/me/mention', query)
    const links = await linksFor(
      c,
      found.rows.map(({ message }) => message),
    )
    return c.json(
      { messages: found.rows.map((row) => messageView(row.chatroom, row.message, links)), next },
      200,
    )
  })
  .get('/me/report', valid('query', ownReportListQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const found = await listOwnReports(c.var.db, await callerRequest(c, undefined), { limit, cursor })
    const query = { limit, cursor: found.next }
    const next = found.next === undefined ? null : nextPage(c, '/api/users/me/report', query)
    return c.json({ reports: found.rows.map(ownReportView), next }, 200)
  })
  .get('/:id', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    const user = await findUser(c.var.db, id)
    if (!user) throw userNotFound(id)
    return c.json(userView(user), 200)
  })
  .put('/:id', valid('param', userParams), valid('json', replacedUserBody), async (c) =>
    c.json(await change(c, c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .patch('/:id', valid('param', userParams), valid('json', changedUserBody), async (c) =>
    c.json(await change(c, c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete('/:id', valid('param', userParams), valid('query', deletedUserQuery), async (c) => {
    const { id } = c.req.valid('param')
    const target = { id, credential: await writerOf(c), now: Date.now() }
    if (c.req.valid('query').messages === 'delete')
      return c.json({ id, deleted: true as const, left: await erase(c, target) }, 200)
    await remove(c, target)
    return c.json({ id, deleted: true as const }, 200)
  })
  .put('/:id/ban', valid('param', userParams), valid('json', banBody), async (c) => {
    const { id } = c.req.valid('param')
    const { seconds, reason, deleteMessagesSeconds, network } = c.req.valid('json')
    const credential = await credentialOf(c)
    if (credential.kind === 'none') throw new Refused('token required')
    const now = Date.now()
    const until = seconds === null ? null : now + 1000 * seconds
    const networkMilliseconds = network ? banNetworkMilliseconds(c.env) : undefined
    const given = { until, reason, networkMilliseconds, deleteMessagesSeconds }
    const { userName, listened, networkUntil, isAlone, deleted } = await banFromSite(
      c.var.db,
      { id, credential, now },
      given,
    )
    // Others may listen from the same network.
    checkListeners(c, networkUntil === null && isAlone ? id : undefined, listened)
    tellDeleted(c, deleted)
    const { db } = openDatabase(c.env.DB, { bookmark: undefined, reading: true })
    c.executionCtx.waitUntil(tellOfSiteBan(db, c.env.WEBHOOK))
    const row = { userId: id, userName, kind: 'ban' as const, until, reason, createdAt: now, networkUntil }
    return c.json({ userId: id, ...sanctionView(c.env, row), ...deletedView(deleted) }, 200)
  })
  .delete('/:id/ban', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    const credential = await credentialOf(c)
    if (credential.kind === 'none') throw new Refused('token required')
    await liftSiteBan(c.var.db, { id, credential, now: Date.now() })
    return c.json({ id, lifted: true as const }, 200)
  })
  .post('/:id/token', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    return c.json({ id, token: await renewedToken(c, id, 'replaceToken') }, 201, {
      Location: `/api/users/${id}`,
      ...uncached,
    })
  })
  .delete('/:id/token', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    await renewedToken(c, id, 'revokeToken')
    return c.json({ id, revoked: true as const }, 200)
  })
