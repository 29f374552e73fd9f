/** The longest time that `setTimeout` can wait. */
const MAX_MILLISECONDS = 2 ** 31 - 1

/** Waits, until the signal aborts or the network comes back at the latest. */
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
 * Returns how long to wait after so many failures, in milliseconds: twice as long each time. A random part keeps all clients from
 * coming back at the same moment.
 */
export const backOff = (failures: number, first = 500, longest = 30_000): number =>
  Math.min(first * 2 ** failures, longest) * (0.5 + Math.random() / 2)
