import { readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { about, fill, round } from '../../scripts/cost/document.ts'
import { freePerDay } from '../../scripts/cost/prices.ts'
import { openSchema } from '../../scripts/cost/size.ts'
import { endOfFree, monthOnPaid, sum } from '../../scripts/cost/usage.ts'
import { costDocument, scaleDocument } from '../../scripts/cost.ts'

describe('docs/cost.md and docs/scale.md', () => {
  it('contain the output of `npm run cost`', () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toBe(costDocument())
    expect(readFileSync('docs/scale.md', 'utf8')).toBe(scaleDocument())
  })

  it('give SQL that removes the messages of deleted rooms in pieces, and nothing else', () => {
    const [, sql = ''] = /```sql\n(.*?)```/s.exec(readFileSync('docs/scale.md', 'utf8')) ?? []
    const database: DatabaseSync = openSchema()
    database.exec(`insert into rooms (id, name, name_key, created_at) values (2, 'b', 'b', 0), (4, 'd', 'd', 0);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000)
        insert into messages (room_id, seq, author_id, created_at) select room, i, 1, 0
          from n, (select 1 as room union all select 2 union all select 3 union all select 4)`)
    const left = () =>
      database
        .prepare('select room_id, count(*) as count from messages group by room_id')
        .all()
        .map(({ room_id, count }) => [room_id, count])
    database.exec(sql)
    expect(left()[0]).toEqual([1, 2000])
    for (let i = 0; i < 5; i++) database.exec(sql)
    expect(left()).toEqual([
      [2, 12_000],
      [4, 12_000],
    ])
    database.close()
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
