import type { D1Migration } from 'cloudflare:test'
import type { Bindings } from '../../src/env'

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {
      MIGRATIONS: D1Migration[]
      NEAR: D1Database
      FAR: D1Database
    }
    interface GlobalProps {
      mainModule: typeof import('../../src')
    }
  }
}
