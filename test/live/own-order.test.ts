import { describe, expect, it } from 'vitest'
import type { ClientFrame } from '../../src/contract'
import { fresh, newUser, ok } from '../support/api'
import { counting } from '../support/database'
import { uploadFile } from '../support/files'
import { roomFixture } from '../support/fixtures'
import { bind, listen } from '../support/live'
import { asAdmin } from '../support/site'

const saying = (message: string, more: { files?: string[] } = {}): ClientFrame => ({
  type: 'message',
  message,
  ref: message,
  ...more,
})

type Listener = Awaited<ReturnType<typeof listen>>
const texts = ({ log }: Listener) => log.map((entry) => 'message' in entry && entry.message)

/** A room with a member who listens and may send arrays of frames. Its hub knows the room's rules. */
const roomWithSpeaker = async (settings?: object, role = 'user') => {
  const { room, owner } = await roomFixture()
  if (settings) await ok('PATCH', room, { token: owner.token, body: settings })
  const { id, name, token } = await newUser()
  if (role !== 'user') await ok('PATCH', `/api/users/${id}`, { ...asAdmin, body: { role } })
  await ok('PUT', room, { token })
  await ok('POST', `${room}/message`, { token, body: { message: 'before' } })
  const { ticket } = await ok<{ ticket: string }>('POST', `${room}/ticket`, { token })
  const speaker = await listen(room, { after: 0, protocols: ['parlour.v2', `ticket.${ticket}`] })
  await speaker.entries(1)
  return { room, userName: name, token, speaker }
}

describe('the frames of one sender stay in order', () => {
  it('if one has files', async () => {
    const { room, userName, speaker } = await roomWithSpeaker()
    const [one, two] = await Promise.all([uploadFile(room, userName), uploadFile(room, userName)])
    const wanted = ['a', 'file', 'b', 'c', 'other file', 'd', 'e']
    const files: Record<string, string[]> = { file: [one.id], 'other file': [two.id] }
    const { db, cost } = counting()
    await bind(room, { DB: db })
    speaker.send(wanted.map((text) => saying(text, files[text] && { files: files[text] })))
    await speaker.entries(8)
    expect(texts(speaker)).toEqual(['before', ...wanted])
    // Those between the files still go together.
    expect(cost.roundTrips).toBe(5)
  })

  it('if one has files and is refused', async () => {
    const { speaker } = await roomWithSpeaker()
    speaker.send([saying('a'), saying('none', { files: ['x'.repeat(22)] }), saying('b')])
    await speaker.entries(3)
    expect(texts(speaker)).toEqual(['before', 'a', 'b'])
    const error = await speaker.next('error')
    expect(error.ref).toBe('none')
  })

  it('if one names somebody, and newcomers may mention nobody yet', async () => {
    const { speaker } = await roomWithSpeaker({ newcomerMentionSeconds: 3600 })
    const wanted = [`hello @${fresh('nobody')}`, 'plain', 'again']
    speaker.send(wanted.map((text) => saying(text)))
    await speaker.entries(4)
    expect(texts(speaker)).toEqual(['before', ...wanted])
  })

  it.each([
    ['a link', { newcomerLinkSeconds: 3600 }, 'see https://example.com'],
    ['a blocked word', { blockedWords: ['casino'] }, 'the casino'],
  ])('if one has %s, which only a moderator of the site may send', async (_, settings, text) => {
    const { speaker } = await roomWithSpeaker(settings, 'moderator')
    const wanted = ['plain', text, 'again']
    speaker.send(wanted.map((each) => saying(each)))
    await speaker.entries(4)
    expect(texts(speaker)).toEqual(['before', ...wanted])
  })
})
