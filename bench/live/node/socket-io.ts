/** A room of Socket.IO: one for the process, and nothing is stored. */
import { Server } from 'socket.io'
import { entryOf, serve } from './said.ts'

const say = (data: string): string => {
  const entry = entryOf(data)
  io.emit('message', entry)
  return JSON.stringify(entry)
}

const io = new Server(serve(say), { transports: ['websocket'], serveClient: false })
io.on('connection', (socket) => socket.on('message', say))
