import type { Context } from 'hono'
import type { Env } from '../env'
import { publicUrl } from '../http/pagination'
import { type FileLinks, type LinkSource, linksOf } from './links'

/** Returns the URL of the API, as the caller reaches it, with a slash at its end. */
export const baseUrl = (c: Context): string => publicUrl(c, '/').href

const sourceOf = (c: Context<Env>): LinkSource => ({
  base: () => baseUrl(c),
  secret: () => c.var.limits.sharedSecret(),
})

/** Returns the links of the files of rows in the answer to a request. */
export const linksFor = (c: Context<Env>, rows: Parameters<typeof linksOf>[1]): Promise<FileLinks> =>
  linksOf(sourceOf(c), rows)
