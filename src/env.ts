import type { Database } from './database'

/** What `wrangler.toml` binds, and the secrets. */
export type Bindings = {
  DB: D1Database
  ASSETS: Fetcher
  /** What new names are, and whether every write needs a token. */
  IDENTITY: 'open' | 'protected'
  /** A secret; who has it may do anything. */
  ADMIN_TOKEN?: string
}

/** The type of every Hono app here: its bindings, and what the middleware sets for one request. */
export type Env = { Bindings: Bindings; Variables: { db: Database; requestId: string } }
