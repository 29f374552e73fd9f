import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ParlourError, parlour, type Room, type RoomEvent } from '../../src/client/client.ts'
import { network } from '../support/node/network.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server
beforeAll(server.start)
afterAll(server.remove)

let count = 0
const fresh = (what: string): string => `${what}-${++count}`

/** Listens to a room until the test ends. Resolves when the connection is live. */
const listen = async (room: Room) => {
  const events: RoomEvent[] = []
  const live = Promise.withResolvers<void>()
  const subscription = room.subscribe((event) => events.push(event), {
    onConnection: ({ state }) => state === 'live' && live.resolve(),
  })
  onTestFinished(() => subscription.close())
  await live.promise
  return { subscription, events }
}

/** Opens a new room as a new user, and listens to it. */
const newRoom = async () => {
  const client = parlour(url)
  const userName = fresh('user')
  await client.signIn({ name: userName })
  const room = client.room(fresh('room'))
  await room.create()
  return { client, userName, room, ...(await listen(room)) }
}

const textsOf = async (name: string): Promise<(string | null)[]> => {
  const { messages } = await parlour(url).room(name).page()
  return messages.map(({ message }) => message)
}

/** Stores what a page stores, for several clients one after another. */
const pageStorage = () => {
  const items = new Map<string, string>()
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      items.set(key, value)
      Object.assign(storage, { [key]: value })
    },
    removeItem: (key: string) => {
      items.delete(key)
      Reflect.deleteProperty(storage, key)
    },
  }
  vi.stubGlobal('localStorage', storage)
}

