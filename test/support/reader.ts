import { env } from 'cloudflare:workers'
import { newUser, ok, roomWithUser } from './api'

/** Creates a room with a reader and a writer, both members. */
export const roomWithReader = async () => {
  const { room, userName: writer } = await roomWithUser()
  const reader = await newUser()
  await ok('PUT', room, { body: { userName: reader.name } })
  await ok('PUT', room, { body: { userName: writer } })
  return { room, reader, writer }
}

/** Stores that a message mentions a user. */
export const mention = async (room: string, seq: number, user: { id: number }) => {
  await env.DB.prepare(
    `insert into mentions (user_id, room_id, seq, created_at)
      select ?, room_id, seq, messages.created_at from messages join rooms on rooms.id = room_id where rooms.name = ? and seq = ?`,
  )
    .bind(user.id, room.split('/').at(-1), seq)
    .run()
}
