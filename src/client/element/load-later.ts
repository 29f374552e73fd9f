import { lazily } from './lazy.ts'

/** Loads the part that every room needs, but not for its first paint. */
export const loadLater = lazily(() => import('./later.ts'))
