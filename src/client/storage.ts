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
  /** Returns `undefined` where there is no storage, or it throws. */
  const attempt = <Result>(act: (storage: Storage) => Result): Result | undefined => {
    try {
      return act(globalThis[name])
    } catch {
      return undefined
    }
  }
  return {
    get: (key) => parseJson(fallback.get(key) ?? attempt((storage) => storage.getItem(key))),
    set: (key, value) => {
      const text: string | undefined = JSON.stringify(value)
      fallback.delete(key)
      const isStored = attempt((storage) => {
        if (text === undefined) storage.removeItem(key)
        else storage.setItem(key, text)
        return true
      })
      if (!isStored && text !== undefined) fallback.set(key, text)
    },
    keys: () => [...(attempt(Object.keys) ?? []), ...fallback.keys()],
  }
}
