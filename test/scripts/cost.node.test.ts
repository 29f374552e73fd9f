import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { about, fill, round } from '../../scripts/cost/document.ts'
import { freePerDay } from '../../scripts/cost/prices.ts'
import { endOfFree, monthOnPaid, sum } from '../../scripts/cost/usage.ts'
import { costDocument, scaleDocument } from '../../scripts/cost.ts'

describe('docs/cost.md and docs/scale.md', () => {
  it('contain the output of `npm run cost`', () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(costDocument())
    expect(readFileSync('docs/scale.md', 'utf8')).toBe(scaleDocument())
  })
})

describe('the cost calculation', () => {
  it('finds the quota that ends first, including DAILY_WRITES', () => {
    expect(endOfFree(sum([1, { requests: 1 }]))).toMatchObject({
      meter: 'requests',
      count: freePerDay.requests,
    })
    expect(endOfFree(sum([1, { requests: 1, rowsWritten: 2 }]))).toEqual({
      meter: 'rowsWritten',
      isOurs: true,
      count: 45_000,
    })
  })

  it('counts only usage beyond the included amount', () => {
    expect(monthOnPaid(sum())).toBe(5)
    expect(monthOnPaid(sum([1, { requests: 12_000_000, rowsWritten: 51_000_000 }]))).toBeCloseTo(6.6)
  })

  it('formats numbers with their significant digits', () => {
    expect([0.00386, 1.0039, 21, 3456, 0].map((value) => round(value))).toEqual([
      '0.0039',
      '1',
      '21',
      '3,456',
      '0',
    ])
    expect([95.6, 2_036_000, 28].map((value) => about(value))).toEqual(['96', '2,000,000', '28'])
  })

  it('replaces the text between the markers, and fails without them', () => {
    const text = 'a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb'
    expect(fill(text, 'x', 'new')).toBe('a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb')
    expect(() => fill(text, 'y', 'new')).toThrow('The markers "<!-- y: begin -->"')
  })
})
