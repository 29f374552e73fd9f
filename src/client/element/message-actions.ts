import type { TemplateResult } from 'lit/html.js'
import { icons } from './icons.ts'
import type { Entry } from './timeline.ts'
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

export type Question = 'edit' | 'remove' | 'report'

/** Returns the actions on messages, in the order of their buttons. `ask` opens a form below the message. */
export const messageActions = (
  context: ViewContext,
  ask: (question: Question, entry: Entry) => void,
): Action[] => {
  const isMine = (entry: Entry) => context.conversation.isMine(entry)
  return [
    {
      label: ({ edit }) => edit,
      icon: icons.edit,
      key: 'e',
      isOffered: isMine,
      run: (entry) => ask('edit', entry),
    },
    {
      label: ({ remove }) => remove,
      icon: icons.remove,
      key: 'Delete',
      isOffered: isMine,
      run: (entry) => ask('remove', entry),
    },
    {
      label: ({ report }) => report,
      icon: icons.report,
      isOffered: (entry) => context.activeClient.userName !== undefined && !isMine(entry),
      run: (entry) => ask('report', entry),
    },
  ]
}
