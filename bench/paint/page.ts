import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/**
 * Serves the scripts in folders, and pages that show a room with them: `/<folder's name>/parlour.js` and `/<folder's name>?<room>`. All
 * folders are served alike, so only the scripts differ.
 */
export const servePages = async (api: string, folders: Record<string, string>) => {
  const pageOf = (name: string, room: string) =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
    <script type="module" src="/${name}/parlour.js"></script></head>
    <body><parlour-room server="${api}" name="${room}"></parlour-room></body></html>`
  const server = createServer(async ({ url = '' }, response) => {
    const { pathname, search } = new URL(url, api)
    const [, name = '', ...path] = pathname.split('/')
    try {
      if (path.length === 0) {
        response.setHeader('Content-Type', 'text/html')
        response.end(pageOf(name, search.slice(1)))
      } else {
        const script = await readFile(join(folders[name] ?? '', ...path))
        response.setHeader('Content-Type', 'text/javascript')
        response.end(script)
      }
    } catch {
      response.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    pageOf: (name: string, room: string): string => `http://127.0.0.1:${port}/${name}?${room}`,
    close: (): void => void server.close(),
  }
}
