import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, it } from 'vitest'
import { roomWithUser } from '../support/api'
import { hubOf, later, listen, listenHalfOpen, nextAlarm, runAlarm } from '../support/live'
import { person, seconds, sign, withSecret } from '../support/login'

const endingLogin = () => sign({ ...person(), exp: seconds() + 10 })

it('a connection whose client never answers the Close costs no further alarm', async () => {
  const { room } = await roomWithUser()
  const { closed } = await listenHalfOpen(room, { token: await endingLogin(), env: withSecret })
  expect(await later(60_000, () => runAlarm(room))).toBe(true)
  expect((await closed).code).toBe(4011)
  expect(await nextAlarm(room)).toBeNull()

  // After sleep the socket looks open again.
  await evictDurableObject(hubOf(room))
  const listener = await listen(room)
  listener.send({ type: 'presence' })
  expect((await listener.next('present')).userNames).toEqual([])
  const now = Date.now()
  expect(await later(0, () => runAlarm(room))).toBe(true)
  expect(await nextAlarm(room)).toBeGreaterThanOrEqual(now + 1000)
})

it('no alarm is set earlier than a second from now', async () => {
  const { room } = await roomWithUser()
  const token = await endingLogin()
  const almostOver = 10_000 + 29_000
  const [now, alarm] = await later(almostOver, async () => {
    await listen(room, { token, env: withSecret })
    return [Date.now(), await nextAlarm(room)]
  })
  expect(alarm).toBeGreaterThanOrEqual(now + 1000)
})

it('a client that has pinged is disconnected after 90 seconds without a ping', async () => {
  const { room, userName } = await roomWithUser()
  const watcher = await listen(room)
  const { webSocket, closed } = await listenHalfOpen(room, { userName })
  const pong = new Promise((heard) =>
    webSocket.addEventListener('message', ({ data }) => data === 'pong' && heard(data)),
  )
  webSocket.send('ping')
  await pong
  await later(85_000, () => runAlarm(room))
  await later(95_000, () => runAlarm(room))
  expect((await closed).code).toBe(4009)
  expect(watcher.closed).toBeUndefined()
  await listen(room, { userName })
  const presence = ({ type }: { type: string }) => type === 'presence'
  await watcher.until(({ frames }) => frames.filter(presence).length === 3)
  expect(watcher.frames.filter(presence).map((frame) => 'present' in frame && frame.present)).toEqual([
    true,
    false,
    true,
  ])
})

it('a socket with the attachment of another version is closed, and the client reconnects', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room, { userName })
  await listener.next('hello')
  await runInDurableObject(hubOf(room), (_, state) => {
    for (const socket of state.getWebSockets()) socket.serializeAttachment({ user: userName })
  })
  await evictDurableObject(hubOf(room))
  const other = await listen(room)
  await listener.until(({ closed }) => closed)
  expect(listener.closed?.code).toBe(4001)
  expect(other.closed).toBeUndefined()
  expect(await (await listen(room, { userName })).next('hello')).toMatchObject({ userName })
})