describe('a message that is sent on an open WebSocket', () => {
  it('is one frame and no request, and is told as it is stored', async () => {
    const { sentFrames, requests } = network()
    const { room, userName, events } = await newRoom()
    const before = requests.length
    const sending = room.send('hello!')
    const message = await sending.done
    expect(message).toMatchObject({ seq: 1, chatroom: room.name, userName, message: 'hello!' })
    expect(requests).toHaveLength(before)
    expect(sentFrames()).toEqual([
      { type: 'message', message: 'hello!', ref: sending.key, idempotencyKey: sending.key, after: 0 },
    ])
    expect(events.filter(({ type }) => type === 'message')).toHaveLength(1)
    expect((await room.page()).messages).toEqual([message])
    // So that a replica that lags behind shows it as well.
    expect(requests.at(-1)?.headers.get('x-d1-bookmark')).toBe('first-primary')
  })

  it('says after which entry the server looks for its key', async () => {
    const { sentFrames, sends } = network()
    const { room, client } = await newRoom()
    await room.send('one').done
    await room.send('two').done
    expect(sentFrames().map(({ after }) => after)).toEqual([0, 1])
    // Another client has seen nothing, then its page.
    const guest = parlour(url)
    await guest.signIn({ name: fresh('guest') })
    const seen = guest.room(room.name)
    await seen.send('three').done
    await seen.send('four').done
    expect(sends().map(({ headers }) => headers.get('Parlour-After'))).toEqual([null, '3'])
    const other = parlour(url)
    await other.signIn({ name: fresh('guest') })
    await other.room(room.name).page({ before: 3 })
    await other.room(room.name).send('five').done
    await other.room(room.name).page()
    await client.room(room.name).send('six').done
    await other.room(room.name).send('seven').done
    expect(sends().map(({ headers }) => headers.get('Parlour-After'))).toEqual([null, '3', '2', '5'])
    expect((await room.page()).messages).toHaveLength(7)
  })

  it('goes by a request, under the same key, when the connection ends before the answer', async () => {
    const { sentFrames, sends } = network({
      received: (frame, socket) => {
        if (frame.type !== 'sent') return true
        socket.close()
        return false
      },
    })
    const { room, events, subscription } = await newRoom()
    const sending = room.send('hello!')
    expect(await sending.done).toMatchObject({ seq: 1, message: 'hello!' })
    expect(sentFrames()).toMatchObject([{ idempotencyKey: sending.key, after: 0 }])
    expect(
      sends().map(({ headers }) => [headers.get('Idempotency-Key'), headers.get('Parlour-After')]),
    ).toEqual([[sending.key, '0']])
    expect(await textsOf(room.name)).toEqual(['hello!'])
    await vi.waitUntil(() => subscription.connection.state === 'live' && events.at(-1)?.type === 'present')
    expect(events.filter(({ type }) => type === 'message')).toHaveLength(1)
  })

  it('is sent again after a reload with the same key and the same entry, and stored once', async () => {
    pageStorage()
    let isAway = false
    const posted = Promise.withResolvers<void>()
    const { sentFrames, sends } = network({
      received: (frame, socket) => {
        if (frame.type !== 'sent') return true
        isAway = true
        socket.close()
        return false
      },
      fetch: (_, forward) => {
        if (!isAway) return forward()
        posted.resolve()
        // The page is closed before an answer comes.
        return new Promise(() => undefined)
      },
    })
    const { room } = await newRoom()
    const { key } = room.send('hello!')
    await posted.promise
    isAway = false
    await parlour(url).room(room.name).send('after the reload').done
    expect(await textsOf(room.name)).toEqual(['hello!', 'after the reload'])
    expect(sentFrames()).toMatchObject([{ idempotencyKey: key, after: 0 }])
    const keys = sends().map(({ headers }) => [headers.get('Idempotency-Key'), headers.get('Parlour-After')])
    expect(keys.slice(0, 2)).toEqual([
      [key, '0'],
      [key, '0'],
    ])
  })

  it('keeps its place among the others when connections end', async () => {
    let answers = 0
    const { sentFrames, sends } = network({
      received: (frame, socket) => {
        if (frame.type !== 'sent' || answers++ % 2 === 0) return true
        socket.close()
        return false
      },
    })
    const { room, subscription } = await newRoom()
    const texts = ['one', 'two', 'three', 'four']
    await Promise.all(texts.map((text) => room.send(text).done))
    await vi.waitUntil(() => subscription.connection.state === 'live')
    await room.send('five').done
    expect(await textsOf(room.name)).toEqual([...texts, 'five'])
    expect(sentFrames().length).toBeGreaterThan(1)
    expect(sends().length).toBeGreaterThan(0)
  })

  it('that is refused is set aside with the server’s reason, and the next one goes on', async () => {
    const { sends } = network()
    const owner = parlour(url)
    await owner.signIn({ name: fresh('owner') })
    const name = fresh('owned')
    await owner.request('POST', '/api/chatroom', { name })
    await owner.request('PATCH', `/chatroom/${name}`, { blockedWords: ['casino'] })
    const guest = parlour(url)
    await guest.signIn({ name: fresh('guest') })
    const room = guest.room(name)
    const byRequest = room.send('casino')
    await expect(byRequest.done).rejects.toBeInstanceOf(ParlourError)
    await listen(room)
    const [bad, good] = [room.send('casino!'), room.send('hello')]
    expect((await good.done).seq).toBe(1)
    await expect(bad.done).rejects.toMatchObject({
      status: 403,
      type: byRequest.problem && 'type' in byRequest.problem && byRequest.problem.type,
    })
    expect(room.outbox).toEqual([byRequest, bad])
    expect(sends()).toHaveLength(1)
    await owner.request('PATCH', `/chatroom/${name}`, { blockedWords: [] })
    bad.retry()
    expect((await bad.done).seq).toBe(2)
    expect(sends()).toHaveLength(1)
  })

  it('that comes too soon waits as long as the server says', async () => {
    const { sentFrames, sends } = network()
    const owner = parlour(url)
    await owner.signIn({ name: fresh('owner') })
    const name = fresh('slow')
    await owner.request('POST', '/api/chatroom', { name })
    await owner.request('PATCH', `/chatroom/${name}`, { slowModeSeconds: 3600 })
    const guest = parlour(url)
    await guest.signIn({ name: fresh('guest') })
    const room = guest.room(name)
    await listen(room)
    await room.send('one').done
    // More than a minute counts as refused.
    await expect(room.send('two').done).rejects.toMatchObject({ status: 429, retryAfterSeconds: 3600 })
    await owner.request('PATCH', `/chatroom/${name}`, { slowModeSeconds: 1 })
    const sending = room.send('three')
    expect(await sending.done).toMatchObject({ seq: 2, message: 'three' })
    expect(
      sentFrames().filter(({ idempotencyKey }) => idempotencyKey === sending.key).length,
    ).toBeGreaterThan(0)
    expect(sends()).toEqual([])
  })

  it('goes to a server that knows only parlour.v1, whose messages hold one frame each', async () => {
    const { sentFrames, sends, received, requests } = network({
      protocols: (offered) => offered.filter((protocol) => protocol !== 'parlour.v2'),
    })
    const { room, userName } = await newRoom()
    expect(await room.send('hello!').done).toMatchObject({ seq: 1, userName, message: 'hello!' })
    expect([sentFrames().length, sends().length]).toEqual([1, 0])
    expect(received.filter((data) => data.startsWith('['))).toEqual([])
    await room.page()
    // It would refuse it.
    expect(requests.at(-1)?.headers.get('x-d1-bookmark')).not.toBe('first-primary')
  })

  it('goes by a request where there is no WebSocket, beside an event stream', async () => {
    const { sends } = network()
    vi.stubGlobal('WebSocket', undefined)
    const { room, userName, events } = await newRoom()
    expect(await room.send('hello!').done).toMatchObject({ seq: 1, userName, message: 'hello!' })
    expect(sends().map(({ headers }) => headers.get('Parlour-After'))).toEqual(['0'])
    await vi.waitUntil(() => events.some(({ type }) => type === 'message'))
  })
})

