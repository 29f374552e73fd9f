import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

export interface Asked {
  method: string
  path: string
  /** The `Idempotency-Key`. */
  key: string | undefined
  body: string
}

/** Answers one request, with what the server says (`forward`) or otherwise; by nothing, the connection breaks. */
export type Meddle = (asked: Asked, forward: () => Promise<Response>) => Promise<Response | undefined>

/** A proxy on 127.0.0.1 that answers as `meddle` wants it. `asked` is what it was asked for. End it with `close`. */
export const httpProxy = async (meddle: Meddle, target = 'http://nowhere.invalid') => {
  const asked: Asked[] = []

  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers, socket } = request
    const key = headers['idempotency-key']?.toString()
    const body = await text(request)
    const what: Asked = { method, path, key, body }
    asked.push(what)
    const forward = () =>
      fetch(target + path, {
        method,
        headers: {
          // Nothing is to be unpacked on the way.
          'Accept-Encoding': 'identity',
          ...(headers['content-type'] && { 'Content-Type': headers['content-type'] }),
          // What a browser asks before a request from a page of another origin.
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
    const answer = await meddle(what, forward)
    if (answer) {
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.flushHeaders()
      // Breaks off where the body does.
      await pipeline(answer.body ?? [], response).catch(() => {})
    } else socket.destroy()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
