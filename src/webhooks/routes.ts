import { type Context, Hono } from 'hono'
import { credentialOf, roleRequest } from '../auth/credential'
import {
  chatroomParams,
  listQuery,
  MAX_WEBHOOKS,
  type NewWebhook,
  siteWebhookParams,
  type Webhook,
  type WebhookList,
  type WebhookState,
  webhookBody,
  webhookChangeBody,
  webhookParams,
} from '../contract'
import type { Env } from '../env'
import { baseUrl } from '../files/request-links'
import { errorText, log } from '../http/log'
import { nextPage, publicUrl } from '../http/pagination'
import { Problem } from '../http/problem'
import { valid } from '../http/validate'
import type { Name } from '../lib/name'
import { time } from '../lib/time'
import { addressRefusal } from './address'
import type { Scope } from './scope'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  renewSecret,
  resumeWebhook,
  type WebhookRow,
} from './store'

const webhookView = ({ stopped, stoppedAt, createdAt, ...row }: WebhookRow): Webhook => ({
  ...row,
  enabled: stopped === null,
  stopped: stopped === null ? null : { reason: stopped, at: time(stoppedAt ?? 0) },
  createdAt: time(createdAt),
})

const notFound = (id: number) =>
  new Problem('webhook-not-found', `There is no webhook ${id} here, or it was deleted.`)

const roomScope = async (c: Context<Env>, name: Name): Promise<Scope> => ({
  kind: 'room',
  request: await roleRequest(c, name),
})
const siteScope = async (c: Context<Env>): Promise<Scope> => ({
  kind: 'site',
  credential: await credentialOf(c),
  now: Date.now(),
})

const pathOf = (name: Name): string => `/chatroom/${encodeURIComponent(name.name)}/webhook`
const SITE_PATH = '/api/admin/webhook'

/** Answers that hold a secret are stored by nobody. */
const uncached = { 'Cache-Control': 'no-store' }

const objectOf = (c: Context<Env>, id: number) => c.env.WEBHOOK.getByName(String(id))

/** Asks the object of a webhook for something that the answer needs. */
const askObject = async <Answer>(
  c: Context<Env>,
  id: number,
  question: (object: ReturnType<typeof objectOf>) => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await question(objectOf(c, id))
  } catch (cause) {
    const headers = { 'Retry-After': '1' }
    throw new Problem('unavailable', 'The webhook is restarting. Try again in a second.', { headers, cause })
  }
}

/** Tells the object of a webhook that it has changed. If the object can't be reached, the sweep makes good for it. */
const tellObject = async (
  c: Context<Env>,
  id: number,
  tell: (object: ReturnType<typeof objectOf>) => Promise<void>,
): Promise<void> => {
  try {
    await tell(objectOf(c, id))
  } catch (error) {
    log('warn', 'webhook not told', c.var.requestId, { webhook: id, error: errorText(error) })
  }
}

const checkUrl = (c: Context<Env>, url: string | undefined): void => {
  if (url === undefined) return
  const rules = {
    ownHost: publicUrl(c, '/').hostname,
    allowsLocalhost: c.env.WEBHOOK_LOCALHOST === 'true',
  }
  const refusal = addressRefusal(url, rules)
  if (refusal === undefined) return
  const message = `url ${refusal}`
  throw new Problem('invalid-request', message, { errors: [{ path: 'url', message }] })
}

type Created = { answer: NewWebhook; headers: Record<string, string> }
const create = async (
  c: Context<Env>,
  scope: Scope,
  path: string,
  given: Parameters<typeof createWebhook>[2],
): Promise<Created> => {
  checkUrl(c, given.url)
  const created = await createWebhook(c.var.db, scope, given)
  if (!created)
    throw new Problem(
      'too-many-webhooks',
      `There are ${MAX_WEBHOOKS} webhooks already, which is the most. Delete another one first.`,
    )
  const { row, secret } = created
  await tellObject(c, row.id, (object) => object.start(row.id, baseUrl(c)))
  return {
    answer: { ...webhookView(row), secret },
    headers: { Location: `${path}/${row.id}`, ...uncached },
  }
}

const list = async (
  c: Context<Env>,
  scope: Scope,
  path: string,
  { limit, cursor }: { limit: number; cursor?: number | undefined },
): Promise<WebhookList> => {
  const { rows, more } = await listWebhooks(c.var.db, scope, { limit, cursor })
  const next = more ? nextPage(c, path, { limit, cursor: rows.at(-1)?.id }) : null
  return { webhooks: rows.map(webhookView), next }
}

