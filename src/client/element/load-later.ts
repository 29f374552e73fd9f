import { lazily } from '../lazy.ts'

export type Later = typeof import('./later.ts')

/** Loads the part that every room needs. It comes while the messages are on their way. */
export const loadLater = lazily(() => import('./later.ts'))
