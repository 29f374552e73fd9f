import { describe, expect, it } from 'vitest'
import { call, newRoom } from '../support/api'
import { grownRoom } from '../support/cost'
import { counting } from '../support/database'
import { recording } from '../support/recording'
import { asAdmin } from '../support/site'

/** Sends a request for a piece of an export that has more pieces, and returns its cost. */
const costOf = async (path: string) => {
  const { db, cost } = counting()
  const response = await call('GET', path, { ...asAdmin, db })
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
  return { ...cost, next, bytes: (await response.text()).length }
}

describe('a piece of an export reads a bounded number of rows', () => {
  it('in a large room', async () => {
    const { room } = await grownRoom(3000)
    const { next = '', ...first } = await costOf(`${room}/export`)
    expect(first).toMatchObject({ roundTrips: 2, rowsWritten: 0 })
    const second = await costOf(next)
    for (const { rowsRead, bytes } of [first, second]) {
      expect(rowsRead).toBeLessThanOrEqual(7000)
      expect(bytes).toBeLessThanOrEqual(400_000)
    }
  })

  it('of a large instance, with at most 50 statements where rooms are small', async () => {
    for (let count = 0; count < 30; count++) await newRoom()
    let at: string | undefined = '/api/export'
    for (let pieces = 0; at !== undefined; pieces++) {
      expect(pieces).toBeLessThan(50)
      const { db, sent } = recording()
      const response: Response = await call('GET', at, { ...asAdmin, db })
      await response.body?.cancel()
      expect(sent.length).toBeLessThanOrEqual(50)
      const cost = await costOf(at)
      expect(cost).toMatchObject({ rowsWritten: 0 })
      expect(cost.rowsRead).toBeLessThanOrEqual(13_000)
      at = cost.next
    }
  })
})