const show = async (c: Context<Env>, scope: Scope, id: number): Promise<WebhookState> => {
  const row = await findWebhook(c.var.db, scope, id)
  if (!row) throw notFound(id)
  const { nextAttemptAt, ...state } = await askObject(c, id, async (object) => object.state())
  return {
    ...webhookView(row),
    ...state,
    nextAttemptAt: nextAttemptAt === null ? null : time(nextAttemptAt),
  }
}

const change = async (
  c: Context<Env>,
  scope: Scope,
  id: number,
  changes: Parameters<typeof changeWebhook>[3],
): Promise<Webhook> => {
  checkUrl(c, changes.url)
  const row = await changeWebhook(c.var.db, scope, id, changes)
  if (!row) throw notFound(id)
  await tellObject(c, id, (object) => object.start(id, baseUrl(c)))
  return webhookView(row)
}

const remove = async (c: Context<Env>, scope: Scope, id: number) => {
  if (!(await deleteWebhook(c.var.db, scope, id))) throw notFound(id)
  await tellObject(c, id, (object) => object.end())
  return { id, deleted: true as const }
}

const renew = async (c: Context<Env>, scope: Scope, id: number) => {
  const renewed = await renewSecret(c.var.db, scope, id)
  if (!renewed) throw notFound(id)
  const { row, secret, oldSecretUntil } = renewed
  return { ...webhookView(row), secret, oldSecretUntil: time(oldSecretUntil) }
}

const resend = async (c: Context<Env>, scope: Scope, id: number): Promise<Webhook> => {
  const resumed = await resumeWebhook(c.var.db, scope, id)
  if (!resumed) throw notFound(id)
  await askObject(c, id, async (object) =>
    resumed.wasOff ? object.start(id, baseUrl(c)) : object.resend(id),
  )
  return webhookView(resumed.row)
}

/** `/chatroom/:name/webhook`, for those who may change the room's settings. */
export const roomWebhooks = new Hono<Env>()
  .get('/', valid('param', chatroomParams), valid('query', listQuery), async (c) => {
    const { name } = c.req.valid('param')
    return c.json(await list(c, await roomScope(c, name), pathOf(name), c.req.valid('query')), 200)
  })
  .post('/', valid('param', chatroomParams), valid('json', webhookBody), async (c) => {
    const { name } = c.req.valid('param')
    const { answer, headers } = await create(c, await roomScope(c, name), pathOf(name), c.req.valid('json'))
    return c.json(answer, 201, headers)
  })
  .get('/:id', valid('param', webhookParams), async (c) => {
    const { name, id } = c.req.valid('param')
    return c.json(await show(c, await roomScope(c, name), id), 200)
  })
  .patch('/:id', valid('param', webhookParams), valid('json', webhookChangeBody), async (c) => {
    const { name, id } = c.req.valid('param')
    return c.json(await change(c, await roomScope(c, name), id, c.req.valid('json')), 200)
  })
  .delete('/:id', valid('param', webhookParams), async (c) => {
    const { name, id } = c.req.valid('param')
    return c.json(await remove(c, await roomScope(c, name), id), 200)
  })
  .post('/:id/secret', valid('param', webhookParams), async (c) => {
    const { name, id } = c.req.valid('param')
    return c.json(await renew(c, await roomScope(c, name), id), 200, uncached)
  })
  .post('/:id/resend', valid('param', webhookParams), async (c) => {
    const { name, id } = c.req.valid('param')
    return c.json(await resend(c, await roomScope(c, name), id), 200)
  })

/** `/api/admin/webhook`, for admins: all webhooks, and those of the site. */
export const siteWebhooks = new Hono<Env>()
  .get('/', valid('query', listQuery), async (c) =>
    c.json(await list(c, await siteScope(c), SITE_PATH, c.req.valid('query')), 200),
  )
  .post('/', valid('json', webhookBody), async (c) => {
    const { answer, headers } = await create(c, await siteScope(c), SITE_PATH, c.req.valid('json'))
    return c.json(answer, 201, headers)
  })
  .get('/:id', valid('param', siteWebhookParams), async (c) =>
    c.json(await show(c, await siteScope(c), c.req.valid('param').id), 200),
  )
  .patch('/:id', valid('param', siteWebhookParams), valid('json', webhookChangeBody), async (c) =>
    c.json(await change(c, await siteScope(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .delete('/:id', valid('param', siteWebhookParams), async (c) =>
    c.json(await remove(c, await siteScope(c), c.req.valid('param').id), 200),
  )
  .post('/:id/secret', valid('param', siteWebhookParams), async (c) =>
    c.json(await renew(c, await siteScope(c), c.req.valid('param').id), 200, uncached),
  )
  .post('/:id/resend', valid('param', siteWebhookParams), async (c) =>
    c.json(await resend(c, await siteScope(c), c.req.valid('param').id), 200),
  )
