import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import type { Entry } from '../../src/client/element/timeline.ts'
import { overEvents } from '../../src/client/event-stream.ts'
import { overSocket } from '../../src/client/transport.ts'
import type { Chatroom, MessageList, NewUser, OwnChatroomList } from '../../src/contract/index.ts'
import { type Follower, follow, outlineOf, viewOf } from '../support/node/follower.ts'
import { followPins } from '../support/node/pins.ts'
import { ask, frameSender, poster } from '../support/node/poster.ts'
import { tcpProxy } from '../support/node/proxy.ts'
import { localServer } from '../support/node/server.ts'
import { random } from '../support/random.ts'

const size = (name: string, otherwise: number): number => Number(process.env[name] || otherwise)
const seed = size('SEED', randomInt(2 ** 32))
const listeners = size('LISTENERS', 40)
const posters = size('POSTERS', 5)
const rounds = size('ROUNDS', 1)
const run = `SEED=${seed} LISTENERS=${listeners} POSTERS=${posters} ROUNDS=${rounds}`
/** Number of network failures before the server is killed. */
const CUTS = 4
/** Longer than the hub needs to find missed entries in D1. */
const PATIENCE_MILLISECONDS = 60_000
const TIMEOUT_MILLISECONDS = 2 * PATIENCE_MILLISECONDS + 60_000 * rounds

const server = await localServer()
const proxy = await tcpProxy(server.url)
afterAll(async () => {
  proxy.close()
  await server.remove()
})

/** Returns all messages of the room as D1 has them. */
const history = async (): Promise<Entry[]> => {
  const found: Entry[] = []
  for (let url: string | null = `${server.url}/chatroom/lobby/message?after=0&limit=100`; url !== null; ) {
    const page: MessageList = await (await fetch(url)).json()
    found.push(...page.messages.map(({ chatroom, ...message }) => message))
    url = page.next
  }
  return found
}

it(`each listener ends with the log that D1 has: ${run}`, { timeout: TIMEOUT_MILLISECONDS }, async () => {
  console.log(`${run} npx vitest run test/live/soak.node.test.ts`)
  const next = random(seed)
  await server.start()
  const { body: owner } = await ask<NewUser>(`${server.url}/api/users`, 'POST', { name: 'owner' })
  const { token } = owner
  await ask(`${server.url}/api/chatroom`, 'POST', { name: 'lobby' }, { token })
  const room = { url: server.url, name: 'lobby' }
  const behindProxy = { url: proxy.url, name: 'lobby' }

  const followers: Follower[] = []
  const pins: ReturnType<typeof followPins>[] = []
  const addFollower = async (i: number) => {
    const place = i % 2 ? behindProxy : room
    const its = followPins(place)
    const follower = follow(place, { transport: i % 4 < 2 ? overSocket : overEvents, onFrame: its.take })
    followers.push(follower)
    pins.push(its)
    await follower.greeted()
  }
  await Promise.all(Array.from({ length: listeners }, (_, i) => addFollower(i)))

  let isOver = false
  let acts = 0
  const wakes: { at: number; wake: () => void }[] = []
  /** Waits until the posters have done more actions. */
  const progress = (more: number) =>
    new Promise<void>((wake) => {
      wakes.push({ at: acts + more, wake })
    })
  // Every second one sends frames, through the proxy that is cut.
  const frameSenders = Array.from({ length: posters }, (_, i) =>
    i % 2 ? frameSender(behindProxy, `poster-${i}`) : undefined,
  )
  const said: number[] = []
  const posterClients = frameSenders.map((sender, i) =>
    poster({
      room,
      userName: `poster-${i}`,
      next: random(seed + 1 + i),
      said,
      token,
      send: sender && ((...message) => sender.send(...message)),
    }),
  )
  const posting = posterClients.map(async ({ act }, i) => {
    await ask(`${server.url}/api/users`, 'POST', { name: `poster-${i}` })
    while (!isOver) {
      await act()
      acts++
      for (const { at, wake } of wakes) if (acts >= at) wake()
    }
  })
  const disasters = async () => {
    for (let round = 0; round < rounds; round++) {
      // A listener that starts late and has the whole log to read.
      await addFollower(round)
      for (let i = 0; i < CUTS; i++) {
        await progress(posters * (1 + 3 * next()))
        const share = next()
        proxy.cut(() => next() < share)
      }
      await progress(posters * (1 + 3 * next()))
      await server.kill()
      await server.start()
    }
    await progress(posters)
    isOver = true
  }
  await Promise.all([disasters(), ...posting])
  for (const sender of frameSenders) sender?.leave()

  // A new reader gets the log from D1.
  const late = follow(room, { transport: overSocket })
  const { body: end } = await ask(`${server.url}/chatroom/lobby/message`, 'POST', {
    userName: 'poster-0',
    message: 'the end',
  })
  const everybody = [late, ...followers]
  const reached = Promise.all(everybody.map((follower) => follower.reaches(end.seq)))
  // The comparison below shows each listener that is not complete by then.
  await Promise.race([reached, sleep(PATIENCE_MILLISECONDS, undefined, { ref: false })])
  const { body: settings } = await ask<Chatroom>(`${server.url}/chatroom/lobby`, 'GET')
  // Frames about pins have no number that could be waited for.
  for (const its of pins) await expect.poll(() => its.pinned(), { timeout: 10_000 }).toEqual(settings.pinned)
  await Promise.all(everybody.map((follower) => follower.stop()))

  expect(late.log.map(({ seq }) => seq)).toEqual(Array.from({ length: end.seq }, (_, i) => i + 1))
  const messages = await history()
  for (const follower of everybody) {
    expect(outlineOf(follower.log)).toEqual(outlineOf(late.log))
    expect(viewOf(follower.log)).toEqual(messages)
    expect(follower.frames.filter(({ type }) => type === 'reset')).toEqual([])
  }
  const written = posterClients.flatMap((each) =>
    [...each.history].map(([seq, texts]) => [seq, texts.at(-1)] as const),
  )
  const texts = new Map(messages.map(({ seq, message }) => [seq, message]))
  expect(written.filter(([seq, text]) => texts.get(seq) !== text)).toEqual([])
  // A repeated send is one message.
  expect(messages).toHaveLength(written.length + 1)
  for (const { userName, read } of posterClients) {
    const { body } = await ask<OwnChatroomList>(
      `${server.url}/api/users/me/chatroom?userName=${userName}`,
      'GET',
    )
    expect([userName, body.chatrooms[0]?.readSeq ?? 0]).toEqual([userName, read.seq])
  }
  const kinds = Map.groupBy(late.log, ({ type }) => type)
  const counts = [...kinds].map(([type, entries]) => `${entries.length} ${type}`)
  const connections = followers.flatMap(({ frames }) => frames.filter(({ type }) => type === 'hello'))
  console.log(`${end.seq} entries (${counts.join(', ')}) over ${connections.length} connections`)
  const replies = messages.filter(({ replyTo }) => replyTo !== null)
  console.log(`${replies.length} replies, ${settings.pinned.length} pins`)
})
