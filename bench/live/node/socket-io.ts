/** Chatrooms with Socket.IO: a parameter of the handshake is the room. Nothing is stored. */
import { Server } from 'socket.io'
import { entryOf, serve } from './chat-server.ts'

const send = (path: string, data: string): string => {
  const entry = entryOf(data)
  io.to(path).emit('message', entry)
  return JSON.stringify(entry)
}

const io = new Server(serve(send), { transports: ['websocket'], serveClient: false })
io.on('connection', (socket) => {
  const path = `/${socket.handshake.query.room}`
  socket.join(path)
  socket.on('message', (data) => send(path, data))
})
