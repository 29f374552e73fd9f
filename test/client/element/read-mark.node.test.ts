import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ReadMark } from '../../../src/client/element/read-mark.ts'

type Stored = { seq: number; isLeaving: boolean; at: number }

/** A mark in a page whose clock and visibility the test sets. */
const marked = (seq: number, isStored = () => true) => {
  const page = new EventTarget()
  const document = { visibilityState: 'visible' }
  vi.stubGlobal('document', document)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const began = Date.now()
  const stored: Stored[] = []
  const mark = new ReadMark(seq, (seq, isLeaving) => {
    stored.push({ seq, isLeaving, at: Date.now() - began })
    return isStored()
  })
  const tell = (type: string, visibilityState = document.visibilityState) => {
    document.visibilityState = visibilityState
    page.dispatchEvent(new Event(type))
  }
  return { mark, stored, tell }
}

beforeEach(() => {
  vi.useFakeTimers()
  return () => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  }
})

describe('the mark of how far somebody has read', () => {
  it('only moves forward', () => {
    const { mark, stored } = marked(5)
    for (const seq of [5, 3, 0]) mark.move(seq)
    vi.runAllTimers()
    expect([mark.seq, stored]).toEqual([5, []])
    mark.move(7)
    mark.move(6)
    vi.runAllTimers()
    expect([mark.seq, stored.map(({ seq }) => seq)]).toEqual([7, [7]])
  })

  it('is stored once for many messages', () => {
    const { mark, stored } = marked(0)
    for (let seq = 1; seq <= 50; seq++) mark.move(seq)
    expect(stored).toEqual([])
    vi.advanceTimersByTime(1000)
    expect(stored).toEqual([{ seq: 50, isLeaving: false, at: 1000 }])
  })

  it('is stored ever more rarely for a reader who stays, at last about once a minute', () => {
    const { mark, stored } = marked(0)
    for (let seq = 1; seq <= 3600; seq++) {
      mark.move(seq)
      vi.advanceTimersByTime(1000)
    }
    expect(stored.slice(0, 3).map(({ at }) => at)).toEqual([1000, 3000, 7000])
    expect(stored.length).toBe(61)
    expect(vi.getTimerCount()).toBe(1)
  })

  it.each([
    ['pagehide', 'visible'],
    ['visibilitychange', 'hidden'],
  ])('is stored at once at %s, by a request that outlives the page', (type, visibilityState) => {
    const { mark, stored, tell } = marked(0)
    mark.move(1)
    vi.advanceTimersByTime(1000)
    mark.move(2)
    tell(type, visibilityState)
    expect(stored.slice(1)).toEqual([{ seq: 2, isLeaving: true, at: 1000 }])
    tell(type, visibilityState)
    vi.runAllTimers()
    expect(stored).toHaveLength(2)
  })

  it('is not stored at once when the page is shown', () => {
    const { mark, stored, tell } = marked(0)
    mark.move(1)
    tell('visibilitychange')
    expect(stored).toEqual([])
  })

  it('begins with a short wait again after the page was hidden', () => {
    const { mark, stored, tell } = marked(0)
    for (let seq = 1; seq <= 100; seq++) {
      mark.move(seq)
      vi.advanceTimersByTime(1000)
    }
    tell('visibilitychange', 'hidden')
    tell('visibilitychange', 'visible')
    const { length } = stored
    mark.move(101)
    vi.advanceTimersByTime(1000)
    expect(stored.slice(length).map(({ seq }) => seq)).toEqual([101])
  })

  it('is tried again later while it can not be stored', () => {
    let isStored = false
    const { mark, stored } = marked(0, () => isStored)
    mark.move(1)
    vi.advanceTimersByTime(3000)
    expect(stored.map(({ at }) => at)).toEqual([1000, 3000])
    isStored = true
    mark.move(2)
    vi.runAllTimers()
    expect(stored.slice(2)).toEqual([{ seq: 2, isLeaving: false, at: 7000 }])
  })
})
