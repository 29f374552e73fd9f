import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { MAX_HUB_CALLS } from '../../src/notify'
import { call, newUser, ok, roomWithUser, say } from '../support/api'
import { counting, fated, held } from '../support/database'
import { meter } from '../support/limits'
import { bind, connect, type Listener, listen, runAlarm } from '../support/live'
import { login, withSecret } from '../support/login'

const rowsOf = async (userId: number): Promise<string[]> => {
  const found = await env.DB.prepare('select room_key from listeners where user_id = ?')
    .bind(userId)
    .all<{ room_key: string }>()
  return found.results.map((row) => row.room_key)
}

/** The hubs, and the names of those that are called. */
const countedHubs = () => {
  const calls: string[] = []
  const getByName = (name: string) => {
    calls.push(name)
    return env.HUB.getByName(name)
  }
  return { calls, HUB: { getByName } as unknown as typeof env.HUB }
}

describe('the row that says in which room a user listens', () => {
  it('is there while the user is, with or without a token, and goes with the last connection', async () => {
    const { room } = await roomWithUser()
    const user = await newUser()
    const tabs = [await listen(room, { userName: user.name }), await listen(room, { token: user.token })]
    expect(await rowsOf(user.id)).toHaveLength(1)
    for (const [left, tab] of tabs.entries()) {
      tab.socket.close(1000)
      await tab.until(({ closed }) => closed)
      await runAlarm(room)
      expect(await rowsOf(user.id)).toHaveLength(1 - left)
    }
    expect(await runAlarm(room)).toBe(false)
    await listen(room, { userName: user.name })
    expect(await rowsOf(user.id)).toHaveLength(1)
  })

  it('is there for a user that came back while it was being deleted', async () => {
    const { room } = await roomWithUser()
    const user = await newUser()
    const tab = await listen(room, { userName: user.name })
    tab.socket.close(1000)
    await tab.until(({ closed }) => closed)
    const { promise, resolve } = Promise.withResolvers<void>()
    const { db, sizes } = fated(held(promise))
    await bind(room, { DB: db })
    const alarm = runAlarm(room)
    await expect.poll(() => sizes.length).toBe(1)
    const back = await listen(room, { userName: user.name })
    resolve()
    await alarm
    // The client comes back by itself.
    expect((await back.until(({ closed }) => closed)).closed?.code).toBe(4001)
    await listen(room, { userName: user.name })
    expect(await rowsOf(user.id)).toHaveLength(1)
  })

  it('is there for a user that was just let in when it was deleted', async () => {
    const { room } = await roomWithUser()
    const user = await newUser()
    const tab = await listen(room, { userName: user.name })
    tab.socket.close(1000)
    await tab.until(({ closed }) => closed)
    const [asked, deleted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { db, sizes } = fated(held(asked.promise), async (run) => {
      const results = await run()
      asked.resolve()
      await deleted.promise
      return results
    })
    await bind(room, { DB: db })
    const alarm = runAlarm(room)
    await expect.poll(() => sizes.length).toBe(1)
    const back = listen(room, { userName: user.name })
    await alarm
    deleted.resolve()
    expect((await back).closed).toBeUndefined()
    expect(await rowsOf(user.id)).toHaveLength(1)
  })

  it('is not written for a ticket that nobody uses, for a HEAD request, or for anonymous readers', async () => {
    const { room } = await roomWithUser()
    const user = await newUser()
    const { db, cost } = counting()
    await ok('POST', `${room}/ticket`, { body: {}, token: user.token, db })
    await call('HEAD', `${room}/live?userName=${encodeURIComponent(user.name)}`, { db })
    await listen(room)
    expect([await rowsOf(user.id), cost.rowsWritten]).toEqual([[], 0])
  })
})

it('a HEAD request lets nobody appear', async () => {
  const { room, userName } = await roomWithUser()
  const watcher = await listen(room)
  const response = await call('HEAD', `${room}/live?userName=${userName}`)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect((await call('HEAD', `${room}/live?userName=nobody`)).status).toBe(404)
  watcher.send({ type: 'presence' })
  await watcher.next('present')
  expect(watcher.frames.map(({ type }) => type)).toEqual(['hello', 'present'])
})

it('a token that listens in very many rooms is revoked with a bounded number of calls, and ends everywhere', async () => {
  const user = await newUser()
  const rooms = []
  for (let i = 0; i < MAX_HUB_CALLS + 4; i++) rooms.push((await roomWithUser()).room)
  const listeners: Listener[] = []
  for (const room of rooms) listeners.push(await listen(room, { token: user.token }))
  const { calls, HUB } = countedHubs()
  await ok('DELETE', `/api/users/${user.id}/token`, { token: user.token, env: { HUB } })
  expect(calls).toHaveLength(MAX_HUB_CALLS)
  const left = rooms.filter((_, i) => listeners[i]?.closed === undefined)
  for (const room of left) await runAlarm(room)
  for (const listener of listeners) await listener.until(({ closed }) => closed)
  expect(new Set(listeners.map(({ closed }) => closed?.code))).toEqual(new Set([4011]))
  expect(await rowsOf(user.id)).toEqual([])
})

it('the messages of a user are deleted from very many rooms with a bounded number of calls', async () => {
  const user = await newUser()
  const rooms = []
  for (let i = 0; i < MAX_HUB_CALLS + 4; i++) {
    const { room } = await roomWithUser()
    rooms.push(room)
    await say(room, user.name, 'x')
  }
  const listeners: Listener[] = []
  for (const room of rooms) listeners.push(await listen(room, { after: 1 }))
  const { calls, HUB } = countedHubs()
  const path = `/api/users/${user.id}?messages=delete`
  expect(await ok('DELETE', path, { token: user.token, env: { HUB } })).toMatchObject({ left: 0 })
  expect(calls).toHaveLength(MAX_HUB_CALLS)
  for (const room of rooms) await runAlarm(room)
  for (const listener of listeners) await listener.entries(2)
})

it('all rows that listening writes are counted by the meter', async () => {
  const { room } = await roomWithUser()
  const { asked, METER } = meter()
  const bindings = { METER, DAILY_WRITES: 1000 }
  const { db, cost } = counting()
  await bind(room, { ...bindings, DB: db })
  const token = await login()
  const response = await connect(room, { token, env: { ...withSecret, ...bindings } })
  response.webSocket?.accept()
  expect(cost.rowsWritten).toBeGreaterThan(0)
  const atFirst = cost.rowsWritten
  const counted = () => asked.reduce((sum, { debt }) => sum + debt, 0)
  await expect.poll(counted).toBe(atFirst)
  const listener = response.webSocket
  const closed = new Promise((close) => listener?.addEventListener('close', close))
  listener?.close(1000)
  await closed
  await runAlarm(room)
  expect(cost.rowsWritten).toBeGreaterThan(atFirst)
  await expect.poll(counted).toBe(cost.rowsWritten)
})
