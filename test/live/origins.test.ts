import { describe, expect, it } from 'vitest'
import { roomWithUser } from '../support/api'
import { connect } from '../support/live'

describe('the origin of a page', () => {
  const listed = { ALLOWED_ORIGINS: 'https://example.org' }
  it.each([
    ['https://example.org', 101],
    ['http://parlour.test', 101],
    ['https://evil.example', 403],
    ['null', 403],
  ])('%s gets %i where origins are listed', async (Origin, status) => {
    const { room } = await roomWithUser()
    const response = await connect(room, { headers: { Origin }, env: listed })
    expect(response.status).toBe(status)
    expect((await connect(room, { headers: { Origin } })).status).toBe(101)
  })

  it('is asked of nobody who is no page', async () => {
    const { room } = await roomWithUser()
    expect((await connect(room, { env: listed })).status).toBe(101)
  })
})