describe('the user of a message that is sent while a connection is open', () => {
  it('is the one who is signed in, also before the connection is another', async () => {
    const { sends } = network()
    const { room, client, userName } = await newRoom()
    await room.send('one').done
    const another = fresh('another')
    await client.signIn({ name: another })
    expect(await room.send('two').done).toMatchObject({ seq: 2, userName: another })
    expect(sends()).toHaveLength(1)
    const { messages } = await room.page()
    expect(messages.map((message) => message.userName)).toEqual([userName, another])
  })

  it('is the one who has signed in in another tab, before this tab hears of it', async () => {
    pageStorage()
    const { sends } = network()
    const { room, userName } = await newRoom()
    const another = fresh('another')
    await parlour(url).signIn({ name: another })
    expect(await room.send('two').done).toMatchObject({ seq: 1, userName: another })
    expect(sends()).toHaveLength(1)
    expect(another).not.toBe(userName)
  })

  it('is the same after a rename, with the token of the name', async () => {
    const { room, client } = await newRoom()
    const name = fresh('renamed')
    await client.rename(name)
    expect(await room.send('hello!').done).toMatchObject({ seq: 1, userName: name })
  })

  it('is found anew by a request when an open name was renamed elsewhere', async () => {
    const { room, client } = await newRoom()
    const { sends } = network()
    const guest = parlour(url)
    await guest.signIn({ name: client.userName ?? '', existing: true })
    const seen = guest.room(room.name)
    await listen(seen)
    const name = fresh('renamed')
    await client.rename(name)
    expect(await seen.send('still me').done).toMatchObject({ seq: 1, userName: name })
    expect(guest.userName).toBe(name)
    expect(sends().length).toBeGreaterThan(0)
    expect(await seen.send('still me!').done).toMatchObject({ seq: 2, userName: name })
  })

  it('is nobody without a name, which a request is refused for', async () => {
    const { room } = await newRoom()
    const { sends } = network()
    const nobody = parlour(url).room(room.name)
    await listen(nobody)
    await expect(nobody.send('who am I?').done).rejects.toMatchObject({ status: 400 })
    expect(sends()).toHaveLength(1)
  })
})
