import { describe, expect, it } from 'vitest'
import { type Entry, Timeline } from '../../../src/client/element/timeline.ts'
import { addNewer, isShown, showAround } from '../../../src/client/element/window.ts'
import type { RoomEvent } from '../../../src/client/types.ts'
import fc from '../../support/properties.ts'

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
  files: [],
  ...more,
})

type Step = { kind: 'message' | 'reply' | 'edit' | 'delete' | 'react'; which: number; who: number }
type State = Map<number, Entry & { given: Map<string, Set<string>> }>

const people = ['danny', 'ann', 'bob']
const emoji = ['🎉', '👍', '❤️']
const reader = 'danny'

/** Returns a message as a page shows it to the reader. */
const shown = ({ given, ...message }: Entry & { given: Map<string, Set<string>> }): Entry => ({
  ...message,
  reactions: [...given].map(([reaction, names]) => ({
    reaction,
    count: names.size,
    mine: names.has(reader),
  })),
})
const page = (state: State): Entry[] => [...state.values()].map(shown)

/**
 * Returns a room's log as the server keeps it: the states after each entry, and a function for its events. An event tells its message as
 * it stood at some time after it, since it may have been read from the database later.
 */
const logOf = (steps: readonly Step[]) => {
  const states: State[] = [new Map()]
  const events: ((then: State) => RoomEvent)[] = []
  for (const { kind, which, who } of steps) {
    const seq = events.length + 1
    const state: State = new Map(states.at(-1))
    const living = [...state.values()].filter(({ message }) => message !== null)
    const target = living[which % Math.max(1, living.length)]
    const userName = people[who % people.length] ?? reader
    const change = { seq, userName, createdAt: time(seq), target: target?.seq ?? 0 }
    const at = (then: State) => then.get(change.target)
    if (kind === 'message' || kind === 'reply' || !target) {
      const all = [...state.keys()]
      const replyTo = kind === 'reply' ? (all[which % Math.max(1, all.length)] ?? null) : null
      state.set(seq, { ...entry(seq, { userName, replyTo }), given: new Map() })
      events.push((then) => {
        const { reactions, ...message } = shown(then.get(seq) as Entry & { given: Map<string, Set<string>> })
        return { type: 'message', ...message, reactions: reactions.map(({ mine: _, ...count }) => count) }
      })
    } else if (kind === 'edit') {
      state.set(target.seq, { ...target, message: `edited ${seq}`, editedAt: time(seq) })
      events.push((then) => ({ type: 'edit', ...change, message: at(then)?.message ?? null }))
    } else if (kind === 'delete') {
      state.set(target.seq, { ...target, message: null, deletedAt: time(seq), given: new Map() })
      events.push(() => ({ type: 'delete', ...change }))
    } else {
      const reaction = emoji[(which + who) % emoji.length] ?? ''
      const given = new Map([...target.given].map(([each, names]) => [each, new Set(names)]))
      const names = given.get(reaction) ?? new Set()
      const added = !names.has(userName)
      if (added) given.set(reaction, names.add(userName))
      else if (names.size > 1) names.delete(userName)
      else given.delete(reaction)
      state.set(target.seq, { ...target, given })
      events.push((then) => {
        const counts = [...(at(then)?.given ?? [])].map(([each, { size }]) => ({
          reaction: each,
          count: size,
        }))
        const count = counts.find((each) => each.reaction === reaction)?.count ?? 0
        return { type: 'reaction', ...change, reaction, added, count, reactions: counts }
      })
    }
    states.push(state)
  }
  return { states, events }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>('message', 'reply', 'edit', 'delete', 'react', 'react', 'react'),
    which: fc.nat(40),
    who: fc.nat(5),
  }),
  // Without `size` most lists have ten steps at most, and the first page would have all messages.
  { minLength: 1, maxLength: 60, size: 'max' },
)

