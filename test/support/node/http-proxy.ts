import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

export interface ProxiedRequest {
  method: string
  path: string
  /** The `Idempotency-Key`. */
  key: string | undefined
  body: string
}

/** Answers one request, by `forward` or otherwise. Without an answer, the connection breaks. */
export type Intercept = (
  request: ProxiedRequest,
  forward: () => Promise<Response>,
) => Promise<Response | undefined>

/** Starts a proxy on 127.0.0.1 that answers by `intercept` and records its requests. Stop it with `close`. */
export const httpProxy = async (intercept: Intercept, target = 'http://nowhere.invalid') => {
  const requests: ProxiedRequest[] = []

  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers, socket } = request
    const key = headers['idempotency-key']?.toString()
    const body = await text(request)
    const proxied: ProxiedRequest = { method, path, key, body }
    requests.push(proxied)
    const forward = () =>
      fetch(target + path, {
        method,
        headers: {
          // Keeps the body as the server sends it.
          'Accept-Encoding': 'identity',
          ...(headers['content-type'] && { 'Content-Type': headers['content-type'] }),
          // A preflight request of a browser.
          ...Object.fromEntries(
            Object.entries(headers).flatMap(([name, value]) =>
              typeof value === 'string' && /^(origin|access-control-.*)$/.test(name) ? [[name, value]] : [],
            ),
          ),
          ...(headers.authorization && { Authorization: headers.authorization }),
          ...(key !== undefined && { 'Idempotency-Key': key }),
        },
        body: body || null,
      })
    const answer = await intercept(proxied, forward)
    if (answer) {
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.flushHeaders()
      // Breaks off where the body breaks off.
      await pipeline(answer.body ?? [], response).catch(() => {})
    } else socket.destroy()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
