import type { RoomEvent } from '../types.ts'
import { announce } from './announcer.ts'
import type { Conversation } from './conversation.ts'
import { textOrFiles } from './files/file-names.ts'
import { mentionsReader } from './mentions.ts'
import { fire } from './page-events.ts'
import { notePresence, noteTyping } from './people.ts'
import { loadQuoted } from './quoted-messages.ts'
import type { ReactionEvent } from './timeline.ts'
import type { ViewContext } from './view-context.ts'

type MessageEvent = Extract<RoomEvent, { type: 'message' }>

/** Has screen readers read out a text. Does nothing before the element is rendered. */
const read = (context: ViewContext, text: string) => announce(context.query('[aria-live=polite]'), text)

/** Returns whether a message replies to one of the reader's, which may have to be loaded. */
const repliesToReader = async (context: ViewContext, { replyTo }: MessageEvent): Promise<boolean> => {
  const { conversation, activeClient } = context
  if (replyTo === null || activeClient.userName === undefined) return false
  if (!conversation.timeline.find(replyTo)) await loadQuoted(context, replyTo).catch(() => {})
  const original = conversation.timeline.find(replyTo)
  return original !== undefined && conversation.isMine(original)
}

/** Tells the page's scripts and screen readers of a message that has just arrived. */
const arrived = async (context: ViewContext, message: MessageEvent): Promise<void> => {
  const { conversation } = context
  const isOwn = conversation.isMine(message)
  const isMention = !isOwn && mentionsReader(message, context)
  const isReply = !isOwn && (await repliesToReader(context, message))
  // The page may have opened another room meanwhile.
  if (context.conversation !== conversation) return
  fire(context, 'parlour-message', { chatroom: conversation.name, message, isOwn, isMention, isReply })
  if (isOwn || message.message === null || !context.localizer) return
  const { strings } = context.localizer
  const mark = isMention ? ` (${strings.mentionsYou})` : ''
  read(context, `${message.userName ?? strings.nobody}${mark}: ${textOrFiles(message)}`)
}

/** The messages of each room are told of one after the other. */
const queues = new WeakMap<Conversation, Promise<void>>()

/** Has screen readers read out a reaction of somebody else to a message of the reader. */
const reacted = (context: ViewContext, event: ReactionEvent): void => {
  const { conversation, localizer } = context
  const target = conversation.timeline.find(event.target)
  if (!event.added || !target || !conversation.isMine(target) || conversation.isMine(event)) return
  if (!localizer) return
  const { strings, insert } = localizer
  read(context, insert(strings.reacted, `${event.reaction} ${event.userName ?? strings.nobody}`).join(''))
}

/** Tells the page's scripts and the reader of an event of a room. */
export const happened = (context: ViewContext, event: RoomEvent, conversation: Conversation): void => {
  // The page may have opened another room while this part was loaded.
  if (context.conversation !== conversation) return
  switch (event.type) {
    case 'message': {
      if (event.userName !== null) noteTyping(context, event.userName, false)
      const before = queues.get(conversation) ?? Promise.resolve()
      queues.set(
        conversation,
        before.then(() => arrived(context, event)),
      )
      break
    }
    case 'typing':
      noteTyping(context, event.userName, true)
      break
    case 'hello':
    case 'present':
    case 'presence':
      void notePresence(context)
      break
    case 'reaction':
      reacted(context, event)
      break
    case 'held':
      conversation.held?.receive(event)
      break
    case 'edit':
    case 'delete':
    case 'member':
    case 'reset':
    case 'room':
    case 'banned':
      break
    default:
      event satisfies never
  }
}
