import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { fails, newUser, ok } from '../support/api'
import { smallFile } from '../support/import-file'
import { asAdmin } from '../support/site'
import { countRows, sweepAll } from '../support/sweep'

const DAY_MILLISECONDS = 86_400_000

it('the sweep forgets an import after 30 days, and removes what is left of one that never ended', async () => {
  await newUser()
  const [head, tail] = smallFile()
  const options = { ...asAdmin, headers: { 'Content-Type': 'application/x-ndjson' } }
  await ok('POST', '/api/import?import=old', { ...options, body: head })
  const messages = tail.split('\n').slice(0, 3).join('\n')
  await ok('POST', '/api/import?import=old&line=12', { ...options, body: messages })
  await sweepAll()
  expect(await countRows()).toMatchObject({ imports: 1, messages: 2, members: 1 })
  await env.DB.prepare('update imports set updated_at = updated_at - ?')
    .bind(31 * DAY_MILLISECONDS)
    .run()
  // The sweep may have removed a part of it, so it can't go on.
  const rest = tail.split('\n').slice(3).join('\n')
  const before = await countRows()
  for (const query of ['?import=old&line=15', '?import=old&line=12']) {
    const body = query.endsWith('12') ? tail : rest
    const refused = await fails(409, 'POST', `/api/import${query}`, { ...options, body })
    expect(refused.detail).toMatch(
      /^The last request of this import was at 20\d\d-.*, more than 30 days ago\. The server removes its chatrooms/,
    )
  }
  expect(await countRows()).toEqual(before)
  await sweepAll()
  const early = await fails(409, 'POST', '/api/import?import=old&line=15', { ...options, body: rest })
  expect(early.detail).toContain('Send the lines from 1 on')
  expect(await countRows()).toMatchObject({
    imports: 0,
    import_ids: 0,
    deleted_rooms: 0,
    messages: 0,
    members: 0,
  })
})
