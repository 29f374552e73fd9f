import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { StatusCode } from 'hono/utils/http-status'
import { version } from '../package.json'
import { ping } from './db/client'
import type { Env } from './env'
import { accessLog, crossOrigin, database, requestId, secureHeaders } from './http/middleware'
import { answerProblem, Problem } from './http/problem'
import { limit } from './limits/middleware'
import { live } from './live/routes'
import { members } from './members/routes'
import { messages } from './messages/routes'
import { moderation } from './moderation/routes'
import type { OperationsOf } from './openapi/operation'
import type { operations } from './operations'
import { reports } from './reports/routes'
import { room, rooms } from './rooms/routes'
import { users } from './users/routes'

const KIBIBYTE = 1024
/** All methods, in the order in which an `Allow` header lists them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

export const app = new Hono<Env>()

app.onError(answerProblem)
app.notFound((c) => {
  const { method, path } = c.req
  const meant = path.replace(/\/$/, '')
  // What is matched by more than the middleware has a route.
  const isThere = meant !== path && app.router.match(method, meant)[0].some(([[, { path }]]) => path !== '/*')
  const hint = isThere ? ` Did you mean ${meant}?` : ''
  // An unknown path is unknown to everybody.
  c.header('Cache-Control', undefined)
  return answerProblem(new Problem('not-found', `There is nothing at ${path}.${hint}`), c)
})

app.use(
  requestId(),
  accessLog(),
  secureHeaders(),
  crossOrigin(),
  methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      const Allow = METHODS.filter((method) => method === 'OPTIONS' || methods.includes(method)).join(', ')
      if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow } })
      return answerProblem(
        new Problem('method-not-allowed', `Allowed here: ${Allow}.`, { headers: { Allow } }),
        c,
      )
    },
  }),
  limit(),
  bodyLimit({
    maxSize: 64 * KIBIBYTE,
    onError: () => {
      throw new Problem('body-too-large', 'A body may be at most 64 KiB.')
    },
  }),
)

/** A page of `public`, with what `public/_headers` says of it, but for who may read it. */
const page = async (c: Context<Env>) => {
  const { body, status, headers: said } = await c.env.ASSETS.fetch(c.req.raw)
  const headers = new Headers(said)
  headers.delete('Access-Control-Allow-Origin')
  return c.newResponse(body, { status: status as StatusCode, headers })
}

const routes = app
  .get('/openapi.json', async (c) => {
    // Made ahead, by scripts/assets.ts. What a file's headers say is for who asks without the Worker.
    const { body, status } = await c.env.ASSETS.fetch(c.req.url)
    const headers = { 'Content-Type': 'application/json' }
    return c.newResponse(body, { status: status as StatusCode, headers })
  })
  .get('/', page)
  .get('/docs', page)
  .get('/moderate', page)
  // For the routes after this one: those before ask no database.
  .use(database())
  .route('/api/users', users)
  .route('/api/chatroom', rooms)
  .route('/chatroom', room)
  .route('/chatroom', members)
  .route('/chatroom/:name/message', messages)
  .route('/chatroom/:name', moderation)
  .route('/chatroom/:name', reports)
  .route('/chatroom/:name', live)
  .get('/api/hello', async (c) => {
    await ping(c.var.db)
    return c.json({ name: 'parlour' as const, version }, 200)
  })

// The same resources for prototypes that were written against these paths.
app.route('/api/user', users).route('/api/chatrooms', rooms)
// People type it, and the assets redirect it.
app.get('/docs/', page).get('/moderate/', page)

/** The type of all routes, for Hono's RPC client. */
export type App = typeof routes

type Described<Rows extends OperationsOf<App>> = Rows
/**
 * Checks at compile time that every route has its row in the OpenAPI document.
 * @public
 */
export type Operations = Described<typeof operations>
