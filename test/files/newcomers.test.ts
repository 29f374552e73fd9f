import { expect, it } from 'vitest'
import { fails, newUser, ok } from '../support/api'
import { uploadFile } from '../support/files'
import { roomFixture } from '../support/fixtures'
import { later } from '../support/live'

it('newcomers may not send files where they may not post links', async () => {
  const { room, owner } = await roomFixture()
  await ok('PATCH', room, { token: owner.token, body: { newcomerLinkSeconds: 60 } })
  const { name: userName } = await newUser()
  await ok('PUT', room, { body: { userName } })
  const { id } = await uploadFile(room, userName)
  const body = { userName, files: [id] }
  const problem = await fails(403, 'POST', `${room}/message`, { body })
  expect(problem).toMatchObject({
    type: '/problems/link-too-soon',
    detail: expect.stringContaining('send files'),
  })
  await later(61_000, () => ok('POST', `${room}/message`, { body }))
})
