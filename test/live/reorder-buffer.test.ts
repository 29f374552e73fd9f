import { describe, expect, it } from 'vitest'
import type { EntryFrame } from '../../src/contract'
import { ReorderBuffer } from '../../src/live/reorder-buffer'
import fc from '../support/properties.ts'

const entry = (seq: number): EntryFrame => ({
  type: 'message',
  seq,
  userId: 1,
  avatar: null,
  userName: 'danny',
  message: `message ${seq}`,
  createdAt: '2026-11-21T00:00:00.000Z',
  replyTo: null,
  mentions: [],
  reactions: [],
  files: [],
})

describe('a sequence', () => {
  it('gives each entry once and in order, in whatever order and however often they come', () => {
    const arrivals = fc
      .integer({ min: 1, max: 30 })
      .chain((last) =>
        fc.tuple(
          fc.shuffledSubarray(seqs(last), { minLength: last }),
          fc.array(fc.integer({ min: 1, max: last })),
        ),
      )
    fc.assert(
      fc.property(arrivals, fc.nat(10), ([all, again], start) => {
        const log = new ReorderBuffer(500)
        log.beginAt(start)
        const given = [...again, ...all, ...again].flatMap((seq) => log.add(entry(seq)))
        const expected = seqs(all.length).filter((seq) => seq > start)
        expect(given.map(({ seq }) => seq)).toEqual(expected)
        expect(log.isIncomplete).toBe(false)
      }),
    )
  })

  it('keeps the last ones, and says so when it has not', () => {
    const log = new ReorderBuffer(3)
    log.beginAt(0)
    for (const seq of seqs(5)) log.add(entry(seq))
    const after = (seq: number) => log.after(seq)?.map((kept) => kept.seq)
    expect([0, 1, 2, 3, 4, 5, 6].map(after)).toEqual([
      undefined,
      undefined,
      [3, 4, 5],
      [4, 5],
      [5],
      [],
      undefined,
    ])
  })

  it('that goes on after an entry still knows of those that came while it did not know where it was', () => {
    const log = new ReorderBuffer(3)
    expect(log.add(entry(7))).toEqual([])
    expect(log.isIncomplete).toBe(false)
    log.resumeAt(5)
    expect(log.isIncomplete).toBe(true)
    expect(log.add(entry(6)).map(({ seq }) => seq)).toEqual([6])
    expect(log.isIncomplete).toBe(true)
  })
})

const seqs = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)
