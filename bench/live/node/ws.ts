/** A room of `ws`: one for the process, and nothing is stored. */
import { WebSocketServer } from 'ws'
import { entryOf, serve } from './said.ts'

const say = (data: string): string => {
  const text = JSON.stringify(entryOf(data))
  for (const client of sockets.clients) if (client.readyState === client.OPEN) client.send(text)
  return text
}

const sockets = new WebSocketServer({ server: serve(say), perMessageDeflate: false })
sockets.on('connection', (socket) => socket.on('message', (data) => say(String(data))))
