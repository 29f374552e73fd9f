import type { TemplateResult } from 'lit/html.js'
import { linkTo } from './address.ts'
import { roomOf } from './change-message.ts'
import type { Entry } from './timeline.ts'
import * as toolIcons from './tool-icons.ts'
import type { Translations } from './translations.ts'
import type { ViewContext } from './view-context.ts'

/** Something that a reader can do with a message that isn't deleted. */
export type Action = {
  label: (strings: Translations) => string
  icon: TemplateResult
  /** The key that does it while the message has the focus. */
  key?: string
  isOffered(entry: Entry): boolean
  run(entry: Entry): void
}

/** Opens what an action needs. */
export type ActionHooks = {
  /** Opens a form below the message. */
  ask: (question: Question, entry: Entry) => void
  /** Offers reactions to the message. */
  react: (entry: Entry) => void
  copyLink: (entry: Entry) => void
  /** Opens the form to ban or mute the author. */
  sanction: (entry: Entry, kind: 'ban' | 'mute') => void
  /** Does something, and says so below the message if that is refused. */
  attempt: (entry: Entry, act: () => Promise<unknown>) => void
}

export type Question = 'edit' | 'remove' | 'report'

export const REPLY_KEY = 'r'

/** Returns the actions on messages, in the order of their buttons. */
export const messageActions = (
  context: ViewContext,
  { ask, react, copyLink, sanction, attempt }: ActionHooks,
): Action[] => {
  const isPinned = ({ seq }: Entry) => context.conversation.chatroom?.pinned.includes(seq) === true
  const isMine = (entry: Entry) => context.conversation.isMine(entry)
  const isModerator = () => context.conversation.isModerator
  const isOfOthers = (entry: Entry) => isModerator() && !isMine(entry) && !entry.bot
  const isArchived = () => context.conversation.chatroom?.archived === true
  return [
    {
      label: ({ reply }) => reply,
      icon: toolIcons.reply,
      key: REPLY_KEY,
      isOffered: () => !isArchived(),
      run: ({ seq }) => context.reply(seq),
    },
    {
      label: (strings) => strings.react,
      icon: toolIcons.react,
      key: ':',
      isOffered: () => !isArchived() && context.conversation.chatroom?.reactions?.length !== 0,
      run: react,
    },
    {
      label: (strings) => strings.copyLink,
      icon: toolIcons.link,
      key: 'l',
      isOffered: ({ seq }) => linkTo(context, seq) !== undefined,
      run: copyLink,
    },
    {
      label: ({ pin }) => pin,
      icon: toolIcons.pin,
      isOffered: (entry) => isModerator() && !isPinned(entry),
      run: (entry) => attempt(entry, () => roomOf(context).pin(entry.seq)),
    },
    {
      label: ({ unpin }) => unpin,
      icon: toolIcons.pin,
      isOffered: (entry) => isModerator() && isPinned(entry),
      run: (entry) => attempt(entry, () => roomOf(context).unpin(entry.seq)),
    },
    {
      label: ({ edit }) => edit,
      icon: toolIcons.edit,
      key: 'e',
      isOffered: isMine,
      run: (entry) => ask('edit', entry),
    },
    {
      label: ({ remove }) => remove,
      icon: toolIcons.remove,
      key: 'Delete',
      isOffered: (entry) => isMine(entry) || isModerator(),
      run: (entry) => ask('remove', entry),
    },
    {
      label: ({ mute }) => mute,
      icon: toolIcons.mute,
      key: 'm',
      isOffered: isOfOthers,
      run: (entry) => sanction(entry, 'mute'),
    },
    {
      label: ({ ban }) => ban,
      icon: toolIcons.ban,
      key: 'b',
      isOffered: isOfOthers,
      run: (entry) => sanction(entry, 'ban'),
    },
    {
      label: ({ report }) => report,
      icon: toolIcons.report,
      // Moderators act themselves.
      isOffered: (entry) => context.activeClient.userName !== undefined && !isMine(entry) && !isModerator(),
      run: (entry) => ask('report', entry),
    },
  ]
}
