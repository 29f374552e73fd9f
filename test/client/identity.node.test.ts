import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Parlour, ParlourError, parlour } from '../../src/client/client.ts'
import { httpProxy } from '../support/node/http-proxy.ts'
import { localServer } from '../support/node/server.ts'

const secret = '0123456789abcdef0123456789abcdef'
const server = await localServer({ JWT_SECRET: secret })
const { url } = server
beforeAll(server.start)
afterAll(server.remove)

let count = 0
const fresh = (what: string): string => `${what}-${++count}`

/** Signs a client in under a new name, with its token. */
const signedIn = async (at = url) => {
  const client = parlour(at)
  const user = await client.signIn({ name: fresh('danny') })
  return { client, user, token: 'token' in user ? user.token : '' }
}

/** Counts the calls of `onIdentity`. */
const changesOf = (client: Parlour) => {
  const names: (string | undefined)[] = []
  onTestFinished(client.onIdentity(() => names.push(client.userName)))
  return names
}

const newRoom = async () => {
  const { client } = await signedIn()
  const room = client.room(fresh('room'))
  await room.create()
  await room.send('hello!').done
  return room.name
}

const nextLogin = (name: string) => {
  const logins: string[] = []
  const login = async () => {
    const jwt = await new SignJWT({ name })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(name)
      .setJti(String(logins.length))
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(secret))
    logins.push(jwt)
    return jwt
  }
  return { login, logins }
}

describe('an identity that the server does not accept any more', () => {
  it('does not keep anybody from reading, and is dropped with a word to the page', async () => {
    const room = await newRoom()
    const { client, user } = await signedIn()
    const changes = changesOf(client)
    await parlour(url).request('DELETE', `/api/users/${user.id}`)
    const pages = await Promise.all([1, 2, 3].map(() => client.room(room).page()))
    expect(pages.map(({ messages }) => messages.length)).toEqual([1, 1, 1])
    expect([client.userName, client.userId]).toEqual([undefined, undefined])
    expect(client.lostIdentity).toMatchObject({
      userName: user.name,
      problem: { type: '/problems/invalid-token' },
    })
    expect(changes).toEqual([undefined])
    await client.signIn({ name: fresh('another') })
    expect(client.lostIdentity).toBeUndefined()
  })

  it('goes on listening as nobody', async () => {
    const room = await newRoom()
    const { client, user } = await signedIn()
    await parlour(url).request('DELETE', `/api/users/${user.id}`)
    const { promise, resolve } = Promise.withResolvers<string | null>()
    const subscription = client
      .room(room)
      .subscribe((event) => event.type === 'hello' && resolve(event.userName))
    onTestFinished(() => subscription.close())
    expect(await promise).toBeNull()
    expect(client.lostIdentity).toMatchObject({ userName: user.name })
  })

  it('is refused where it would write', async () => {
    const room = await newRoom()
    const { client, user } = await signedIn()
    await parlour(url).request('DELETE', `/api/users/${user.id}`)
    await expect(client.room(room).join()).rejects.toMatchObject({ status: 401 })
    expect(client.lostIdentity).toMatchObject({ userName: user.name })
  })

  it('is an open name that somebody else protects', async () => {
    const room = await newRoom()
    const { client: holder, user } = await signedIn()
    const client = parlour(url)
    await client.signIn({ name: user.name, existing: true })
    await holder.request('PATCH', `/api/users/${user.id}`, { protected: true })
    await expect(client.room(room).join()).rejects.toMatchObject({ type: '/problems/token-required' })
    expect(client.lostIdentity).toMatchObject({ userName: user.name })
    expect((await client.room(room).page()).messages).toHaveLength(1)
  })

  it('is kept when the refusal is about somebody or something else', async () => {
    const { client, user } = await signedIn()
    await expect(client.request('GET', '/api/users/999999999')).rejects.toMatchObject({ status: 404 })
    const guest = parlour(url)
    await guest.signIn({ name: user.name, existing: true })
    const path = `/chatroom/${await newRoom()}/member/nobody-of-this-name`
    await expect(guest.request('GET', path)).rejects.toBeInstanceOf(ParlourError)
    expect([client.userName, guest.userName]).toEqual([user.name, user.name])
  })
})

