/** 23 days. `setTimeout` can't wait much longer. */
const MAX_MILLISECONDS = 2_000_000_000

/** Waits. Ends early if the signal aborts or the network comes back. */
export const wait = (signal: AbortSignal, milliseconds = MAX_MILLISECONDS): Promise<void> =>
  new Promise((resolve) => {
    const ended = new AbortController()
    const end = () => {
      clearTimeout(timer)
      ended.abort()
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end, { signal: ended.signal })
    globalThis.addEventListener?.('online', end, { signal: ended.signal })
    if (signal.aborted) end()
  })

/**
 * Returns how long to wait after this many failures, in milliseconds: twice as long after each. A random part keeps the clients
 * from coming back at the same moment.
 */
export const backOff = (failures: number, firstMilliseconds = 500, longestMilliseconds = 30_000): number =>
  Math.min(firstMilliseconds * 2 ** failures, longestMilliseconds) * (0.5 + Math.random() / 2)
