import type { Context } from 'hono'

/** Returns the URL of a path, as the caller reaches the server. A relative path is beside the one of the request. */
export const publicUrl = (c: Context, path: string): URL => {
  const url = new URL(path, c.req.url)
  url.pathname = (c.env.MOUNTED_PATH ?? '') + url.pathname
  // A proxy that ends TLS reaches the server over http. The first of several proxies is named first.
  if (c.req.header('X-Forwarded-Proto')?.startsWith('https')) url.protocol = 'https:'
  return url
}

/**
 * Returns the absolute URL of the next page or the page before, so that a page of another origin can fetch it as it is. Also
 * sends it in a `Link` header (RFC 8288).
 */
export const linkedPage = (
  c: Context,
  rel: 'next' | 'prev',
  path: string,
  query: Record<string, string | number | undefined>,
): string => {
  const next = publicUrl(c, path)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) next.searchParams.set(name, String(value))
  c.header('Link', `<${next}>; rel="${rel}"`, { append: true })
  return next.href
}

/** Returns the absolute URL of the next page, and sends it in a `Link` header. */
export const nextPage = (c: Context, path: string, query: Parameters<typeof linkedPage>[3]): string =>
  linkedPage(c, 'next', path, query)
