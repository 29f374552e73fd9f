/** Chatrooms with `ws`: the path is the room. Nothing is stored. */
import { type WebSocket, WebSocketServer } from 'ws'
import { entryOf, serve } from './chat-server.ts'

const rooms = new Map<string, Set<WebSocket>>()

const send = (path: string, data: string): string => {
  const text = JSON.stringify(entryOf(data))
  for (const client of rooms.get(path) ?? []) if (client.readyState === client.OPEN) client.send(text)
  return text
}

const sockets = new WebSocketServer({ server: serve(send), perMessageDeflate: false })
sockets.on('connection', (socket, { url = '' }) => {
  const room = rooms.get(url) ?? new Set()
  rooms.set(url, room.add(socket))
  socket.on('message', (data) => send(url, String(data)))
  socket.on('close', () => room.delete(socket))
})
