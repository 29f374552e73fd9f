import { describe, expect, it } from 'vitest'
import { requestFor, userNames } from '../../bench/http/routes'
import { atRate, type Clock } from '../../bench/http/steady-rate'
import { median, quantile } from '../../bench/statistics'
import { nameKey } from '../../src/lib/name-key'

/** Returns a clock that moves only when somebody waits for it or calls `pass`. */
const stillClock = (): Clock & { pass: (milliseconds: number) => void } => {
  let time = 0
  return {
    now: () => time,
    until: async (until) => {
      // Lets finished work settle before the clock moves.
      await new Promise(setImmediate)
      time = until
    },
    pass: (milliseconds) => {
      time += milliseconds
    },
  }
}

describe('benchmark statistics', () => {
  it('compute the median, which is the mean of the middle two of an even count', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('compute quantiles by nearest rank', () => {
    const numbers = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect(quantile(numbers, 0.5)).toBe(101)
    expect(quantile(numbers, 0.99)).toBe(199)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('a steady rate', () => {
  it('starts each request on time, although none has ended', async () => {
    const clock = stillClock()
    const begun: number[] = []
    const last = Promise.withResolvers<void>()
    const work = (number: number) => {
      begun.push(clock.now())
      if (number === 4) last.resolve()
      return last.promise
    }
    const latencies = await atRate({ perSecond: 100, seconds: 0.05 }, work, clock)
    expect(begun).toEqual([0, 10, 20, 30, 40])
    expect(latencies).toEqual([40, 30, 20, 10, 0])
  })

  it('measures from the due time, so that a slow request delays those behind it', async () => {
    const clock = stillClock()
    const latencies = await atRate(
      { perSecond: 100, seconds: 0.05 },
      async (number) => clock.pass(number === 1 ? 25 : 0),
      clock,
    )
    // The second request blocks for 25 ms, so the third is 15 ms late and the fourth 5 ms.
    expect(latencies.map(Math.round)).toEqual([0, 25, 15, 5, 0])
  })

  it('is kept by the real clock', async () => {
    const start = performance.now()
    const latencies = await atRate({ perSecond: 200, seconds: 0.1 }, async () => {})
    expect(latencies).toHaveLength(20)
    expect(performance.now() - start).toBeGreaterThanOrEqual(95)
  })
})

it('the users of the benchmark have names equal to their keys, and its messages differ', () => {
  expect(new Set(userNames.map(nameKey))).toEqual(new Set(userNames))
  expect(new Set(userNames).size).toBe(50)
  expect(requestFor('send', 1)).not.toEqual(requestFor('send', 51))
})
