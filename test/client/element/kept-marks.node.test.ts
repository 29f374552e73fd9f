import { afterEach, describe, expect, it, vi } from 'vitest'
import { KeptMarks } from '../../../src/client/element/kept-marks.ts'

const url = 'https://chat.example'
const key = `parlour-read ${url}`
const room = { name: 'lobby', createdAt: '2026-01-05T08:00:00.000Z', userId: undefined }

const withStorage = (values = new Map<string, string>()) => {
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => values.set(name, value),
    removeItem: (name: string) => values.delete(name),
  })
  return values
}

afterEach(() => vi.unstubAllGlobals())

describe('the marks that a browser keeps', () => {
  it('are one for each room, reader and server', () => {
    withStorage()
    const marks = new KeptMarks(url)
    marks.set(room, 7)
    marks.set({ ...room, userId: 3 }, 9)
    marks.set({ ...room, name: 'other' }, 2)
    const later = new KeptMarks(url)
    expect(later.get(room)).toBe(7)
    expect(later.get({ ...room, userId: 3 })).toBe(9)
    expect(later.get({ ...room, name: 'other' })).toBe(2)
    expect(later.get({ ...room, name: 'none' })).toBeUndefined()
    expect(new KeptMarks('https://another.example').get(room)).toBeUndefined()
  })

  it('never go backwards, also when another tab has read on', () => {
    withStorage()
    const marks = new KeptMarks(url)
    new KeptMarks(url).set(room, 7)
    marks.set(room, 5)
    expect(marks.get(room)).toBe(7)
  })

  it('end with the room: one that is made again begins anew', () => {
    withStorage()
    const marks = new KeptMarks(url)
    marks.set(room, 700)
    const again = { ...room, createdAt: '2026-02-01T08:00:00.000Z' }
    expect(marks.get(again)).toBeUndefined()
    marks.set(again, 1)
    expect(marks.get(again)).toBe(1)
  })

  it('are those of the 100 rooms that were read last', () => {
    const values = withStorage()
    const marks = new KeptMarks(url)
    for (let i = 0; i < 150; i++) marks.set({ ...room, name: `room-${i}` }, i + 1)
    marks.set({ ...room, name: 'room-50' }, 99)
    marks.set({ ...room, name: 'room-150' }, 1)
    expect(marks.get({ ...room, name: 'room-50' })).toBe(99)
    expect(marks.get({ ...room, name: 'room-51' })).toBeUndefined()
    expect(JSON.parse(values.get(key) ?? '')).toHaveLength(100)
  })

  it.each([
    '{',
    'null',
    '7',
    '"x"',
    '[1]',
    '[[]]',
    '[["lobby",1,0,7]]',
    '{"lobby":7}',
    '[["lobby","x",0,"7"]]',
  ])('are none where the storage has %s', (stored) => {
    withStorage(new Map([[key, stored]]))
    const marks = new KeptMarks(url)
    expect(marks.get(room)).toBeUndefined()
    marks.set(room, 3)
    expect(marks.get(room)).toBe(3)
  })

  it.each([
    ['is missing', undefined],
    [
      'throws',
      {
        getItem: () => null,
        setItem: () => {
          throw new DOMException('full', 'QuotaExceededError')
        },
        removeItem: () => undefined,
      },
    ],
  ])('last as long as the page where the storage %s', (_, storage) => {
    vi.stubGlobal('localStorage', storage)
    const marks = new KeptMarks(url)
    marks.set(room, 3)
    expect(marks.get(room)).toBe(3)
  })
})
