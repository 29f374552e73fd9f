/** Chatrooms with Socket.IO and better-sqlite3: a parameter of the handshake is the room. A message is stored and synced, then sent. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Server } from 'socket.io'
import { serve } from './chat-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

const database = new Database(join(folder, 'chat.sqlite'))
database.pragma('journal_mode = wal')
// Syncs each write, as D1 does before it answers.
database.pragma('synchronous = full')
database.exec(`
  create table messages (
    room text not null, seq integer not null, user_name text not null, text text not null, created_at integer not null,
    primary key (room, seq)
  ) without rowid`)
const insert = database.prepare<[string, string, string, number, string], { seq: number }>(`
  insert into messages (room, seq, user_name, text, created_at)
  select ?, 1 + coalesce(max(seq), 0), ?, ?, ? from messages where room = ? returning seq`)

const send = (room: string, data: string): string => {
  const { userName, message } = JSON.parse(data)
  const now = Date.now()
  const seq = insert.get(room, userName, message, now, room)?.seq
  const entry = { type: 'message', seq, userName, message, createdAt: new Date(now).toISOString() }
  io.to(room).emit('message', entry)
  return JSON.stringify(entry)
}

const io = new Server(serve(send), { transports: ['websocket'], serveClient: false })
io.on('connection', (socket) => {
  const room = `/${socket.handshake.query.room}`
  socket.join(room)
  socket.on('message', (data) => send(room, data))
})
