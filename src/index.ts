import { app } from './app'
import type { Bindings } from './env'
import { sweep } from './sweep/sweep'

export { Meter } from './limits/meter'
export { Hub } from './live/hub'
export { Webhook } from './webhooks/webhook'

/** The Worker. */
export default {
  fetch: app.fetch,
  /** Runs each hour: `crons` in wrangler.toml. */
  scheduled: (_: ScheduledController, env: Bindings, context: ExecutionContext): Promise<void> =>
    sweep(env, (work) => context.waitUntil(work)),
}
