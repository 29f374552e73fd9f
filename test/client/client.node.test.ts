import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ParlourError, parlour } from '../../src/client/client.ts'
import { httpProxy, type Intercept, type ProxiedRequest } from '../support/node/http-proxy.ts'
import { localServer } from '../support/node/server.ts'

const secret = '0123456789abcdef0123456789abcdef'
const server = await localServer({ JWT_SECRET: secret })
const { url } = server
beforeAll(server.start)
afterAll(server.remove)

let count = 0
const fresh = (what: string): string => `${what}-${++count}`

/** Opens an existing room at this URL as a new visitor. */
const newRoom = async ({ at = url } = {}) => {
  const client = parlour(at)
  const userName = fresh('user')
  await client.signIn({ name: userName })
  const room = client.room(fresh('room'))
  await room.create()
  return { client, userName, room }
}

/** Starts a proxy in front of the server, which can lose requests and answers. */
const behind = async (intercept: Intercept) => {
  const proxy = await httpProxy(intercept, url)
  onTestFinished(proxy.close)
  return proxy
}
const isSend = ({ method, path }: ProxiedRequest): boolean => method === 'POST' && path.endsWith('/message')

describe('signing in', () => {
  it('makes a name, which nobody else can make', async () => {
    const name = fresh('danny')
    const client = parlour(`${url}/`)
    expect(await client.signIn({ name })).toMatchObject({ name, token: expect.any(String) })
    expect([client.userName, client.url]).toEqual([name, url])
    const error = await parlour(url)
      .signIn({ name })
      .catch((error) => error)
    expect(error).toBeInstanceOf(ParlourError)
    expect(error).toMatchObject({
      status: 409,
      type: '/problems/name-taken',
      message: expect.stringContaining(name),
    })
  })

  it('uses an existing open name as it is spelled, and refuses a protected one', async () => {
    const [open, shut] = [fresh('Open'), fresh('shut')]
    await parlour(url).signIn({ name: open })
    await parlour(url).signIn({ name: shut, protected: true })
    const client = parlour(url)
    await client.signIn({ name: open.toUpperCase(), existing: true })
    expect(client.userName).toBe(open)
    await expect(client.signIn({ name: shut, existing: true })).rejects.toThrow('protected')
    await expect(client.signIn({ name: fresh('nobody'), existing: true })).rejects.toThrow('no user')
    expect(client.userName).toBe(open)
  })

  it('takes a token, and forgets it', async () => {
    const name = fresh('gina')
    const made = await parlour(url).signIn({ name, protected: true })
    const client = parlour(url)
    await client.signIn({ token: 'token' in made ? made.token : '' })
    expect(client.userName).toBe(name)
    await expect(parlour(url).signIn({ token: 'nonsense' })).rejects.toMatchObject({ status: 401 })
    client.signOut()
    expect(client.userName).toBeUndefined()
    await expect(client.room(fresh('room')).join()).rejects.toMatchObject({ status: 400 })
  })

  it('asks the site for a login, and for another when that has ended', async () => {
    const name = fresh('login')
    const logins: string[] = []
    const login = () => {
      const signed = new SignJWT({ name })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(name)
        .setJti(String(logins.length))
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(secret))
      return signed.then((jwt) => {
        logins.push(jwt)
        return jwt
      })
    }
    const proxy = await behind(async (request, forward) => {
      const isOver = isSend(request) && request.body.includes('two') && logins.length === 1
      return isOver ? new Response('{}', { status: 401 }) : forward()
    })
    const client = parlour(proxy.url)
    await client.signIn({ login })
    const room = client.room(fresh('room'))
    await room.create()
    expect((await room.send('one').done).userName).toBe(name)
    expect((await room.send('two').done).seq).toBe(2)
    expect(logins).toHaveLength(2)
  })

  it('refuses a login that the server refuses, and asks for it no more than twice', async () => {
    let count = 0
    const client = parlour(url)
    await expect(client.signIn({ login: () => `nonsense ${count++}` })).rejects.toMatchObject({ status: 401 })
    expect([count, client.userName]).toEqual([1, undefined])
  })
})

