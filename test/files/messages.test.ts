import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Message, MessageList } from '../../src/contract'
import { call, fails, fresh, newRoom, newUser, ok, roomWithUser } from '../support/api'
import { pathOfUrl, sendPicture, uploadFile } from '../support/files'
import { listen } from '../support/live'

describe('a message with files', () => {
  it('shows them in its answer, on pages, alone, in quotes and in searches', async () => {
    const { room, userName } = await roomWithUser()
    const file = await uploadFile(room, userName)
    const body = { userName, message: 'look', files: [{ id: file.id, description: ' a red fox ' }] }
    const sent = await ok<Message>('POST', `${room}/message`, { body })
    const files = [{ ...file, description: 'a red fox' }]
    expect(sent.files).toEqual(files)
    const reply = { userName, message: 'nice', replyTo: sent.seq }
    expect((await ok<Message>('POST', `${room}/message`, { body: reply })).files).toEqual([])
    const page = await ok<MessageList>('GET', `${room}/message`)
    expect(page.messages.map((message) => message.files)).toEqual([files, []])
    const quoting = await ok<MessageList>('GET', `${room}/message?limit=1`)
    expect(quoting.quoted[0]?.files).toEqual(files)
    expect((await ok<Message>('GET', `${room}/message/1`)).files).toEqual(files)
    const found = await ok<MessageList>('GET', `${room}/message?q=nice&userName=${userName}`)
    expect(found.quoted[0]?.files).toEqual(files)
    expect((await ok<Message>('PUT', `${room}/message/1/reaction/🦊`, { body: { userName } })).files).toEqual(
      files,
    )
  })

  it('needs no text, and can lose its text', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await uploadFile(room, userName)
    const sent = await ok<Message>('POST', `${room}/message`, { body: { userName, files: [id] } })
    expect(sent.message).toBe('')
    const path = `${room}/message/${sent.seq}`
    expect((await ok<Message>('PATCH', path, { body: { userName, message: 'fox' } })).files).toHaveLength(1)
    const edited = await ok<Message>('PATCH', path, { body: { userName, message: '' } })
    expect(edited).toMatchObject({ message: '', files: [{ id }] })
    await ok('POST', `${room}/message`, { body: { userName, message: 'x' } })
    const problem = await fails(400, 'PATCH', `${room}/message/4`, { body: { userName, message: '' } })
    expect(problem.errors?.map(({ path }) => path)).toEqual(['message'])
    for (const body of [{ userName }, { userName, files: [] }, { userName, message: '', files: [] }])
      expect((await fails(400, 'POST', `${room}/message`, { body })).errors?.[0]?.path).toBe('message')
  })

  it('names only unsent files of its sender in this chatroom', async () => {
    const { room, userName } = await roomWithUser()
    const [other, elsewhere] = await Promise.all([newUser(), newRoom()])
    const there = `/chatroom/${elsewhere.name}`
    const [own, theirs, away] = await Promise.all([
      uploadFile(room, userName),
      uploadFile(room, other.name),
      uploadFile(there, userName),
    ])
    for (const id of [theirs.id, away.id, 'x'.repeat(22)]) {
      const problem = await fails(400, 'POST', `${room}/message`, {
        body: { userName, message: 'x', files: [own.id, id] },
      })
      expect(problem.detail).toContain(`"${id}"`)
      expect(problem.detail).not.toContain(own.id)
    }
    await ok('POST', `${room}/message`, { body: { userName, files: [own.id] } })
    await fails(400, 'POST', `${room}/message`, { body: { userName, files: [own.id] } })
    for (const files of [[own.id, own.id], Array(11).fill(own.id), ['short'], 'x', [{}]])
      await fails(400, 'POST', `${room}/message`, { body: { userName, message: 'x', files } })
  })

  it('gets its file alone, however many send it at once', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await uploadFile(room, userName)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call('POST', `${room}/message`, { body: { userName, files: [id] } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400])
  })

  it('is repeated under its key', async () => {
    const { room, userName } = await roomWithUser()
    const { id } = await uploadFile(room, userName)
    const request = { body: { userName, files: [id] }, headers: { 'Idempotency-Key': fresh('key') } }
    const first = await ok<Message>('POST', `${room}/message`, request)
    const again = await call('POST', `${room}/message`, request)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await again.json()).toEqual(first)
    const body = { userName, message: 'x', files: [id] }
    await fails(422, 'POST', `${room}/message`, { ...request, body })
  })

  it('comes live, over a socket and back', async () => {
    const { room, userName } = await roomWithUser()
    const client = await listen(room, { userName })
    const { id } = await uploadFile(room, userName)
    const files = [{ id, description: 'fox' }]
    client.send(JSON.stringify({ type: 'message', files, ref: 'a' }))
    const frame = await client.next('message')
    expect(frame).toMatchObject({ message: '', files })
    expect((await call('GET', pathOfUrl(frame.files[0]?.url ?? ''))).status).toBe(200)
    const late = await listen(room, { after: 0 })
    expect((await late.next('message')).files).toEqual(frame.files)
    const posted = await sendPicture(room, userName)
    expect((await client.entries(2)).at(-1)).toMatchObject({ files: posted.files })
  })

  it('loses them when it is deleted', async () => {
    const { room, userName } = await roomWithUser()
    const sent = await sendPicture(room, userName)
    const gone = await ok<Message>('DELETE', `${room}/message/${sent.seq}?userName=${userName}`)
    expect(gone.files).toEqual([])
    expect((await ok<Message>('GET', `${room}/message/${sent.seq}`)).files).toEqual([])
    const { results } = await env.DB.prepare('select state from files where id = ?')
      .bind(sent.files[0]?.id)
      .all()
    expect(results).toEqual([{ state: 'deleted' }])
  })
})
