import { expect, it } from 'vitest'
import { call, fresh, newUser, ok } from '../support/api'
import { exported } from '../support/export'
import { sendPicture } from '../support/files'
import { empty } from '../support/import-file'
import { asAdmin } from '../support/site'

it('an edit that waits and takes the text from a message with files can be imported', async () => {
  await empty()
  const owner = await newUser()
  const room = `/chatroom/${fresh('room')}`
  await ok('POST', '/api/chatroom', { body: { name: room.split('/').at(-1) }, token: owner.token })
  const { name: userName } = await newUser()
  const { seq } = await sendPicture(room, userName, 'caption')
  await ok('PATCH', room, { token: owner.token, body: { approval: 'all' } })
  const edit = await ok('PATCH', `${room}/message/${seq}`, { body: { userName, message: '' } })
  expect(edit).toMatchObject({ held: true })
  const { text, lines } = await exported('/api/export', asAdmin)
  expect(lines).toContainEqual(expect.objectContaining({ type: 'held', text: '', target: seq }))
  await empty()
  const headers = { 'Content-Type': 'application/x-ndjson' }
  const answer = await call('POST', `/api/import?import=${fresh('import')}&line=1`, {
    ...asAdmin,
    headers,
    body: text,
  })
  expect(answer.status, await answer.text()).toBe(200)
  expect((await exported('/api/export', asAdmin)).text).toBe(text)
})
