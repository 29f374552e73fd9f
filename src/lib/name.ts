import { nameKey } from './name-key'

/** A name as it was written, and its key: two names with the same key are the same name. */
export type Name = { name: string; key: string }

export const toName = (name: string): Name => ({ name, key: nameKey(name) })
