import type { Chatroom, ServerFrame } from '../../../src/contract/index.ts'
import type { Room } from './follower.ts'
import { ask, roomUrl } from './poster.ts'

/** Keeps a room's pins as the element does: from the frames that tell them, and read anew with each connection. */
export const followPins = (room: Room) => {
  let pinned: readonly number[] = []
  let news = 0
  let reading = Promise.resolve()
  const read = async (): Promise<void> => {
    const before = ++news
    const { body } = await ask<Chatroom>(roomUrl(room), 'GET')
    // A frame that came meanwhile is newer.
    if (news === before) pinned = body.pinned
  }
  return {
    take(frame: ServerFrame): void {
      if (frame.type === 'hello') reading = read()
      if (frame.type !== 'room') return
      news++
      pinned = frame.chatroom?.pinned ?? []
    },
    async pinned(): Promise<readonly number[]> {
      await reading
      return pinned
    },
  }
}
