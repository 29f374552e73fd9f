/** The longest time that `setTimeout` can wait. */
const MAX_MILLISECONDS = 2 ** 31 - 1

/** Waits. Ends early if the signal aborts or the network comes back. */
export const wait = (signal: AbortSignal, milliseconds = MAX_MILLISECONDS): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      globalThis.removeEventListener?.('online', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    globalThis.addEventListener?.('online', end)
    if (signal.aborted) end()
  })

/**
 * Returns how long to wait after this many failures, in milliseconds: twice as long after each. A random part keeps the clients
 * from coming back at the same moment.
 */
export const backOff = (failures: number, firstMilliseconds = 500, longestMilliseconds = 30_000): number =>
  Math.min(firstMilliseconds * 2 ** failures, longestMilliseconds) * (0.5 + Math.random() / 2)
