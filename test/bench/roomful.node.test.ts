import { describe, expect, it } from 'vitest'
import { Deliveries, readTexts, textOf } from '../../bench/live/deliveries'
import { frameOf } from '../../bench/live/socket'

const messageOf = (person: number, number: number) => ({
  type: 'message',
  seq: 1,
  message: textOf(person, number),
})

/** Returns the senders and numbers of the messages in some data. */
const read = (data: Buffer): [number, number][] => {
  const found: [number, number][] = []
  readTexts(data, (person, number) => found.push([person, number]))
  return found
}

describe('the texts of a roomful', () => {
  it('are found in single frames and in arrays of frames', () => {
    const single = frameOf(JSON.stringify(messageOf(3, 0)))
    const several = frameOf(
      JSON.stringify([messageOf(49, 1), { type: 'sent', seq: 9 }, messageOf(0, 1_234_567)]),
    )
    expect(read(Buffer.concat([single, several]))).toEqual([
      [3, 0],
      [49, 1],
      [0, 1_234_567],
    ])
    expect(read(frameOf('{"type":"hello","seq":0}'))).toEqual([])
  })

  it('have 60 characters, and differ', () => {
    expect(textOf(1, 2)).toHaveLength(60)
    expect(new Set([textOf(1, 2), textOf(2, 1), textOf(1, 3)]).size).toBe(3)
  })
})

describe('the deliveries of a roomful', () => {
  const deliver = (all: [listener: number, person: number, number: number][]) => {
    const deliveries = new Deliveries(2)
    for (const each of all) deliveries.take(...each)
    return deliveries
  }
  const both = (messages: [number, number][]) =>
    [0, 1].flatMap((listener) =>
      messages.map(([person, number]) => [listener, person, number] as [number, number, number]),
    )

  it('are right when everybody gets everything once, in one order', () => {
    const deliveries = deliver(
      both([
        [0, 0],
        [1, 0],
        [0, 1],
      ]),
    )
    expect(deliveries.total).toBe(6)
    expect(() => deliveries.expectSameOrder()).not.toThrow()
  })

  it.each([
    ['missing', [[0, 0, 1]]],
    [
      'doubled',
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ],
    [
      'out of its sender’s order',
      [
        [0, 0, 0],
        [0, 0, 2],
        [0, 0, 1],
      ],
    ],
  ] as [string, [number, number, number][]][])('are wrong when a message is %s', (_, all) => {
    expect(() => deliver(all)).toThrow(/was due/)
  })

  it('are wrong when two listeners get two messages in different orders, or different messages', () => {
    const swapped = deliver([
      [0, 0, 0],
      [0, 1, 0],
      [1, 1, 0],
      [1, 0, 0],
    ])
    expect(() => swapped.expectSameOrder()).toThrow(/another order/)
    const other = deliver([
      [0, 0, 0],
      [1, 1, 0],
    ])
    expect(() => other.expectSameOrder()).toThrow(/another order/)
  })
})
