import { parseJson } from './json.ts'

/**
 * A page's storage. Where the browser forbids it (a sandboxed frame, cookies refused) or it is full, values last until
 * the page is closed.
 */
export type PageStorage = {
  /** Returns the value as it was stored. Other scripts may have changed it, so the caller checks it. */
  get(key: string): unknown
  /** Stores a value; `undefined` removes it. */
  set(key: string, value: unknown): void
  keys(): string[]
}

export const openStorage = (name: 'localStorage' | 'sessionStorage'): PageStorage => {
  const fallback = new Map<string, string>()
  // Reading the property throws where storage is forbidden.
  const storage = (): Storage | undefined => {
    try {
      return globalThis[name]
    } catch {
      return undefined
    }
  }
  return {
    get: (key) => parseJson(fallback.get(key) ?? storage()?.getItem(key)),
    set: (key, value) => {
      fallback.delete(key)
      try {
        if (value === undefined) storage()?.removeItem(key)
        else storage()?.setItem(key, JSON.stringify(value))
        if (storage()) return
      } catch {
        // The storage is full.
      }
      if (value !== undefined) fallback.set(key, JSON.stringify(value))
    },
    keys: () => [...Object.keys(storage() ?? {}), ...fallback.keys()],
  }
}
