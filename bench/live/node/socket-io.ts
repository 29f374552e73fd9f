/** Rooms of Socket.IO, by a parameter of the handshake; nothing is stored. */
import { Server } from 'socket.io'
import { entryOf, serve } from './said.ts'

const say = (path: string, data: string): string => {
  const entry = entryOf(data)
  io.to(path).emit('message', entry)
  return JSON.stringify(entry)
}

const io = new Server(serve(say), { transports: ['websocket'], serveClient: false })
io.on('connection', (socket) => {
  const path = `/${socket.handshake.query.room}`
  socket.join(path)
  socket.on('message', (data) => say(path, data))
})
