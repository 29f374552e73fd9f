import { describe, expect, it } from 'vitest'
import { atLeast, atMost, compare, verdict } from '../../bench/compare'
import { requestFor, userNames } from '../../bench/http/routes'
import { atRate, type Clock } from '../../bench/http/steady-rate'
import { mean, median, quantile } from '../../bench/statistics'
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
    expect(mean([1, 2, 6])).toBe(3)
  })

  it('compute quantiles by nearest rank', () => {
    const numbers = Array.from({ length: 200 }, (_, i) => 200 - i)
    expect(quantile(numbers, 0.5)).toBe(101)
    expect(quantile(numbers, 0.99)).toBe(199)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('a goal', () => {
  const samples = [
    { peer: 'ours', round: 0, value: 80 },
    { peer: 'theirs', round: 0, value: 100 },
    { peer: 'ours', round: 1, value: 30 },
    { peer: 'theirs', round: 1, value: 50 },
    { peer: 'ours', round: 2, value: 90 },
    { peer: 'theirs', round: 2, value: 100 },
  ]

  it('compares measurements of the same round, and takes the median of the ratios', () => {
    const compared = compare(samples, ['ours', 'theirs'], ({ value }) => value)
    expect(compared).toEqual({ value: 80, ratio: 0.8, least: 0.6, most: 0.9 })
  })

  it('is met at its bound and missed beyond it, and is neither without a measurement', () => {
    expect([0.85, 0.84].map((ratio) => verdict(atLeast(0.85), ratio))).toEqual(['met', '**missed**'])
    expect([1.25, 1.26].map((ratio) => verdict(atMost(1.25), ratio))).toEqual(['met', '**missed**'])
    expect(verdict(atLeast(1), compare(samples, ['ours', 'nobody'], ({ value }) => value).ratio)).toBe('–')
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
