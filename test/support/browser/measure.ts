import type { Locator } from 'playwright-core'

export interface Figures {
  /** The numbers of the messages that the log has shown, in the order in which they appeared: the newest first. */
  seen: number[]
  /** True if the log was in order, without gaps or duplicates, in each frame. */
  isWhole: boolean
  /** The largest number of nodes in the page, shadow roots included. */
  nodes: number
  /** The largest shift of the visible text, in pixels. */
  slip: number
  /** The time that each frame took, in milliseconds, and how many frames there were. */
  frames: { count: number; median: number; p95: number; longest: number }
  longTasks: { count: number; longest: number }
}

/**
 * Scrolls a log up from its end by `step` pixels a frame, until it has shown this many `messages`, and measures each frame. The text
 * of each message must hold "No. ", its number and a colon.
 */
export const scrollUp = (log: Locator, messages: number, step = 300): Promise<Figures> =>
  log.evaluate(
    async (log, { messages, step }): Promise<Figures> => {
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done))
      const nodesOf = (root: ParentNode): number =>
        [...root.querySelectorAll('*')].reduce(
          (sum, each) => sum + 1 + (each.shadowRoot ? nodesOf(each.shadowRoot) : 0),
          0,
        )
      const rows = () => [...log.querySelectorAll<HTMLElement>('[part~="message"]')]
      const numberOf = (row: HTMLElement) => Number(/No\. (\d+):/.exec(row.textContent ?? '')?.[1])
      const long: number[] = []
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) long.push(duration)
      }).observe({ type: 'longtask' })

      const seen = new Set<number>()
      const times: number[] = []
      let [isWhole, nodes, slip] = [true, 0, 0]
      let last = await frame()
      // A log that stands still for so many frames has nothing more to show.
      for (let still = 0; seen.size < messages && still < 600; still++) {
        const there = rows()
        const numbers = there.map(numberOf)
        if (numbers.some((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1))
          isWhole = false
        for (const number of numbers.toReversed()) {
          if (!seen.has(number)) still = 0
          seen.add(number)
        }
        if (times.length % 20 === 0) nodes = Math.max(nodes, nodesOf(document))

        // The visible text moves only as far as the reader scrolls, also when rows are added above. The test measures the text
        // and not the row, because the author's name above it disappears when an earlier message has the same author.
        const { top } = log.getBoundingClientRect()
        const textOf = (row: HTMLElement | undefined) => row?.querySelector('[part~="text"]')
        const read = there.find((row) => row.getBoundingClientRect().top >= top)
        const before = textOf(read)?.getBoundingClientRect().top ?? 0
        const moved = Math.min(step, Math.floor(log.scrollTop))
        log.scrollTop -= moved
        if (moved > 0) still = 0
        const now = await frame()
        const after = textOf(read)?.getBoundingClientRect().top
        if (read?.isConnected && after !== undefined) slip = Math.max(slip, Math.abs(after - before - moved))
        times.push(now - last)
        last = now
      }
      const sorted = times.toSorted((one, other) => one - other)
      const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)
      return {
        seen: [...seen],
        isWhole,
        nodes,
        slip,
        frames: { count: times.length, median: at(0.5), p95: at(0.95), longest: at(1) },
        longTasks: { count: long.length, longest: Math.round(Math.max(0, ...long)) },
      }
    },
    { messages, step },
  )
