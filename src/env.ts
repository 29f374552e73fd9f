import type { Database } from './database'

/** What `wrangler.toml` binds. */
export type Bindings = { DB: D1Database; ASSETS: Fetcher }

/** The type of every Hono app here: its bindings, and what the middleware sets for one request. */
export type Env = { Bindings: Bindings; Variables: { db: Database; requestId: string } }
