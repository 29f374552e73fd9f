import { sharedHeaders } from '../lib/shared-headers'

/** The policy of all files and pages. `public/_headers` has the same headers, for a Worker of its own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const headersOf = (path: string): Record<string, string> => ({
  'Access-Control-Allow-Origin': '*',
  'Content-Security-Policy':
    path === '/docs' ? POLICY : `${POLICY}; require-trusted-types-for 'script'; trusted-types lit-html`,
  ...sharedHeaders,
  ...(path.startsWith('/parlour/') && { 'Cache-Control': 'public, max-age=31536000, immutable' }),
})

type Fetch = (input: RequestInfo | URL) => Promise<Response>

/**
 * Returns Parlour's files, which stand in a folder of another Worker's assets. They have the headers of `public/_headers`, of which the Worker's own
 * assets know nothing.
 */
export const filesIn = (assets: { fetch: Fetch }, folder: string): { fetch: Fetch } => ({
  async fetch(input) {
    const asked = new Request(input)
    const { pathname } = new URL(asked.url)
    const url = new URL(folder + pathname, asked.url)
    let found = await assets.fetch(new Request(url, asked))
    // The Worker's own `html_handling` may add a slash to the path of a page, which has none here.
    const location = found.headers.get('Location')
    if (location?.endsWith('/')) found = await assets.fetch(new Request(new URL(location, url), asked))
    if (!found.ok && found.status !== 304) return found
    const file = new Response(found.body, found)
    for (const [name, value] of Object.entries(headersOf(pathname))) file.headers.set(name, value)
    return file
  },
})

/** Tells whether a path is that of a file and not of the API. */
export const isFile = (path: string): boolean =>
  /^\/(?!(?:api|chatroom|hook|file)\/).*\.\w+$/.test(path) && path !== '/openapi.json'
