import { describe, expect, it } from 'vitest'
import { rowsOf, unconfirmed } from '../../../src/client/element/rows.ts'
import type { Entry } from '../../../src/client/element/timeline.ts'
import { Viewport } from '../../../src/client/element/viewport.ts'
import type { Sending } from '../../../src/client/types.ts'

const time = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 9, minutes)).toISOString()
const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  userId: 1,
  avatar: null,
  userName: 'danny',
  message: `message ${seq}`,
  createdAt: time(seq),
  replyTo: null,
  mentions: [],
  reactions: [],
  files: [],
  ...more,
})

describe('rows', () => {
  const shown = { outbox: [], userName: 'danny', marker: undefined }

  it('are grouped by day, author and pause', () => {
    const rows = rowsOf({
      ...shown,
      entries: [
        entry(1),
        entry(2),
        entry(3, { userName: 'ann' }),
        entry(4, { userName: 'ann', userId: null, bot: true }),
        entry(5, { userName: 'ann', userId: null, bot: true }),
        entry(20, { userName: 'ann' }),
        entry(21, { userName: 'ann', createdAt: '2026-11-25T09:00:00.000Z' }),
      ],
    })
    expect(rows.map((row) => ('isFirst' in row ? row.isFirst : row.kind))).toEqual([
      ...['day', true, false, true, true, false, true],
      ...['day', true],
    ])
  })

  it('have a line above the first new message', () => {
    const rows = rowsOf({ ...shown, marker: 2, entries: [entry(1), entry(2)] })
    expect(rows.map(({ kind }) => kind)).toEqual(['day', 'message', 'marker', 'message'])
  })

  it('show a message once, whether its event or its answer comes first', () => {
    const sending = (state: Sending['state'], text: string, minutes: number) =>
      ({ key: text, text, state, at: Date.parse(time(minutes)) }) as Sending
    const outbox = [
      sending('pending', 'message 2', 2),
      sending('pending', 'message 1', 2),
      sending('failed', 'message 2', 2),
    ]
    const left = unconfirmed(outbox, [entry(1), entry(2)], new Map())
    expect(left.map(({ state, text }) => [state, text])).toEqual([
      ['pending', 'message 1'],
      ['failed', 'message 2'],
    ])
  })
})

it('shows a second message with the same text while the first is on its way, and after it', () => {
  const at = Date.parse(time(1))
  const sending = (key: string) => ({ key, text: 'message 1', state: 'pending', at }) as Sending
  const keys = (outbox: Sending[], entries: Entry[], sentKeys: [number, string][]) =>
    unconfirmed(outbox, entries, new Map(sentKeys)).map(({ key }) => key)
  const [a, b] = [sending('a'), sending('b')]
  expect(keys([a, b], [], [])).toEqual(['a', 'b'])
  // The event of the first message has arrived, but not its answer.
  expect(keys([a, b], [entry(1)], [])).toEqual(['b'])
  // The answer has arrived: entry 1 is the message that was sent under the key a.
  expect(keys([b], [entry(1)], [[1, 'a']])).toEqual(['b'])
  expect(keys([b], [entry(1), entry(2, { message: 'message 1' })], [[1, 'a']])).toEqual([])
})

describe('the viewport', () => {
  const entries = Array.from({ length: 10_000 }, (_, index) => ({ seq: index + 1 }))

  it('shows the newest, then what the reader scrolls to, and never many', () => {
    const viewport = new Viewport()
    expect(viewport.range(entries).to).toBe(10_000)
    const widths: number[] = []
    for (let { from } = viewport.range(entries); from > 0; from = viewport.range(entries).from) {
      viewport.up(entries)
      const range = viewport.range(entries)
      widths.push(range.to - range.from)
    }
    expect(Math.max(...widths)).toBeLessThanOrEqual(500)
    for (let steps = 0; viewport.range(entries).to < 10_000 && steps < 1000; steps++) viewport.down(entries)
    expect(viewport.range(entries).to).toBe(10_000)
  })

  it('stays when older and newer ones come', () => {
    const viewport = new Viewport()
    const some = entries.slice(5000, 5300)
    viewport.up(some)
    const before = viewport.range(some)
    const more = entries.slice(4000, 5400)
    const after = viewport.range(more)
    expect([more[after.from], more[after.to - 1]]).toEqual([some[before.from], some[before.to - 1]])
  })
})
