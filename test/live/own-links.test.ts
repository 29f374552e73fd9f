import { expect, it } from 'vitest'
import { call, ok, roomWithUser, say } from '../support/api'
import { uploadFile } from '../support/files'
import { Listener, listen } from '../support/live'

const urlIn = ({ log }: Listener, seq: number) => {
  const entry = log.find((each) => each.seq === seq)
  return entry?.type === 'message' ? new URL(entry.files[0]?.url ?? '').origin : undefined
}

const listenAt = async (origin: string, room: string, query = ''): Promise<Listener> => {
  const { webSocket } = await call('GET', `${origin}${room}/live${query}`, {
    headers: { Upgrade: 'websocket' },
  })
  if (!webSocket) throw new Error('no socket')
  return new Listener(webSocket, false)
}

it('each listener gets the links of files at the URL at which it listens', async () => {
  const { room, userName } = await roomWithUser()
  await ok('PUT', room, { body: { userName } })
  await say(room, userName, 'before')
  const here = await listen(room, { userName, protocols: ['parlour.v2'] })
  const there = await listenAt('http://other.test', room)
  const [byFrame, byHttp] = [await uploadFile(room, userName), await uploadFile(room, userName)]
  here.send({ type: 'message', message: 'x', files: [byFrame.id] })
  await here.entries(2)
  await ok('POST', `${room}/message`, { body: { userName, files: [byHttp.id] } })
  const late = await listenAt('http://late.test', room, '?after=1')
  for (const listener of [here, there, late]) await listener.entries(3)
  const found = [here, there, late].map((listener) => [urlIn(listener, 2), urlIn(listener, 3)])
  expect(found).toEqual(
    ['http://parlour.test', 'http://other.test', 'http://late.test'].map((origin) => [origin, origin]),
  )
})
