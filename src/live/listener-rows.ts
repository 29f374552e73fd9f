// A hub remembers in its storage which users have a row in `listeners` because of it, so that it can delete the rows of those who have
// left. The rows say which hubs must hear when a user's access changes.

const PREFIX = 'listener:'

/** Remembers that a user has a row for the room. */
export const rememberListener = (storage: DurableObjectStorage, userId: number, roomKey: string): void => {
  if (storage.kv.get(PREFIX + userId) === undefined) storage.kv.put(PREFIX + userId, roomKey)
}

/** Users who have left a room, and still have a row. */
export type Departed = { roomKey: string; userIds: number[] }

/** Forgets the users who are not here any more, and returns them. */
export const takeDeparted = (
  storage: DurableObjectStorage,
  isHere: (userId: number) => boolean,
): Departed | undefined => {
  const left = [...storage.kv.list<string>({ prefix: PREFIX })]
    .map(([key, roomKey]) => ({ roomKey, userId: Number(key.slice(PREFIX.length)) }))
    .filter(({ userId }) => !isHere(userId))
  const [first] = left
  if (!first) return undefined
  for (const { userId } of left) storage.kv.delete(PREFIX + userId)
  return { roomKey: first.roomKey, userIds: left.map(({ userId }) => userId) }
}
