import type { Room } from '../types.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** Returns the room that an element shows. */
export const roomOf = ({ activeClient, conversation }: ViewContext): Room =>
  activeClient.room(conversation.name)

/** Changes a message, and shows it as the answer has it. */
export const changeMessage = async (
  context: ViewContext,
  seq: number,
  change: (room: Room) => Promise<Entry>,
): Promise<void> => {
  const { timeline } = context.conversation
  const before = timeline.find(seq)
  timeline.answered(await change(roomOf(context)), before)
  context.requestUpdate()
}
