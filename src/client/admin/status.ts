import type { SiteOverview } from '../../contract/index.ts'
import { errorOf } from '../error.ts'
import type { SiteApi } from './site-api.ts'

/** The most reports or held messages that the server counts. */
const MAX_COUNTED = 100

/** The overview of the site. The page asks for it often, and the server answers 304 while nothing has changed. */
export class SiteStatus {
  readonly #api: SiteApi
  #etag: string | undefined
  #now: SiteOverview | undefined

  private constructor(api: SiteApi) {
    this.#api = api
  }

  /** Asks the server. Throws a 403 for those without a role on the site. */
  static async open(api: SiteApi): Promise<SiteStatus> {
    const status = new SiteStatus(api)
    await status.refresh()
    return status
  }

  get now(): SiteOverview {
    if (!this.#now) throw new Error('the status was not loaded')
    return this.#now
  }

  get isAdmin(): boolean {
    return this.#now?.role === 'admin'
  }

  /** The number of reports and held messages that wait. */
  get waiting(): number {
    const { reports = 0, held = 0 } = this.#now ?? {}
    return reports + held
  }

  get waitingText(): string {
    const { reports = 0, held = 0 } = this.#now ?? {}
    return `${this.waiting}${Math.max(reports, held) >= MAX_COUNTED ? '+' : ''}`
  }

  /** Asks the server again. Returns whether something has changed. */
  async refresh(): Promise<boolean> {
    const response = await fetch(`${this.#api.server}/api/admin`, {
      // The browser would answer from its cache in the place of a 304.
      cache: 'no-store',
      headers: {
        Authorization: `Bearer ${this.#api.token}`,
        ...(this.#etag && { 'If-None-Match': this.#etag }),
      },
    })
    if (response.status === 304) return false
    if (!response.ok) throw await errorOf(response)
    this.#etag = response.headers.get('ETag') ?? undefined
    this.#now = await response.json()
    return true
  }
}
