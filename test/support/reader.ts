import type { NewUser } from '../../src/contract'
import { newUser, ok, roomWithUser, say } from './api'

/** Creates a room with a reader and a writer, both members. */
export const roomWithReader = async () => {
  const { room, userName: writer } = await roomWithUser()
  const reader = await newUser()
  await ok('PUT', room, { body: { userName: reader.name } })
  await ok('PUT', room, { body: { userName: writer } })
  return { room, reader, writer }
}

/** Sends a message that mentions a user, who joins for it. Returns its number. */
export const mention = async (room: string, writer: string, { name }: NewUser): Promise<number> => {
  await ok('PUT', room, { body: { userName: name } })
  return (await say(room, writer, `@${name}`)).seq
}
