import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

/** The URL of the API in the examples. */
const USUAL_API = 'http://localhost:8787'

/**
 * A site of its own, another origin than the API at `api`: the files of `examples/`, and pages that tests make. All under
 * a strict policy, in which the API is the one other origin.
 */
export const staticSite = async (api: string) => {
  const strict = [
    "default-src 'self'",
    `script-src 'self' ${api}`,
    `connect-src ${api} ${api.replace(/^http/, 'ws')}`,
    `img-src 'self' data: ${api}`,
    `media-src ${api}`,
    "object-src 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
  /** Lets a page have styles of its own. */
  const styled = `${strict}; style-src 'self' 'unsafe-inline'`
  const made = new Map([
    // For tests of the client, which speak to it from outside the page.
    [
      '/client-on-window.js',
      { body: `import * as client from '${api}/client.js'; Object.assign(window, client)`, policy: strict },
    ],
  ])

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', api)
    const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname
    try {
      const { body, policy } = made.get(pathname) ?? {
        body: await readFile(join('examples', normalize(path)), 'utf8'),
        policy: strict,
      }
      response.setHeader('Content-Type', types[extname(path) || '.html'] ?? 'text/plain')
      if (policy !== '') response.setHeader('Content-Security-Policy', policy)
      response.end(body.replaceAll(USUAL_API, api))
    } catch {
      response.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    styled,

    /** Makes a page at a path, a fresh one unless given; gives its URL. `html` is what `<html>` has for attributes. */
    page(
      content: string,
      { path = `/${crypto.randomUUID()}`, html = 'lang="en"', head = '', policy = strict } = {},
    ): string {
      const body =
        `<!doctype html><html ${html}><head><meta charset="utf-8">` +
        '<meta name="viewport" content="width=device-width, initial-scale=1">' +
        '<meta name="color-scheme" content="light dark">' +
        `<title>A site</title><link rel="icon" href="data:,">${head}</head><body>${content}</body></html>`
      made.set(path, { body, policy })
      return url + path
    },

    /** Makes a script at a path, with no policy of its own. */
    script(path: string, body: string): void {
      made.set(path, { body, policy: '' })
    },

    close(): void {
      server.close()
      server.closeAllConnections()
    },
  }
}
