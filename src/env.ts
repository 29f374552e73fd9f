import type { Credential } from './auth/actor'
import type { Cost, Database } from './db/client'
import type { LimitBindings, RequestLimits } from './limits/types'
import type { HubApi } from './live/hub-api'
import type { WebhookApi } from './webhooks/webhook-api'

/** Bindings, vars and secrets of the Worker. `wrangler.toml` explains them. */
export type Bindings = LimitBindings & {
  DB: D1Database
  ASSETS: Fetcher
  /** The bucket of files. Without it, nobody can upload one. */
  FILES?: R2Bucket
  /** The size of the largest file, in bytes. */
  FILE_BYTES?: number | string
  /** One Durable Object for each room, which sends what is new to its listeners. */
  HUB: DurableObjectNamespace<HubApi>
  /** One Durable Object for each outgoing webhook, which delivers what happens. */
  WEBHOOK: DurableObjectNamespace<WebhookApi>
  /** "true": webhooks may lead to http://127.0.0.1 and http://localhost. */
  WEBHOOK_LOCALHOST?: string
  /** The path at which `createParlour` has mounted the app in another Worker, such as `/chat`. Unset in a Worker of its own. */
  MOUNTED_PATH?: string
  IDENTITY: 'open' | 'protected'
  /** A policy for new rooms, which says their makers and their owners: see `roomPolicies`. */
  ROOMS?: string
  /** The authors whose messages wait for approval, where neither a room nor the site has set it: see `approvals`. */
  APPROVAL?: string
  /** A dataset for data points about what happens. Without it none are written. */
  ANALYTICS?: AnalyticsEngineDataset
  /** Messages are removed after so many days; 0 keeps them. */
  RETENTION_DAYS?: number | string
  /** "on": search engines may list the archives of rooms that anyone may read. */
  ARCHIVE_INDEX?: string
  ALLOWED_ORIGINS?: string
  /** A secret: 32 random bytes, base64url, the private key of Web Push. Subscriptions are stored under a key that is derived from it. */
  VAPID_PRIVATE_KEY?: string
  /** A `mailto:` or `https:` URL by which push services reach the owner. Without one of the two, Web Push is off. */
  VAPID_SUBJECT?: string
  /** "off": no log line for each request. */
  LOG?: string
  /** Hosts of users' pictures, separated by commas or spaces. */
  AVATAR_HOSTS?: string
  TURNSTILE_URL: string
  TURNSTILE_SCRIPT_URL: string
  TURNSTILE_SITE_KEY?: string
  /** A secret. With it, creating a user takes a Turnstile token. */
  TURNSTILE_SECRET?: string
  /** A secret. A request with it as the bearer token may do anything. */
  ADMIN_TOKEN?: string
  /** A secret that signs the JWTs of the site's own logins; or the URL of the public keys. */
  JWT_SECRET?: string
  JWT_JWKS_URL?: string
  JWT_ISSUER?: string
  JWT_AUDIENCE?: string
  JWT_NAME_CLAIM?: string
  JWT_ROLE_CLAIM?: string
}

/** The type of every Hono app here: its bindings, and what the middleware sets for one request. */
export type Env = {
  Bindings: Bindings
  Variables: {
    db: Database
    /** Unset for routes that don't use the database. */
    cost: Cost | undefined
    requestId: string
    credential: Promise<Credential> | undefined
    limits: RequestLimits
    /** Set where a success stands for a denial: it shows less, or nothing. */
    isDenied: boolean | undefined
    /** The type of the problem with which the request is answered. */
    problem: string | undefined
  }
}
