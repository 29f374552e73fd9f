import { evictDurableObject } from 'cloudflare:test'
import type { env } from 'cloudflare:workers'
import { expect, it, vi } from 'vitest'
import { measured } from '../../scripts/cost/measured.ts'
import { newUser, ok, roomWithUser, say } from '../support/api'
import { d1Error, failingBefore } from '../support/database'
import { bind, hubOf, later, listen, listenHalfOpen, nextAlarm, runAlarm, stream } from '../support/live'
import { person, seconds, sign, withSecret } from '../support/login'

const DAY = 86_400_000

/** Lets a day go by in a room in which nothing happens, and returns the seconds at which its hub's alarm went off. */
const quietDay = async (room: string, afterAlarm = async () => {}): Promise<number[]> => {
  const start = Date.now()
  const times: number[] = []
  for (;;) {
    const due = await nextAlarm(room)
    if (due === null || due > start + DAY) return times
    await later(due - Date.now(), () => runAlarm(room))
    times.push(Math.round((due - start) / 1000))
    await afterAlarm()
  }
}

it('a room that is listened to all day and quiet asks for at most 100 requests, though its hub sleeps in between', async () => {
  const { room, userName } = await roomWithUser()
  const other = await newUser()
  let requests = 0
  const counted = async <Result>(request: Promise<Result>): Promise<Result> => {
    requests++
    return request
  }
  const sockets = [
    await counted(listen(room)),
    await counted(listen(room, { userName })),
    await counted(listen(room, { token: other.token })),
  ]
  const events = await counted(stream(room, { userName: other.name }))
  await counted(say(room, userName, 'the last words of the day'))
  for (const socket of sockets) {
    socket.send({ type: 'presence' })
    await socket.entries(1)
  }
  requests += sockets.length / 20

  const times = await quietDay(room, () => evictDurableObject(hubOf(room)))
  expect(times.slice(0, 6).map((time) => Math.round(Math.log2(time / 25)))).toEqual([0, 1, 2, 3, 4, 5])
  const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  expect(Math.max(...pauses)).toBeLessThanOrEqual(3600)
  expect(times).toHaveLength(measured.looksPerQuietDay)
  expect(requests + times.length).toBeLessThanOrEqual(100)

  // Nobody was lost, and an entry is delivered as before.
  await say(room, userName, 'good morning')
  for (const socket of sockets) expect((await socket.entries(2)).map(({ seq }) => seq)).toEqual([1, 2])
  while ((await events.next()).event !== 'message');
  await events.cancel()
})

it('an event stream asks its hub for nothing while the room is quiet', async () => {
  const { room } = await roomWithUser()
  const interval = vi.spyOn(globalThis, 'setInterval')
  // With a binding, the Worker runs in the context of the test, which may then call its timer.
  const events = await stream(room, { env: { LOG: 'off' } })
  const [keepAlive] = interval.mock.calls[0] ?? []
  interval.mockRestore()
  expect(await events.block()).toBe('retry: 1000')
  await events.next()
  await evictDurableObject(hubOf(room))
  for (let i = 0; i < 10; i++) {
    keepAlive?.()
    // The client gets a comment. The hub's socket gets a ping, which the platform answers.
    expect(await events.block()).toBe(': ')
    // Until the stream knows that it was read.
    await scheduler.wait(0)
  }
  await expect(evictDurableObject(hubOf(room))).rejects.toThrow('not currently running')
  await events.cancel()
})

it('a visit to a quiet room that others listen to sets no alarm', async () => {
  const { room, userName } = await roomWithUser()
  await listen(room)
  await later(25_000, () => runAlarm(room))
  await later(50_000, () => runAlarm(room))
  const due = await nextAlarm(room)
  for (const wanted of [{}, { userName }]) {
    const visitor = await listen(room, wanted)
    await visitor.next('hello')
    visitor.socket.close(1000)
    await visitor.until(({ closed }) => closed)
  }
  expect(await nextAlarm(room)).toBe(due)
})

it('an entry, and somebody who types, make the hub compare soon again', async () => {
  const { room, userName } = await roomWithUser()
  const listener = await listen(room, { userName })
  const quiet = async () => {
    for (const seconds of [25, 50, 100, 200]) await later(seconds * 1000, () => runAlarm(room))
    expect(await nextAlarm(room)).toBeGreaterThan(Date.now() + 300_000)
  }
  const isSoon = async () => ((await nextAlarm(room)) ?? 0) <= Date.now() + 25_000
  await quiet()
  await say(room, userName, 'hello?')
  await listener.entries(1)
  await expect.poll(isSoon).toBe(true)

  await quiet()
  listener.send({ type: 'typing' })
  await expect.poll(isSoon).toBe(true)

  await quiet()
  const HUB = { getByName: () => ({ publish: async () => {} }) } as unknown as typeof env.HUB
  await ok('POST', `${room}/message`, { body: { userName, message: 'unheard' }, env: { HUB } })
  await runAlarm(room)
  await listener.entries(2)
  expect(await isSoon()).toBe(true)
})

it('a comparison that fails is repeated soon', async () => {
  const { room } = await roomWithUser()
  const listener = await listen(room)
  for (const seconds of [25, 50, 100]) await later(seconds * 1000, () => runAlarm(room))
  await bind(room, { DB: failingBefore(d1Error('Network connection lost.')) })
  const failed = Date.now() + 200_000
  await later(200_000, () => runAlarm(room))
  expect(await nextAlarm(room)).toBeLessThanOrEqual(failed + 26_000)
  expect(listener.closed).toBeUndefined()
})

it('an alarm of a login that ends is not late, and those who are silent are gone for a newcomer', async () => {
  const { room, userName } = await roomWithUser()
  const token = await sign({ ...person(), exp: seconds() + 600 })
  await listen(room)
  for (const after of [25, 50, 100, 200, 400]) await later(after * 1000, () => runAlarm(room))
  await listen(room, { token, env: withSecret })
  expect(await nextAlarm(room)).toBeLessThanOrEqual(Date.now() + 630_000)

  const { webSocket } = await listenHalfOpen(room, { userName })
  const pong = new Promise((heard) =>
    webSocket.addEventListener('message', ({ data }) => data === 'pong' && heard(data)),
  )
  webSocket.send('ping')
  await pong
  await later(500_000, async () => {
    const newcomer = await listen(room)
    newcomer.send({ type: 'presence' })
    expect((await newcomer.next('present')).userNames).not.toContain(userName)
  })
})
