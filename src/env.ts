import type { Credential } from './auth/actor'
import type { Database } from './db/client'
import type { LimitBindings, RequestLimits } from './limits/types'
import type { HubApi } from './live/hub-api'

/** What `wrangler.toml` binds and sets, where each is explained, and the secrets. */
export type Bindings = LimitBindings & {
  DB: D1Database
  ASSETS: Fetcher
  /** Fans out what is new, one object for each room. */
  HUB: DurableObjectNamespace<HubApi>
  /** What new names are, and whether every write needs a token. */
  IDENTITY: 'open' | 'protected'
  ALLOWED_ORIGINS?: string
  TURNSTILE_URL: string
  /** A secret; who has it may do anything. */
  ADMIN_TOKEN?: string
  /** A secret; with it, creating a user takes a Turnstile token. */
  TURNSTILE_SECRET?: string
  /** Logins of a site of its own: a secret that it signs them with, or the URL of its public keys. */
  JWT_SECRET?: string
  JWT_JWKS_URL?: string
  /** What a login's `iss` and `aud` must be. */
  JWT_ISSUER?: string
  JWT_AUDIENCE?: string
}

/** The type of every Hono app here: its bindings, and what the middleware sets for one request. */
export type Env = {
  Bindings: Bindings
  Variables: {
    db: Database
    requestId: string
    credential: Promise<Credential> | undefined
    limits: RequestLimits
    /** What the request has written; undefined while nobody knows. */
    rowsWritten: number | undefined
  }
}
