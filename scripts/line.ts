import type { ServerFrame } from '../src/contract/index.ts'

/**
 * Returns a text with its control characters, and those that change the direction of writing, as escapes. A terminal would
 * execute the control characters in somebody's message.
 */
export const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) =>
    character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

type MessageFrame = Extract<ServerFrame, { type: 'message' }>

const whose = (name: string | null): string => name ?? '(deleted user)'
const what = (text: string | null): string => text ?? '(deleted)'

/** Facts about the reader and the room that a frame does not carry. */
export type Known = {
  /** The name of the user who listens. */
  reader?: string | undefined
  /** The numbers of the messages that were pinned before. */
  pinned?: readonly number[] | undefined
}

const mention = (mentions: readonly string[], reader: string | undefined): string =>
  reader !== undefined && mentions.includes(reader) ? ' (mentions you)' : ''

/** Tells a change of the room: of its pinned messages, if they are others than before, or else of its settings. */
const tellRoom = (pinned: readonly number[], before: readonly number[] = pinned): string => {
  const added = pinned.filter((seq) => !before.includes(seq))
  const removed = before.filter((seq) => !pinned.includes(seq))
  const changes = [
    ...added.map((seq) => `#${seq} is pinned`),
    ...removed.map((seq) => `#${seq} is not pinned any more`),
  ]
  return changes.join(', ') || 'the settings of the room have changed'
}

/** Tells a message as it stands, with the state that a page of history has: its edit and its reactions. */
const tellMessage = (message: MessageFrame, reader: string | undefined): string => {
  const { seq, userName, replyTo, mentions, editedAt, reactions } = message
  const reply = replyTo === null ? '' : ` to #${replyTo}`
  const edited = editedAt ? ' (edited)' : ''
  const counts = reactions.map(({ reaction, count }) => `${reaction} ${count}`)
  const given = counts.length > 0 ? ` [${counts.join(' ')}]` : ''
  return `#${seq} ${whose(userName)}${reply}${mention(mentions, reader)}: ${what(message.message)}${edited}${given}`
}

const tell = (frame: ServerFrame, { reader, pinned }: Known): string => {
  switch (frame.type) {
    case 'hello':
      return `listening to ${frame.chatroom} as ${frame.userName ?? 'anonymous'}; its last entry is #${frame.seq}`
    case 'reset':
      return `the log has gone back to #${frame.seq}`
    case 'message':
      return tellMessage(frame, reader)
    case 'edit':
      return `#${frame.seq} ${whose(frame.userName)} edits #${frame.target}: ${what(frame.message)}`
    case 'delete':
      return `#${frame.seq} ${whose(frame.userName)} deletes #${frame.target}`
    case 'reaction':
      return `#${frame.seq} ${whose(frame.userName)} ${frame.added ? 'gives' : 'takes back'} ${frame.reaction} (${frame.count}): #${frame.target}`
    case 'typing':
      return `${frame.userName} is typing`
    case 'presence':
      return `${frame.userName} ${frame.present ? 'is here' : 'has gone'}`
    case 'present':
      return `here: ${frame.userNames.join(', ') || 'nobody with a name'}`
    case 'member':
      return frame.role ? `${frame.userName} joins as ${frame.role}` : `${frame.userName} leaves`
    case 'room':
      return frame.chatroom ? tellRoom(frame.chatroom.pinned, pinned) : 'the room is deleted'
    case 'banned':
      return `you are banned ${frame.until ? `until ${frame.until}` : 'for good'}: ${frame.reason ?? 'no reason given'}`
    case 'held':
      return frame.held
        ? `${whose(frame.held.userName)} waits for approval${frame.held.edits === null ? '' : ` (edits #${frame.held.edits})`}: ${what(frame.held.message)}`
        : `a message that waited for approval is ${frame.state === 'approved' ? `approved: #${frame.messageSeq}` : frame.state === 'refused' ? 'refused' : 'held already'}`
    case 'sent':
      return `#${frame.seq} is yours`
    case 'error':
      return `${frame.problem.title}: ${frame.problem.detail}`
  }
}

/** Returns a frame as one line: the local time of day, and what happened. */
export const lineOf = (frame: ServerFrame, now: Date, known: Known = {}): string => {
  const at = 'createdAt' in frame ? new Date(frame.createdAt) : now
  return `${at.toLocaleTimeString('en-GB')} ${harmless(tell(frame, known))}`
}
