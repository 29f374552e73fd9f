import { describe, expect, it } from 'vitest'
import type { NewWebhook, User, WebhookList } from '../../src/contract'
import { fresh, ok } from '../support/api'
import { person, sign, withSecret } from '../support/login'
import { subscribe } from '../support/push'
import { asAdmin } from '../support/site'

const env = { ...withSecret, JWT_ROLE_CLAIM: 'role' }

describe('a login whose user was deleted since its last request', () => {
  /** Returns what an admin's login sends with a request that comes after the user of the login was deleted. */
  const again = async () => {
    const token = await sign({ ...person(), role: 'admin' })
    const { id } = await ok<User>('GET', '/api/users/me', { token, env })
    await ok('DELETE', `/api/users/${id}`, asAdmin)
    return { token, env }
  }
  const body = { url: 'https://example.org/x', events: ['ban'] }
  const make = () => ok<NewWebhook>('POST', '/api/admin/webhook', { ...asAdmin, body })

  it('makes one webhook of the site', async () => {
    const count = async () => (await ok<WebhookList>('GET', '/api/admin/webhook', asAdmin)).webhooks.length
    const before = await count()
    await ok('POST', '/api/admin/webhook', { ...(await again()), body })
    expect(await count()).toBe(before + 1)
  })

  it('deletes a webhook of the site, and resends one that was switched off', async () => {
    const { id } = await make()
    await ok('PATCH', `/api/admin/webhook/${id}`, { ...asAdmin, body: { enabled: false } })
    await ok('POST', `/api/admin/webhook/${id}/resend`, await again())
    await ok('DELETE', `/api/admin/webhook/${id}`, await again())
  })
})

it('a login that has an earlier name again is told how many push subscriptions it has ended', async () => {
  const sub = fresh('subject')
  const [before, after] = [await sign(person(fresh('ann'), sub)), await sign(person(fresh('anna'), sub))]
  await subscribe(before, {}, { env })
  await ok('GET', '/api/users/me', { token: after, env })
  expect(await ok('DELETE', '/api/users/me/push', { token: before, env })).toEqual({ endedCount: 1 })
})
