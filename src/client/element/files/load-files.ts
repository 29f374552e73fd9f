import { nothing } from 'lit/html.js'
import { lazily } from '../../lazy.ts'
import type { Sending } from '../../types.ts'
import type { Entry } from '../timeline.ts'
import type { ViewContext } from '../view-context.ts'
import type { FilesView } from './files.ts'

const load = lazily(() => import('./files.ts'))

/** Loads the part that shows files, if it isn't loaded, and renders with it. */
export const loadFiles = async (context: ViewContext): Promise<void> => {
  const module = await load().catch(() => undefined)
  if (!module || context.files) return
  context.files = module.filesView(context)
  context.requestUpdate()
}

/** Renders something with that part, once it is loaded. */
const withFiles = (context: ViewContext, show: (files: FilesView) => unknown): unknown => {
  if (context.files) return show(context.files)
  void loadFiles(context)
  return '…'
}

/** Renders the files of a message. */
export const filesOf = (context: ViewContext, entry: Entry, tabindex: number): unknown =>
  withFiles(context, (files) => files.render(entry, tabindex))

/** Renders the files of a message on its way. */
export const filesOfSending = (context: ViewContext, sending: Sending): unknown =>
  sending.files.length > 0 ? withFiles(context, (files) => files.sending(sending)) : nothing