it('reacts to messages and pins them', async () => {
  const { room, userName } = await newRoom()
  const { seq } = await room.send('hello!').done
  expect((await room.react(seq, '🎉')).reactions).toEqual([{ reaction: '🎉', count: 1, mine: true }])
  await room.react(seq, '❤')
  const reacted: string[] = []
  for await (const each of room.reactions(seq)) reacted.push(`${each.reaction} ${each.userName}`)
  for await (const each of room.reactions(seq, '👍')) reacted.push(each.reaction)
  expect(reacted.toSorted()).toEqual([`❤️ ${userName}`, `🎉 ${userName}`])
  const { messages, seq: last } = await room.page()
  expect([messages[0]?.reactions.length, last]).toEqual([2, 3])
  expect((await room.unreact(seq, '🎉')).reactions).toMatchObject([{ reaction: '❤️' }])
  // The room belongs to nobody.
  for (const act of [() => room.pin(seq), () => room.unpin(seq)])
    await expect(act()).rejects.toMatchObject({ status: 403 })
  expect([await room.pinned(), (await room.show()).pinned]).toEqual([[], []])
})

describe('sending', () => {
  it('is seen in the outbox until it is stored', async () => {
    const { room, userName } = await newRoom()
    const states: string[][] = []
    room.onOutbox(() => states.push(room.outbox.map(({ state }) => state)))
    const sending = room.send('hello!')
    expect([sending.state, sending.text]).toEqual(['pending', 'hello!'])
    expect(await sending.done).toMatchObject({ seq: 1, userName, message: 'hello!' })
    expect([sending.state, sending.message?.seq]).toEqual(['sent', 1])
    expect(states).toEqual([['pending'], []])
  })

  it('goes in order and once, whether the requests or their answers are lost', async () => {
    let tries = 0
    const proxy = await behind(async (request, forward) => {
      if (!isSend(request)) return forward()
      const fate = tries++ % 3
      if (fate === 0) return undefined
      const answer = await forward()
      return fate === 1 ? undefined : answer
    })
    const { room } = await newRoom({ at: proxy.url })
    const texts = ['one', 'two', 'three', 'four']
    const sent = await Promise.all(texts.map((text) => room.send(text).done))
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect((await room.page()).messages.map(({ message }) => message)).toEqual(texts)
    expect(proxy.requests.filter(isSend)).toHaveLength(12)
  })

  it('leaves a refused one aside, which can be tried again or given up, and goes on', async () => {
    const { client: owner } = await newRoom()
    const own = { name: fresh('owned') }
    await owner.request('POST', '/api/chatroom', own)
    const path = `/chatroom/${own.name}`
    await owner.request('PATCH', path, { blockedWords: ['casino'] })
    const guest = parlour(url)
    await guest.signIn({ name: fresh('guest') })
    const room = guest.room(own.name)
    const [bad, worse, good] = [room.send('casino'), room.send('casino!'), room.send('hello')]
    expect((await good.done).seq).toBe(1)
    expect([bad.state, bad.problem]).toEqual(['failed', expect.any(ParlourError)])
    await expect(bad.done).rejects.toThrow(bad.problem?.message)
    expect(room.outbox).toEqual([bad, worse])
    worse.discard()
    await owner.request('PATCH', path, { blockedWords: [] })
    bad.retry()
    expect(bad.state).toBe('pending')
    expect((await bad.done).seq).toBe(2)
    expect(room.outbox).toEqual([])
  })

  it('gives up on a server that always refuses, not on one that says when', async () => {
    let tries = 0
    const proxy = await behind(async (request, forward) => {
      if (!isSend(request)) return forward()
      if (tries++ > 0) return forward()
      return new Response('{}', { status: 503, headers: { 'Retry-After': '86400' } })
    })
    const { room } = await newRoom({ at: proxy.url })
    const sending = room.send('hello')
    await expect(sending.done).rejects.toMatchObject({ status: 503, retryAfterSeconds: 86_400 })
    sending.retry()
    expect((await sending.done).seq).toBe(1)
  })

  it('says nothing in the name of somebody else', async () => {
    const isLost = Promise.withResolvers<void>()
    const proxy = await behind(async (request, forward) => {
      if (!isSend(request) || request.body.includes('mine')) return forward()
      isLost.resolve()
      return undefined
    })
    const { room, client, userName } = await newRoom({ at: proxy.url })
    const sending = room.send('theirs')
    await isLost.promise
    await client.signIn({ name: fresh('another') })
    await expect(sending.done).rejects.toThrow(userName)
    expect((await room.send('mine').done).userName).not.toBe(userName)
  })
})

