import { type Context, Hono } from 'hono'
import { callerRequest } from '../auth/credential'
import { pushBody, pushQuery } from '../contract'
import type { Env } from '../env'
import { allowsOrigin } from '../http/origins'
import { publicUrl } from '../http/pagination'
import { Problem } from '../http/problem'
import { valid } from '../http/validate'
import { time } from '../lib/time'
import { type ServerKeys, serverKeys } from './server-keys'
import { endSubscriptions, listSubscriptions, storeSubscription } from './store'
import { openSubscription, type Subscription, sealSubscription, subscriptionId } from './subscription'

/** Returns the keys of the server. Throws a 404 problem where Web Push is off. */
const keysOf = async (c: Context<Env>): Promise<ServerKeys> => {
  const keys = await serverKeys(c.env)
  if (keys) return keys
  throw new Problem(
    'not-found',
    'Web Push is not turned on here: VAPID_PRIVATE_KEY or VAPID_SUBJECT is not set.',
  )
}

/** Throws a 403 problem if the page is none of the site's: a notification would lead its reader to a stranger. */
const checkPage = (c: Context<Env>, page: string): void => {
  const { origin } = new URL(page)
  if (origin === publicUrl(c, '/').origin || allowsOrigin(c.env.ALLOWED_ORIGINS, origin)) return
  throw new Problem(
    'origin-not-allowed',
    `Notifications may not lead to pages of ${origin}. Add that origin to ALLOWED_ORIGINS.`,
  )
}

const view = (id: string, { endpoint, page }: Subscription, createdAt: number) => ({
  id,
  service: new URL(endpoint).host,
  page,
  createdAt: time(createdAt),
})

/** `/api/users/me/push`: the browsers in which the caller is notified. It takes a token: anybody may act under an open name. */
export const push = new Hono<Env>()
  .get('/me/push', async (c) => {
    const request = await callerRequest(c, undefined)
    const keys = await keysOf(c)
    const rows = await listSubscriptions(c.var.db, request)
    const opened = await Promise.all(
      rows.map(async ({ id, data, createdAt }) => {
        const subscription = await openSubscription(keys, id, data)
        return subscription && view(id, subscription, createdAt)
      }),
    )
    return c.json({ subscriptions: opened.filter((each) => each !== undefined) }, 200)
  })
  .put('/me/push', valid('json', pushBody), async (c) => {
    const { endpoint, keys: browser, page } = c.req.valid('json')
    const request = await callerRequest(c, undefined)
    const keys = await keysOf(c)
    checkPage(c, page)
    const id = await subscriptionId(endpoint)
    const subscription = { endpoint, keys: browser, page }
    await storeSubscription(c.var.db, request, {
      id,
      data: await sealSubscription(keys, id, subscription),
    })
    return c.json(view(id, subscription, request.now), 200)
  })
  .delete('/me/push', valid('query', pushQuery), async (c) => {
    const request = await callerRequest(c, undefined)
    return c.json({ endedCount: await endSubscriptions(c.var.db, request, c.req.valid('query').id) }, 200)
  })
