import { createServer, type Server } from 'node:http'

type Entry = { type: 'message'; seq: number; userName: string; message: string; createdAt: string }

let seq = 0

/** What is said, as everybody is told it. */
export const entryOf = (data: string): Entry => {
  const { userName, message } = JSON.parse(data)
  return { type: 'message', seq: ++seq, userName, message, createdAt: new Date().toISOString() }
}

/** Serves HTTP on a port of the system's choice: what is POSTed is said. Tells the parent process when it listens. */
export const serve = (say: (path: string, data: string) => string): Server =>
  // The load client keeps its connections while others have their turn.
  createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    response.writeHead(201).end(say(request.url ?? '', body))
  }).listen(0, '127.0.0.1', function (this: Server) {
    const address = this.address()
    if (address !== null && typeof address === 'object')
      process.send?.({ port: address.port, pid: process.pid })
  })

process.on('disconnect', () => process.exit())
