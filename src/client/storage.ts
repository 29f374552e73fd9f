/** What the page remembers. Where it may not (a sandboxed frame, cookies refused), it remembers until it is closed. */
export type PageStorage = {
  get<T>(key: string): T | undefined
  /** Forgets it, without a value. */
  set(key: string, value?: unknown): void
}

export const openStorage = (name: 'localStorage' | 'sessionStorage'): PageStorage => {
  const kept = new Map<string, string>()
  // Even to look whether there is one throws where it is forbidden.
  const storage = (): Storage | undefined => {
    try {
      return globalThis[name]
    } catch {
      return undefined
    }
  }
  return {
    get: (key) => {
      try {
        return JSON.parse(kept.get(key) ?? storage()?.getItem(key) ?? '')
      } catch {
        return undefined
      }
    },
    set: (key, value) => {
      kept.delete(key)
      try {
        if (value === undefined) storage()?.removeItem(key)
        else storage()?.setItem(key, JSON.stringify(value))
        if (storage()) return
      } catch {
        // It is full.
      }
      if (value !== undefined) kept.set(key, JSON.stringify(value))
    },
  }
}