// Not `fc.double`: most of its values are next to 0.
const at = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000)
const played = fc.record({
  taken: steps,
  began: at,
  /** Acts of the reader: scrolls up or down, goes to a message or back to the newest ones, or stays there, so that old ones are dropped. */
  pages: fc.array(
    fc.record({
      kind: fc.constantFrom('older', 'older', 'around', 'newer', 'newest', 'trim'),
      after: at,
      asOf: at,
      size: fc.integer({ min: 1, max: 9 }),
      which: fc.nat(40),
    }),
    { maxLength: 20, size: 'max' },
  ),
  /** The delay with which each event is read from the database. */
  readAt: fc.array(at, { minLength: 1, maxLength: 60 }),
})
type Played = typeof played extends fc.Arbitrary<infer Value> ? Value : never

describe('the timeline', () => {
  /** Puts a log's pages and events together. `seenAt` is called after each step; `seq` returns which entry is the last that a message must show. */
  const play = (
    { taken, began, pages, readAt }: Played,
    seenAt: (timeline: Timeline, seq: (message: Entry) => number) => void,
  ) => {
    const { events, states } = logOf(taken)
    /** Returns a time between an earlier one and the end of the log. */
    const between = (earliest: number, part: number) =>
      earliest + Math.floor(part * (events.length - earliest))
    const stateAt = (seq: number) => states[seq] ?? new Map()
    const timeline = new Timeline()
    const paged = new Map<number, number>()
    /** Returns a page as the server gives it. */
    const pageOf = (state: State, messages: Entry[], seq: number) => {
      const quoted = page(state).filter(
        (each) => !messages.includes(each) && messages.some(({ replyTo }) => replyTo === each.seq),
      )
      for (const message of [...messages, ...quoted])
        paged.set(message.seq, Math.max(seq, paged.get(message.seq) ?? 0))
      return { messages, quoted, seq }
    }
    const addPage = (state: State, given: Entry[], hasMore: boolean, then: number) => {
      const { messages, quoted, seq } = pageOf(state, given, then)
      timeline.addPage(messages, hasMore, seq, quoted)
    }
    const start = between(0, began)
    const first = page(stateAt(start)).slice(-5)
    addPage(stateAt(start), first, stateAt(start).size > first.length, start)
    const apply = (index: number, part: number) => {
      const event = events[index]?.(stateAt(between(index + 1, part)))
      if (event) timeline.apply(event, 'userName' in event && event.userName === reader)
    }
    // Listening begins after the last message of the page. Events come in order, perhaps twice.
    const from = timeline.last
    for (let next = from; next <= events.length; next++) {
      for (const { kind, after, asOf, size, which } of pages) {
        if (between(from, after) !== next) continue
        // A replica may be older than the events, but not older than the first page.
        const then = between(start, asOf)
        const state = stateAt(then)
        const all = page(state)
        const last = timeline.entries.at(-1)?.seq ?? 0
        const target = all[which % Math.max(1, all.length)]
        // The client drops a page of older messages that comes from a replica which does not have all of them yet.
        if (kind === 'older' && timeline.shown.hasMore && then >= (timeline.first ?? 0) - 1) {
          // An odd size stands for a page that overlaps with what is loaded.
          const before = size % 2 === 1 ? last + 1 : (timeline.first ?? Number.POSITIVE_INFINITY)
          const older = all.filter(({ seq }) => seq < before)
          addPage(state, older.slice(-size), older.length > size, then)
        } else if (kind === 'newer' && timeline.shown !== timeline.live) {
          const newer = all.filter(({ seq }) => seq > last).slice(0, size)
          addNewer(timeline, pageOf(state, newer, then))
        } else if (kind === 'newest' || kind === 'trim') {
          timeline.shown = timeline.live
          if (kind === 'trim') timeline.trim(size)
          for (const seq of paged.keys()) if (!timeline.find(seq)) paged.delete(seq)
        } else if (kind === 'around' && target && !isShown(timeline, target.seq)) {
          const index = all.indexOf(target)
          const messages = all.slice(Math.max(0, index - size), index + size)
          showAround(timeline, { ...pageOf(state, messages, then), older: index > size })
          // It may be among the newest ones, which have not all come yet.
          if (target.seq < (timeline.live.entries[0]?.seq ?? 0))
            expect(isShown(timeline, target.seq)).toBe(true)
        }
      }
      apply(next, readAt[next % readAt.length] ?? 0)
      if (next > from) apply(next - 1, readAt[(7 * next) % readAt.length] ?? 0)
      const applied = Math.min(next + 1, events.length)
      seenAt(timeline, ({ seq }) => Math.max(applied, paged.get(seq) ?? 0))
    }
    const truth = page(stateAt(events.length))
    for (const { entries, hasMore } of [timeline.live, timeline.shown]) {
      const [first, last] = [entries[0]?.seq ?? 0, entries.at(-1)?.seq ?? 0]
      const isLive = entries === timeline.live.entries
      expect(entries).toEqual(truth.filter(({ seq }) => seq >= first && (isLive || seq <= last)))
      if (!hasMore) expect(entries[0]).toEqual(truth[0])
      // The quotes of the replies stand as the originals do.
      for (const { replyTo } of entries) {
        const original = replyTo ? timeline.find(replyTo) : undefined
        if (original) expect(original).toEqual(truth.find(({ seq }) => seq === replyTo))
      }
    }
  }

  it('equals a fresh page, however pages and events overlap', () => {
    fc.assert(
      fc.property(played, (given) => {
        play(given, () => undefined)
      }),
      { numRuns: 1000 },
    )
  })

  it('never goes back to an older state of a message than its page had', () => {
    fc.assert(
      fc.property(played, (given) => {
        // Each event tells its message as it stood right after it.
        const { states } = logOf(given.taken)
        play({ ...given, readAt: [0] }, (timeline, seqOf) => {
          for (const held of timeline.entries) {
            const then = states[seqOf(held)]?.get(held.seq)
            expect(held).toEqual(then && shown(then))
          }
        })
      }),
      { numRuns: 500 },
    )
  })

  it('shows the answer to a change at once, unless an event has come meanwhile', () => {
    const timeline = new Timeline()
    timeline.addPage([entry(1)], false, 1)
    const before = timeline.find(1)
    const answer = entry(1, { reactions: [{ reaction: '🎉', count: 1, mine: true }] })
    timeline.answered(answer, before)
    expect(timeline.find(1)).toEqual(answer)
    const common = { target: 1, createdAt: time(3), reaction: '🎉', added: true }
    const counts = (count: number) => ({ count, reactions: [{ reaction: '🎉', count }] })
    timeline.apply({ type: 'reaction', seq: 2, userName: reader, ...common, ...counts(1) }, true)
    expect(timeline.find(1)).toEqual(answer)
    const then = timeline.find(1)
    timeline.apply({ type: 'reaction', seq: 3, userName: 'ann', ...common, ...counts(2) })
    // This answer was made before the reaction of ann.
    timeline.answered(answer, then)
    expect(timeline.find(1)?.reactions).toEqual([{ reaction: '🎉', count: 2, mine: true }])
  })

  it('gives a changed message a new object, and leaves the others', () => {
    const timeline = new Timeline()
    timeline.addPage([entry(1), entry(2)], false, 2)
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
    timeline.addPage([entry(7)], false, 7)
    timeline.apply({ type: 'reset', seq: 2 })
    expect(timeline).toMatchObject({ entries: [], last: 0, shown: { hasMore: true } })
  })

  it('leaves older messages to their page after it was trimmed', () => {
    const timeline = new Timeline()
    timeline.addPage(
      [1, 2, 3, 4].map((seq) => entry(seq)),
      false,
      4,
    )
    timeline.trim(2)
    timeline.add(entry(1))
    expect(timeline.entries.map(({ seq }) => seq)).toEqual([3, 4])
    expect(timeline.shown.hasMore).toBe(true)
  })
})