describe('a room', () => {
  it('is read from its end to its beginning, and the other way', async () => {
    const { room } = await newRoom()
    const texts = Array.from({ length: 8 }, (_, i) => `number ${i + 1}`)
    for (const text of texts) await room.send(text).done
    const page = await room.page({ limit: 3, before: 8 })
    expect([page.messages.map(({ seq }) => seq), page.more]).toEqual([[5, 6, 7], true])
    const read = async (range?: { before?: number; after?: number }) => {
      const found = []
      for await (const { message } of room.history(range)) found.push(message)
      return found
    }
    expect(await read()).toEqual(texts.toReversed())
    expect(await read({ before: 3 })).toEqual(['number 2', 'number 1'])
    expect(await read({ after: 6 })).toEqual(['number 7', 'number 8'])
  })

  it('is joined, left, looked at; its messages are edited, removed, reported', async () => {
    const { room, userName } = await newRoom()
    // The client makes rooms without an owner.
    expect(await room.join()).toMatchObject({ userName, role: 'member' })
    const guest = parlour(url)
    await guest.signIn({ name: fresh('guest') })
    const seen = guest.room(room.name)
    await seen.join()
    expect(await seen.show()).toMatchObject({ name: room.name, memberCount: 2 })
    await seen.leave()
    expect(await seen.show()).toMatchObject({ memberCount: 1 })
    const { seq } = await room.send('hello').done
    expect(await room.edit(seq, 'hello!')).toMatchObject({ message: 'hello!' })
    await seen.report(seq, 'spam')
    expect(await room.remove(seq)).toMatchObject({ message: null })
  })

  it('is heard once it is made, with who is there and who is typing', async () => {
    const client = parlour(url)
    const name = fresh('danny')
    await client.signIn({ name })
    const room = client.room(fresh('room'))
    const frames: string[] = []
    const wakes: (() => void)[] = []
    const comes = async (holds: () => unknown) => {
      while (!holds()) await new Promise<void>((wake) => wakes.push(wake))
    }
    const wake = () => {
      for (const each of wakes.splice(0)) each()
    }
    const subscription = room.subscribe(
      (event) => {
        frames.push(event.type === 'typing' ? `${event.userName} types` : event.type)
        wake()
      },
      { onConnection: wake },
    )
    onTestFinished(() => subscription.close())
    await comes(() => subscription.connection.state === 'no room')
    await room.create()
    await comes(() => frames.includes('present'))
    expect(await room.presence()).toEqual([name])

    const guest = parlour(url)
    const guestName = fresh('guest')
    await guest.signIn({ name: guestName })
    const seen = guest.room(room.name)
    const other = seen.subscribe(() => wake())
    await comes(() => frames.includes('presence') && other.connection.state === 'live')
    expect(new Set(await room.presence())).toEqual(new Set([name, guestName]))
    seen.typing()
    await comes(() => frames.includes(`${guestName} types`))
    other.close()
    await comes(() => frames.filter((type) => type === 'presence').length === 2)
    expect(await room.presence()).toEqual([name])
  })
})
