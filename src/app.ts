import { type Context, Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { StatusCode } from 'hono/utils/http-status'
import { version } from '../package.json'
import { admin } from './admin/routes'
import { archive } from './archive/routes'
import { roomExport, siteExport, userExport } from './data/export/routes'
import { imports } from './data/import/routes'
import { ping } from './db/client'
import type { Env } from './env'
import { feeds } from './feeds/routes'
import { filesView } from './files/bucket'
import { fileReads, files } from './files/routes'
import { held } from './held/routes'
import { answerInWords, answersInWords } from './hooks/answers'
import { hookPosts, hooks } from './hooks/routes'
import { accessLog } from './http/access-log'
import { analytics } from './http/analytics'
import { limitBody } from './http/body-limit'
import { crossOrigin } from './http/cors'
import { database, requestId } from './http/middleware'
import { answerProblem, Problem } from './http/problem'
import { FastRouter } from './http/router'
import { secureHeaders } from './http/security-headers'
import { suggestPath } from './http/suggest-path'
import { siteKeyOf, turnstileFrame } from './http/turnstile-frame'
import { limit } from './limits/middleware'
import { compareAfterLostAnswer } from './live/lost-answer'
import { live } from './live/routes'
import { members } from './members/routes'
import { messages } from './messages/routes'
import { moderation, siteAudit } from './moderation/routes'
import type { OperationsOf } from './openapi/operation'
import type { operations } from './operations'
import { pins } from './pins/routes'
import { push } from './push/routes'
import { serverKeys } from './push/server-keys'
import { reactions } from './reactions/routes'
import { reports } from './reports/routes'
import { room, rooms } from './rooms/routes'
import { site } from './site/routes'
import { avatarSources } from './users/avatar'
import { users } from './users/routes'
import { roomWebhooks, siteWebhooks } from './webhooks/routes'

/** All methods, in the order in which an `Allow` header lists them. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The same resources for prototypes that were written against these paths. */
const aliases = { users: '/api/user', chatrooms: '/api/chatrooms' }
const isAlias = (path: string): boolean =>
  Object.values(aliases).some((alias) => path === alias || path.startsWith(`${alias}/`))

/** Tells whether a path is one of the caller's own: `/api/users/me` and what is below it. */
const isOwnPath = (path: string): boolean => /^\/api\/users?\/me(\/|$)/.test(path)
const isMe = (path: string): boolean => /^\/api\/users?\/me$/.test(path)
const READING = ['GET', 'HEAD']

/** Answers a request whose path has other methods. */
const answerOtherMethod = (c: Context<Env>, known: string[]): Response => {
  const methods = isMe(c.req.path) ? READING : known
  const Allow = METHODS.filter((method) => method === 'OPTIONS' || methods.includes(method)).join(', ')
  if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow } })
  return answerProblem(
    new Problem('method-not-allowed', `${c.req.method} is not allowed at ${c.req.path}. Allowed: ${Allow}.`, {
      headers: { Allow },
    }),
    c,
  )
}

export const app = new Hono<Env>({ router: new FastRouter(isOwnPath) })

app.onError((error, c) => (answersInWords(c.req.path) ? answerInWords(error, c) : answerProblem(error, c)))
app.notFound((c) => {
  const { path } = c.req
  const routes = app.routes.map(({ path }) => path).filter((path) => !path.includes('*') && !isAlias(path))
  const meant = suggestPath(path, routes)
  const hint = meant ? `Did you mean ${meant}?` : 'The paths that exist are at /docs.'
  const more = path.includes('//') && meant?.includes('<name>') ? ' The name of the chatroom is missing.' : ''
  // An unknown path is unknown to everybody.
  c.header('Cache-Control', undefined)
  return answerProblem(new Problem('not-found', `There is nothing at ${path}. ${hint}${more}`), c)
})

app.use(
  requestId(),
  accessLog(),
  analytics(),
  secureHeaders(),
  crossOrigin(),
  methodNotAllowed({ app, onMethodNotAllowed: answerOtherMethod }),
  // `/api/users/:id` has more methods, and takes `me` for an id.
  async (c, next) =>
    isMe(c.req.path) && !READING.includes(c.req.method) && c.req.method !== 'OPTIONS'
      ? answerOtherMethod(c, READING)
      : next(),
  limit(),
  limitBody(),
)

