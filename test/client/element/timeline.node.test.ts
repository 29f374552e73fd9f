import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOf, unconfirmed } from '../../../src/client/element/rows.ts'
import { type Entry, Timeline } from '../../../src/client/element/timeline.ts'
import { Viewport } from '../../../src/client/element/viewport.ts'
import type { RoomEvent, Sending } from '../../../src/client/types.ts'

const time = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 9, minutes)).toISOString()
const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  seq,
  userId: 1,
  userName: 'danny',
  avatar: null,
  message: `message ${seq}`,
  createdAt: time(seq),
  replyTo: null,
  mentions: [],
  reactions: [],
  ...more,
})

/** Returns a room's log as the server keeps it: its events, and the messages after each of them. */
const logOf = (steps: readonly { kind: 'message' | 'edit' | 'delete'; which: number }[]) => {
  const events: RoomEvent[] = []
  const states: Entry[][] = [[]]
  for (const { kind, which } of steps) {
    const seq = events.length + 1
    const before = states.at(-1) ?? []
    const living = before.filter(({ message }) => message !== null)
    const target = living[which % Math.max(1, living.length)]
    const common = { seq, userName: 'danny', createdAt: time(seq) }
    if (kind === 'message' || !target) {
      const message = entry(seq)
      events.push({ type: 'message', ...message })
      states.push([...before, message])
    } else {
      const change =
        kind === 'edit'
          ? { message: `edited ${seq}`, editedAt: time(seq) }
          : { message: null, deletedAt: time(seq) }
      events.push(
        kind === 'edit'
          ? { type: 'edit', ...common, target: target.seq, message: `edited ${seq}` }
          : { type: 'delete', ...common, target: target.seq },
      )
      states.push(before.map((each) => (each === target ? { ...each, ...change } : each)))
    }
  }
  return { events, states }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('message' as const, 'message' as const, 'edit' as const, 'delete' as const),
    which: fc.nat(40),
  }),
  { minLength: 1, maxLength: 60 },
)

/** Returns the numbers and texts of messages. `deletedAt` and `editedAt` depend on where a change was read. */
const read = (entries: readonly Entry[]) => entries.map(({ seq, message }) => [seq, message])

describe('the timeline', () => {
  it('equals the log, however pages and events overlap', () => {
    const at = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        steps,
        at,
        fc.array(fc.record({ after: at, asOf: at, size: fc.integer({ min: 1, max: 9 }) }), { maxLength: 12 }),
        (taken, began, pages) => {
          const { events, states } = logOf(taken)
          const timeline = new Timeline()
          const start = Math.floor(began * events.length)
          const first = (states[start] ?? []).slice(-5)
          timeline.addPage(first, (states[start] ?? []).length > first.length)
          // Listening begins after the last message of the page. Events come in order, perhaps twice.
          const from = timeline.last
          for (let next = from; next <= events.length; next++) {
            for (const { after, asOf, size } of pages) {
              if (Math.floor(from + after * (events.length - from)) !== next || !timeline.hasMore) continue
              const before = timeline.first ?? Number.POSITIVE_INFINITY
              // A replica may be older than the events, but not older than the first page.
              const then = states[start + Math.floor(asOf * (events.length - start))] ?? []
              const older = then.filter(({ seq }) => seq < before)
              timeline.addPage(older.slice(-size), older.length > size)
            }
            const event = events[next]
            if (event) timeline.apply(event)
            const again = events[next - 1]
            if (again && next > from) timeline.apply(again)
          }
          const truth = states.at(-1) ?? []
          const known = timeline.first ?? 0
          expect(read(timeline.entries)).toEqual(read(truth.filter(({ seq }) => seq >= known)))
          if (!timeline.hasMore) expect(timeline.entries.length).toBe(truth.length)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('gives a changed message a new object, and leaves the others', () => {
    const timeline = new Timeline()
    timeline.addPage([entry(1), entry(2)], false)
    const [one, two] = timeline.entries
    timeline.apply({
      type: 'edit',
      seq: 3,
      target: 2,
      userName: 'danny',
      message: 'other',
      createdAt: time(3),
    })
    expect(timeline.entries[0]).toBe(one)
    expect(timeline.entries[1]).not.toBe(two)
  })

  it('begins again after a reset', () => {
    const timeline = new Timeline()
    timeline.addPage([entry(7)], false)
    timeline.apply({ type: 'reset', seq: 2 })
    expect(timeline).toMatchObject({ entries: [], last: 0, hasMore: true })
  })

  it('leaves older messages to their page after it was trimmed', () => {
    const timeline = new Timeline()
    timeline.addPage(
      [1, 2, 3, 4].map((seq) => entry(seq)),
      false,
    )
    timeline.trim(2)
    timeline.add(entry(1))
    expect(timeline.entries.map(({ seq }) => seq)).toEqual([3, 4])
    expect(timeline.hasMore).toBe(true)
  })
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
        entry(20, { userName: 'ann' }),
        entry(21, { userName: 'ann', createdAt: '2026-11-25T09:00:00.000Z' }),
      ],
    })
    expect(rows.map((row) => ('isFirst' in row ? row.isFirst : row.kind))).toEqual([
      ...['day', true, false, true, true],
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
