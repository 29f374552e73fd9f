/** The entry `parlour/server` of the package: the API as a part of somebody's own Worker. */
import { Hono } from 'hono'
import { basePath } from 'hono/route'
import { type App, app } from './app'
import type { Bindings } from './env'
import { filesIn, isFile } from './mount/files'
import { mountedAnswer } from './mount/mounted'
import { sweep } from './sweep/sweep'

export { Meter } from './limits/meter'
export { Hub } from './live/hub'
export { Webhook } from './webhooks/webhook'
export type { App }

/** The options of `createParlour`. */
export type ParlourOptions = {
  /** The path of the API, such as `/chat`, in a Worker that doesn't mount it by Hono's `route`. */
  basePath?: string
  /** The folder of Parlour's files in the assets of the Worker, such as `/chat`. Without it, they are at the root of the assets. */
  files?: string
}

/** Returns the base path as the URL has it: Hono gives it without escapes, such as `/über`. */
const escapedPath = ({ pathname }: URL, base: string): string =>
  pathname.split('/').slice(0, base.replace(/\/+$/, '').split('/').length).join('/')

/** Returns the API as a Hono app: `app.route('/chat', createParlour())`. It finds out the path at which it is mounted by itself. */
export const createParlour = ({ basePath: own = '', files = '' }: ParlourOptions = {}): App => {
  const folder = files.replace(/^\/*(?=[^/])/, '/').replace(/\/+$/, '')
  const mounted = new Hono<{ Bindings: Bindings }>().basePath(own).all('/*', async (c) => {
    const url = new URL(c.req.url)
    const path = escapedPath(url, basePath(c))
    const asked = url.pathname.slice(path.length)
    // The links of a page are relative to its path.
    if (asked === '') return c.redirect(`${path}/${url.search}`, 308)
    if (/^\/(docs|admin|problems)\/$/.test(asked))
      return c.redirect(url.pathname.slice(0, -1) + url.search, 308)
    const { env } = c
    const ASSETS = filesIn(env.ASSETS, folder) as Fetcher
    url.pathname = asked
    const request = new Request(url, c.req.raw)
    if (isFile(asked) && /^(GET|HEAD)$/.test(request.method)) {
      const file = await ASSETS.fetch(request)
      if (file.status !== 404) return file
    }
    const answer = await app.fetch(request, { ...env, ASSETS, MOUNTED_PATH: path }, c.executionCtx)
    return mountedAnswer(answer, path, asked)
  })
  // Its routes are those of the app behind it.
  return mounted as unknown as App
}

/** The handler of the Worker's cron trigger. */
export const scheduled = (
  _: unknown,
  env: Bindings,
  context: Pick<ExecutionContext, 'waitUntil'>,
): Promise<void> => sweep(env, (work) => context.waitUntil(work))
