import type { D1Migration } from 'cloudflare:test'

declare global {
  namespace Cloudflare {
    interface Env {
      DB: D1Database
      ASSETS: Fetcher
      HUB: DurableObjectNamespace<import('../../src/live/hub').Hub>
      IDENTITY: 'open' | 'protected'
      MIGRATIONS: D1Migration[]
    }
    interface GlobalProps {
      mainModule: typeof import('../../src/index')
    }
  }
}
