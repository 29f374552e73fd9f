import { describe, expect, it } from 'vitest'
import { atRate, type Clock } from '../../bench/http/pace'
import { asking, userNames } from '../../bench/http/routes'
import { median, quantile } from '../../bench/statistics'
import { nameKey } from '../../src/lib/name-key'

/** A clock that stands still but for who waits for it. */
const stillClock = (): Clock & { pass: (milliseconds: number) => void } => {
  let time = 0
  return {
    now: () => time,
    until: async (until) => {
      // What is done by now is done before the clock goes on.
      await new Promise(setImmediate)
      time = until
    },
    pass: (milliseconds) => {
      time += milliseconds
    },
  }
}

describe('the statistics of the benchmarks', () => {
  it('have a median, between two where there is no middle', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('have quantiles, which are among the numbers', () => {
    const numbers = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect(quantile(numbers, 0.5)).toBe(101)
    expect(quantile(numbers, 0.99)).toBe(199)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('the steady rate', () => {
  it('begins each on time, though none is done', async () => {
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

  it('counts from when each was due, so that all are late that wait behind a slow one', async () => {
    const clock = stillClock()
    const latencies = await atRate(
      { perSecond: 100, seconds: 0.05 },
      async (number) => clock.pass(number === 1 ? 25 : 0),
      clock,
    )
    // The second keeps everybody for 25 ms: the third is 15 late, the fourth 5.
    expect(latencies.map(Math.round)).toEqual([0, 25, 15, 5, 0])
  })

  it('holds by the clock of the machine', async () => {
    const start = performance.now()
    const latencies = await atRate({ perSecond: 200, seconds: 0.1 }, async () => {})
    expect(latencies).toHaveLength(20)
    expect(performance.now() - start).toBeGreaterThanOrEqual(95)
  })
})

it('speaks under names that are their own keys, and varies what it says', () => {
  expect(new Set(userNames.map(nameKey))).toEqual(new Set(userNames))
  expect(new Set(userNames).size).toBe(50)
  expect(asking('send', 1)).not.toEqual(asking('send', 51))
})
