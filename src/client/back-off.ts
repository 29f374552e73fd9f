const LONGEST_TIMER = 2 ** 31 - 1

/** Waits for so long, or until the signal or the network's coming back ends it. */
export const wait = (signal: AbortSignal, milliseconds = LONGEST_TIMER): Promise<void> =>
  new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      globalThis.removeEventListener?.('online', end)
      done()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
    globalThis.addEventListener?.('online', end)
    if (signal.aborted) end()
  })

/**
 * How long to wait after so many failures, in milliseconds: twice as long each time, with a jitter, so that a server that
 * comes back isn't met by everybody at once.
 */
export const backOff = (failures: number, first = 500, longest = 30_000): number =>
  Math.min(first * 2 ** failures, longest) * (0.5 + Math.random() / 2)
