import { createServer, type Server } from 'node:http'

type Entry = { type: 'message'; seq: number; userName: string; message: string; createdAt: string }

let seq = 0

/** Returns the message that all listeners receive. */
export const entryOf = (data: string): Entry => {
  const { userName, message } = JSON.parse(data)
  return { type: 'message', seq: ++seq, userName, message, createdAt: new Date().toISOString() }
}

/** Serves HTTP on a free port and sends each POST body to the room. Sends the port to the parent process. */
export const serve = (send: (path: string, data: string) => string): Server =>
  // Keeps connections open while the other peers are measured.
  createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    response.writeHead(201).end(send(request.url ?? '', body))
  }).listen(0, '127.0.0.1', function (this: Server) {
    const address = this.address()
    if (address !== null && typeof address === 'object')
      process.send?.({ port: address.port, pid: process.pid })
  })

process.on('disconnect', () => process.exit())
