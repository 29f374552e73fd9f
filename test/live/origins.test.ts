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

  it('is our own, too, behind a proxy that ends TLS', async () => {
    const { room } = await roomWithUser()
    const headers = { Origin: 'https://parlour.test', 'X-Forwarded-Proto': 'https' }
    expect((await connect(room, { headers, env: listed })).status).toBe(101)
    expect((await connect(room, { headers: { Origin: headers.Origin }, env: listed })).status).toBe(403)
  })

  it('is asked of nobody who is no page', async () => {
    const { room } = await roomWithUser()
    expect((await connect(room, { env: listed })).status).toBe(101)
  })
})
