import type { Database } from './database'
import type { Hub } from './live/hub'

/** What `wrangler.toml` binds, and the secrets. */
export type Bindings = {
  DB: D1Database
  ASSETS: Fetcher
  /** Fans out what is new, one object for each room. */
  HUB: DurableObjectNamespace<Hub>
  /** What new names are, and whether every write needs a token. */
  IDENTITY: 'open' | 'protected'
  /** A secret; who has it may do anything. */
  ADMIN_TOKEN?: string
  /** Logins of a site of its own: a secret that it signs them with, or the URL of its public keys. */
  JWT_SECRET?: string
  JWT_JWKS_URL?: string
  /** What a login's `iss` and `aud` must be. */
  JWT_ISSUER?: string
  JWT_AUDIENCE?: string
}

/** The type of every Hono app here: its bindings, and what the middleware sets for one request. */
export type Env = { Bindings: Bindings; Variables: { db: Database; requestId: string } }