describe('a rename', () => {
  it('keeps the user, whose messages and connections go on', async () => {
    const room = await newRoom()
    const { client, user } = await signedIn()
    const changes = changesOf(client)
    const name = fresh('daniel')
    expect(await client.rename(name)).toMatchObject({ id: user.id, name })
    expect([client.userId, client.userName, changes]).toEqual([user.id, name, [name]])
    expect(await client.room(room).send('still me').done).toMatchObject({ userName: name })
  })

  it('is refused to somebody without the token of the name', async () => {
    const { user } = await signedIn()
    const client = parlour(url)
    await expect(client.rename('x')).rejects.toMatchObject({ type: '/problems/token-required' })
    await client.signIn({ name: user.name, existing: true })
    await expect(client.rename('x')).rejects.toMatchObject({ type: '/problems/token-required' })
  })

  it('that happened elsewhere is followed when the room says hello', async () => {
    const room = await newRoom()
    const { client, user, token } = await signedIn()
    const elsewhere = parlour(url)
    await elsewhere.signIn({ token })
    const name = fresh('daniel')
    await elsewhere.rename(name)
    const changes = changesOf(client)
    const { promise, resolve } = Promise.withResolvers<void>()
    const subscription = client.room(room).subscribe((event) => event.type === 'hello' && resolve())
    onTestFinished(() => subscription.close())
    await promise
    expect([client.userId, client.userName, changes]).toEqual([user.id, name, [name]])
  })

  it('that happened elsewhere is followed when a message is sent', async () => {
    const room = await newRoom()
    const { client, user, token } = await signedIn()
    const elsewhere = parlour(url)
    await elsewhere.signIn({ token })
    const name = fresh('daniel')
    await elsewhere.rename(name)
    await client.room(room).send('still me').done
    expect([client.userId, client.userName]).toEqual([user.id, name])
  })

  it('of an open name is found by its id', async () => {
    const room = await newRoom()
    const { client: holder, user } = await signedIn()
    const client = parlour(url)
    await client.signIn({ name: user.name, existing: true })
    const name = fresh('daniel')
    await holder.rename(name)
    expect(await client.room(room).join()).toMatchObject({ userName: name })
    expect([client.userId, client.userName]).toEqual([user.id, name])
  })
})

describe('a site’s login that has ended', () => {
  it('is asked for another once, however many requests need it', async () => {
    const { login, logins } = nextLogin(fresh('login'))
    let isOver = false
    const proxy = await httpProxy(
      async ({ path }, forward) =>
        isOver && path.startsWith('/api/users/me') && logins.length === 1
          ? new Response('{}', { status: 401 })
          : forward(),
      url,
    )
    onTestFinished(proxy.close)
    const client = parlour(proxy.url)
    await client.signIn({ login })
    isOver = true
    await Promise.all([1, 2, 3, 4, 5].map(() => client.request('GET', '/api/users/me')))
    expect(logins).toHaveLength(2)
  })

  it('is asked again by the next request after it has failed', async () => {
    const { login } = nextLogin(fresh('login'))
    let fails = false
    let hasEnded = false
    const proxy = await httpProxy(async (_, forward) => {
      if (!hasEnded) return forward()
      hasEnded = false
      return new Response('{}', { status: 401 })
    }, url)
    onTestFinished(proxy.close)
    const client = parlour(proxy.url)
    await client.signIn({
      login: () => {
        if (fails) throw new Error('The site is away.')
        return login()
      },
    })
    fails = true
    hasEnded = true
    await expect(client.request('GET', '/api/users/me')).rejects.toThrow('The site is away.')
    fails = false
    expect(await client.request('GET', '/api/users/me')).toMatchObject({ id: client.userId })
  })

  it('that the server refuses twice reads as nobody', async () => {
    const room = await newRoom()
    const name = fresh('login')
    const { login } = nextLogin(name)
    let isOver = false
    let hasEnded = false
    const proxy = await httpProxy(async (_, forward) => {
      if (!hasEnded) return forward()
      hasEnded = false
      return new Response('{}', { status: 401 })
    }, url)
    onTestFinished(proxy.close)
    const client = parlour(proxy.url)
    await client.signIn({ login: () => (isOver ? 'nonsense' : login()) })
    isOver = true
    hasEnded = true
    expect((await client.room(room).page()).messages).toHaveLength(1)
    expect(client.lostIdentity).toMatchObject({ userName: name })
  })
})
