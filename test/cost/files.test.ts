import { describe, expect, it } from 'vitest'
import { measured } from '../../scripts/cost/measured'
import type { ChatFile, Message } from '../../src/contract'
import { call, ok, roomWithUser, say } from '../support/api'
import { counting } from '../support/database'
import { pathOfUrl, pixel, sendFile, uploadFile } from '../support/files'

describe('what files cost', () => {
  it('an upload is two round trips, and as many rows in a large room', async () => {
    const { room, userName } = await roomWithUser()
    for (let i = 0; i < 3; i++) {
      await say(room, userName, 'x')
      const { db, cost } = counting()
      const answer = await sendFile(room, pixel, { userName, db })
      expect(answer.status).toBe(201)
      await answer.json<ChatFile>()
      expect(cost).toEqual({ roundTrips: 2, ...measured.upload })
    }
  })

  it('a message with three files is one round trip and one row, and two more for each file', async () => {
    const { room, userName } = await roomWithUser()
    await say(room, userName, 'x')
    const files = []
    for (let i = 0; i < 3; i++) files.push((await uploadFile(room, userName)).id)
    const { db, cost } = counting()
    await ok<Message>('POST', `${room}/message`, { body: { userName, message: 'x', files }, db })
    expect(cost).toEqual({ roundTrips: 1, ...measured.messageWithFiles })
  })

  it('reading a file asks D1 nothing', async () => {
    const { room, userName } = await roomWithUser()
    const { url } = await uploadFile(room, userName)
    const { db, cost } = counting()
    expect((await call('GET', pathOfUrl(url), { db })).status).toBe(200)
    expect(cost.roundTrips).toBe(0)
  })
})
