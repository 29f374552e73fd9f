import { type Context, Hono } from 'hono'
import { credentialOf, isAdmin, writerOf } from '../auth/credential'
import { type Refusal, refusedBecause } from '../auth/refusals'
import { findHolder, type UserRow } from '../auth/store'
import {
  changedUserBody,
  newUserBody,
  replacedUserBody,
  type User,
  userListQuery,
  userParams,
} from '../contract'
import type { Env } from '../env'
import { nextPage } from '../http/pagination'
import { nameTaken, Problem } from '../http/problem'
import { valid } from '../http/validate'
import { nameKey } from '../lib/name-key'
import { time } from '../lib/time'
import { createToken } from '../lib/token'
import { requireTurnstile } from '../limits/turnstile'
import { notify } from '../notify'
import { createUser, deleteUser, findUser, listUsers, replaceToken, updateUser } from './store'

const view = (user: UserRow): User => ({
  id: user.id,
  name: user.name,
  protected: user.protected,
  createdAt: time(user.createdAt),
})

const notFound = (id: number) => new Problem('user-not-found', `There is no user ${id}.`)
const refused = (refusal: Refusal, id: number) =>
  refusal === 'no user' ? notFound(id) : refusedBecause(refusal, {})

type Wanted = { id: number; name?: string | undefined; protected?: boolean | undefined }

const updated = async (c: Context<Env>, { id, name, protected: isProtected }: Wanted): Promise<User> => {
  const credential = await writerOf(c)
  // An open name is anybody's to wear, but nobody's to lock or unlock without its token.
  if (isProtected !== undefined && credential.kind === 'none') throw refusedBecause('token required', {})
  const changed = await updateUser(
    c.var.db,
    { id, credential },
    { name: name === undefined ? undefined : { name, nameKey: nameKey(name) }, protected: isProtected },
  )
  switch (changed.outcome) {
    case 'refused':
      throw refused(changed.refusal, id)
    case 'taken':
      throw nameTaken(name ?? '')
    case 'changed':
      return view(changed.user)
  }
}

/** Closes the connections that the user has opened with a token that is void now. */
const endListening = (c: Context<Env>, id: number, roomKeys: string[]): void => {
  for (const roomKey of roomKeys) notify(c, roomKey, (hub) => hub.expel(id, 'ended'))
}

/** Gives the user a token that nobody else has seen, in the place of the one before. */
const renewedToken = async (c: Context<Env>, id: number): Promise<string> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none') throw refusedBecause('token required', {})
  const { token, tokenHash } = await createToken()
  const replaced = await replaceToken(c.var.db, { id, credential }, tokenHash)
  if (replaced.outcome === 'refused') throw refused(replaced.refusal, id)
  endListening(c, id, replaced.listened)
  return token
}

/** A token is for the one who asked, not for a cache on the way (RFC 6750, section 5.3). */
const uncached = { 'Cache-Control': 'no-store' }

/** `/api/users`, also mounted as `/api/user`. */
export const users = new Hono<Env>()
  .get('/', valid('query', userListQuery), async (c) => {
    const { limit, cursor, name } = c.req.valid('query')
    const key = name === undefined ? undefined : nameKey(name)
    const { rows, more } = await listUsers(c.var.db, { limit, cursor, nameKey: key })
    const last = rows.at(-1)
    const next = more && last ? nextPage(c, '/api/users', { limit, cursor: last.id }) : null
    return c.json({ users: rows.map(view), next }, 200)
  })
  .post('/', valid('json', newUserBody), async (c) => {
    const { name, turnstileToken, ...wanted } = c.req.valid('json')
    const { protected: isProtected = c.env.IDENTITY === 'protected' } = wanted
    const visitor = { token: turnstileToken, isAdmin: await isAdmin(c), requestId: c.var.requestId }
    await requireTurnstile(c.env, visitor)
    const { token, tokenHash } = await createToken()
    const created = await createUser(c.var.db, {
      name,
      nameKey: nameKey(name),
      tokenHash,
      protected: isProtected,
      createdAt: Date.now(),
    })
    if (created.outcome === 'taken') throw nameTaken(name)
    return c.json({ ...view(created.user), token }, 201, {
      Location: `/api/users/${created.user.id}`,
      ...uncached,
    })
  })
  .get('/me', async (c) => {
    const found = await findHolder(c.var.db, await credentialOf(c))
    if (found.outcome === 'refused') throw refusedBecause(found.refusal, {})
    return c.json(view(found.user), 200)
  })
  .get('/:id', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    const user = await findUser(c.var.db, id)
    if (!user) throw notFound(id)
    return c.json(view(user), 200)
  })
  .put('/:id', valid('param', userParams), valid('json', replacedUserBody), async (c) =>
    c.json(await updated(c, { ...c.req.valid('param'), ...c.req.valid('json') }), 200),
  )
  .patch('/:id', valid('param', userParams), valid('json', changedUserBody), async (c) =>
    c.json(await updated(c, { ...c.req.valid('param'), ...c.req.valid('json') }), 200),
  )
  .delete('/:id', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    const deleted = await deleteUser(c.var.db, { id, credential: await writerOf(c) })
    if (deleted.outcome === 'refused') throw refused(deleted.refusal, id)
    endListening(c, id, deleted.listened)
    return c.json({ id, deleted: true as const }, 200)
  })
  .post('/:id/token', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    return c.json({ id, token: await renewedToken(c, id) }, 201, {
      Location: `/api/users/${id}`,
      ...uncached,
    })
  })
  .delete('/:id/token', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    await renewedToken(c, id)
    return c.json({ id, revoked: true as const }, 200)
  })
