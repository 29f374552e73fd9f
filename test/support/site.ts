import { env } from 'cloudflare:workers'
import type { Admin } from '../../src/contract'
import { type Options, ok } from './api'

const admin = 'the-admin-of-this-test'
/** The options of a request with ADMIN_TOKEN. */
export const asAdmin: Options = { token: admin, env: { ADMIN_TOKEN: admin } }

/** Changes the settings of the site. */
export const changeSite = (body: object): Promise<Admin> => ok('PATCH', '/api/admin', { ...asAdmin, body })

/** Takes back all settings of the site, as if nobody had ever set any. */
export const resetSite = (): Promise<unknown> => env.DB.prepare('delete from site_settings').run()
