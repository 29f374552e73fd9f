import { Hono } from 'hono'
import { listQuery, type User, userBody, userParams } from '../contract'
import type { Env } from '../env'
import { createToken } from '../identity/token'
import { nameKey } from '../name'
import { nextPage } from '../paging'
import { nameTaken, Problem } from '../problem'
import { valid } from '../validate'
import { createUser, deleteUser, findUser, listUsers, renameUser, type UserRow } from './store'

const view = ({ id, name, createdAt }: UserRow): User => ({
  id,
  name,
  protected: false,
  createdAt: new Date(createdAt).toISOString(),
})

const notFound = (id: number) => new Problem('user-not-found', `There is no user ${id}.`)

/** `/api/users`, also mounted as `/api/user`. */
export const users = new Hono<Env>()
  .get('/', valid('query', listQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { rows, more } = await listUsers(c.var.db, { limit, cursor })
    const last = rows.at(-1)
    const next = more && last ? nextPage(c, '/api/users', { limit, cursor: last.id }) : null
    return c.json({ users: rows.map(view), next }, 200)
  })
  .post('/', valid('json', userBody), async (c) => {
    const { name } = c.req.valid('json')
    const { token, tokenHash } = await createToken()
    const created = await createUser(c.var.db, {
      name,
      nameKey: nameKey(name),
      tokenHash,
      createdAt: Date.now(),
    })
    if (created.outcome === 'taken') throw nameTaken(name)
    return c.json({ ...view(created.user), token }, 201, { Location: `/api/users/${created.user.id}` })
  })
  .get('/:id', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    const user = await findUser(c.var.db, id)
    if (!user) throw notFound(id)
    return c.json(view(user), 200)
  })
  .on(['PUT', 'PATCH'], '/:id', valid('param', userParams), valid('json', userBody), async (c) => {
    const { id } = c.req.valid('param')
    const { name } = c.req.valid('json')
    const renamed = await renameUser(c.var.db, { id, name, nameKey: nameKey(name) })
    if (renamed.outcome === 'unknown') throw notFound(id)
    if (renamed.outcome === 'taken') throw nameTaken(name)
    return c.json(view(renamed.user), 200)
  })
  .delete('/:id', valid('param', userParams), async (c) => {
    const { id } = c.req.valid('param')
    if (!(await deleteUser(c.var.db, id))) throw notFound(id)
    return c.json({ id, deleted: true as const }, 200)
  })
