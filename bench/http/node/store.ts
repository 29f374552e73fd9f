import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { room, userNames } from '../routes.ts'

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
process.on('disconnect', () => process.exit())

const database = new Database(join(folder, 'chat.sqlite'))
database.pragma('journal_mode = wal')
// Syncs each write, as D1 does before it answers.
database.pragma('synchronous = full')
database.exec(`
  create table users (id integer primary key, name text not null unique);
  create table rooms (id integer primary key, name text not null unique);
  create table members (room_id integer, user_id integer, primary key (room_id, user_id)) without rowid;
  create table messages (id integer primary key, room_id integer, user_id integer, text text, created_at integer);
  create index messages_room on messages (room_id, id);
`)
database.prepare('insert into rooms (name) values (?)').run(room)
for (const name of userNames) {
  const { lastInsertRowid } = database.prepare('insert into users (name) values (?)').run(name)
  database.prepare('insert into members (room_id, user_id) values (1, ?)').run(lastInsertRowid)
}

const find = database.prepare<[string, string], { roomId: number; userId: number }>(`
  select rooms.id as roomId, users.id as userId from rooms join users join members on room_id = rooms.id and user_id = users.id
  where rooms.name = ? and users.name = ?`)
const insert = database.prepare(
  'insert into messages (room_id, user_id, text, created_at) values (?, ?, ?, ?)',
)
type Row = { seq: number; userName: string; message: string; at: number }
const newest = database.prepare<[string], Row>(`
  select messages.id as seq, users.name as userName, text as message, created_at as at
  from messages join users on users.id = user_id
  where room_id = (select id from rooms where name = ?) order by messages.id desc limit 50`)

const view = (chatroom: string, { at, ...message }: Row) => ({
  ...message,
  chatroom,
  createdAt: new Date(at).toISOString(),
})

/** Stores a message of a member. Returns undefined if there is no such member. */
export const send = (chatroom: string, { userName, message }: { userName: string; message: string }) => {
  const found = find.get(chatroom, userName)
  if (!found) return undefined
  const at = Date.now()
  const { lastInsertRowid } = insert.run(found.roomId, found.userId, message, at)
  return view(chatroom, { seq: Number(lastInsertRowid), userName, message, at })
}

export const page = (chatroom: string) => ({
  messages: newest
    .all(chatroom)
    .reverse()
    .map((row) => view(chatroom, row)),
})
