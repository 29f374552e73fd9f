import { lazily } from '../lazy.ts'

/** Loads the part for replies: the quote above the text field, and the way to messages that aren't loaded. */
export const loadReplies = lazily(() => import('./replies.ts'))