/** Serves a page of `public` with the headers of `public/_headers`, except its CORS header. Its policy lets in people's pictures. */
const page = async (c: Context<Env>) => {
  const { body, status, headers: said } = await c.env.ASSETS.fetch(c.req.raw)
  const headers = new Headers(said)
  headers.delete('Access-Control-Allow-Origin')
  const policy = headers.get('Content-Security-Policy')
  const sources = ['img-src', ...avatarSources(c.env.AVATAR_HOSTS)].join(' ')
  if (policy) headers.set('Content-Security-Policy', policy.replace('img-src', sources))
  return c.newResponse(body, { status: status as StatusCode, headers })
}

const routes = app
  .get('/openapi.json', async (c) => {
    // Built by scripts/assets.ts. The asset's own headers are dropped here: they are for requests that bypass the Worker.
    const { body, status } = await c.env.ASSETS.fetch(c.req.url)
    const headers = { 'Content-Type': 'application/json' }
    return c.newResponse(body, { status: status as StatusCode, headers })
  })
  .get('/', page)
  .get('/docs', page)
  .get('/admin', page)
  .get('/problems', page)
  .get('/problems/:type', async (c) => {
    const found = await page(c)
    if (found.status !== 404) return found
    const { type } = c.req.param()
    throw new Problem('not-found', `There is no problem type "${type}". All types are listed at /problems.`)
  })
  .route('/file', fileReads)
  // Only the routes after this use the database.
  .use(database((request, c) => app.fetch(request, c.env, c.executionCtx)))
  .use('/chatroom/:name/*', compareAfterLostAnswer())
  .route('/api/users', users)
  .route('/api/users', push)
  .route('/api/chatroom', rooms)
  .route('/api/admin', admin)
  .route('/chatroom', room)
  .route('/chatroom', members)
  .route('/chatroom/:name/message', messages)
  .route('/chatroom/:name', archive)
  .route('/chatroom/:name', feeds)
  .route('/chatroom/:name', files)
  .route('/chatroom/:name/message/:seq/reaction', reactions)
  .route('/chatroom/:name/pin', pins)
  .route('/chatroom/:name', moderation)
  .route('/api/admin/audit', siteAudit)
  .route('/chatroom/:name', reports)
  .route('/chatroom/:name/held', held)
  .route('/chatroom/:name/hook', hooks)
  .route('/hook', hookPosts)
  .route('/chatroom/:name/webhook', roomWebhooks)
  .route('/api/admin/webhook', siteWebhooks)
  .route('/chatroom/:name', live)
  .route('/api/admin', site)
  .route('/api/import', imports)
  .route('/api/export', siteExport)
  .route('/chatroom/:name', roomExport)
  .route('/api/users', userExport)
  .get('/api/hello', async (c) => {
    await ping(c.var.db)
    const { IDENTITY: identity } = c.env
    return c.json(
      {
        name: 'parlour' as const,
        version,
        identity,
        turnstileSiteKey: siteKeyOf(c.env) ?? null,
        pushKey: (await serverKeys(c.env))?.publicKey ?? null,
        files: filesView(c.env),
      },
      200,
    )
  })

app.route(aliases.users, users).route(aliases.chatrooms, rooms)
// A part of the element, which is no route of the API.
app.route('/turnstile', turnstileFrame)
// The assets redirect these to the paths without a slash.
app.get('/docs/', page).get('/admin/', page)
// The page before /admin. A browser keeps the fragment of its address.
for (const path of ['/moderate', '/moderate/'])
  app.get(path, (c) => c.redirect(`/admin${new URL(c.req.url).search}`, 308))

/** The type of all routes, for Hono's RPC client. */
export type App = typeof routes

type Described<Rows extends OperationsOf<App>> = Rows
/**
 * Checks at compile time that every route has its row in the OpenAPI document.
 * @public
 */
export type Operations = Described<typeof operations>
