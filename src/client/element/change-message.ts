import type { HeldAnswer } from '../../contract/index.ts'
import type { Room } from '../types.ts'
import type { Entry } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

/** Returns the room that an element shows. */
export const roomOf = ({ activeClient, conversation }: ViewContext): Room =>
  activeClient.room(conversation.name)

/** Changes a message, and shows it as the answer has it. Returns the id of a change that waits for approval. */
export const changeMessage = async (
  context: ViewContext,
  seq: number,
  change: (room: Room) => Promise<Entry | HeldAnswer>,
): Promise<string | undefined> => {
  const { timeline } = context.conversation
  const before = timeline.find(seq)
  const answer = await change(roomOf(context))
  if ('held' in answer) return answer.id
  timeline.answered(answer, before)
  context.requestUpdate()
  return undefined
}
