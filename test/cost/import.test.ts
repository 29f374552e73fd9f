import { expect, it } from 'vitest'
import { measured } from '../../scripts/cost/measured'
import { ok } from '../support/api'
import { costOf } from '../support/cost'
import { at, toText } from '../support/import-file'
import { asAdmin } from '../support/site'

const options = { ...asAdmin, headers: { 'Content-Type': 'application/x-ndjson' } }

it('a request of an import costs what npm run cost computes with', async () => {
  const head = [
    { type: 'parlour', version: 1, scope: 'site' },
    ...[1, 2, 3, 4, 5].map((id) => ({ type: 'user', id, name: `user ${id}`, createdAt: at })),
    { type: 'room', id: 1, name: 'room', createdAt: at },
  ]
  await ok('POST', '/api/import?import=x', { ...options, body: toText(head) })
  const messages = Array.from({ length: measured.import.lines }, (_, index) => ({
    type: 'message',
    room: 1,
    seq: index + 1,
    author: 1 + (index % 5),
    text: `message ${index}`,
    createdAt: at,
    keyHash: '0A',
  }))
  const path = `/api/import?import=x&line=${head.length + 1}`
  const cost = await costOf(
    'POST',
    path,
    toText(messages),
    {
      ...options.headers,
      Authorization: `Bearer ${asAdmin.token}`,
    },
    asAdmin.env,
  )
  const { rowsWritten, rowsRead } = measured.import
  expect(cost).toEqual({ roundTrips: 2, rowsWritten, rowsRead })
})
