/** Rooms of `ws`, by their path; nothing is stored. */
import { type WebSocket, WebSocketServer } from 'ws'
import { entryOf, serve } from './said.ts'

const rooms = new Map<string, Set<WebSocket>>()

const say = (path: string, data: string): string => {
  const text = JSON.stringify(entryOf(data))
  for (const client of rooms.get(path) ?? []) if (client.readyState === client.OPEN) client.send(text)
  return text
}

const sockets = new WebSocketServer({ server: serve(say), perMessageDeflate: false })
sockets.on('connection', (socket, { url = '' }) => {
  const room = rooms.get(url) ?? new Set()
  rooms.set(url, room.add(socket))
  socket.on('message', (data) => say(url, String(data)))
  socket.on('close', () => room.delete(socket))
})
