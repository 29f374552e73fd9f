import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parlour } from '../../src/client/client.ts'
import { Session } from '../../src/client/session.ts'
import { ReconnectingSubscription } from '../../src/client/subscription.ts'
import { roomsWithUnsentMessages } from '../../src/client/unsent-messages.ts'
import { network } from '../support/node/network.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server
beforeAll(server.start)
afterAll(server.remove)

let count = 0
const fresh = (what: string): string => `${what}-${++count}`

/** Makes a client of a new user, and one of a user who signs in on the same page later. */
const twoUsers = async () => {
  const [danny, eve] = [parlour(url), parlour(url)]
  const names = [fresh('danny'), fresh('eve')] as const
  const user = await danny.signIn({ name: names[0] })
  await eve.signIn({ name: names[1] })
  return { client: danny, names, token: eve.token ?? '', user }
}

describe('when somebody else signs in meanwhile', () => {
  it('a request goes again under the new name of the user who made it', async () => {
    const { client: holder, names, token, user } = await twoUsers()
    const client = parlour(url)
    await client.signIn({ name: names[0], existing: true })
    const room = client.room(fresh('room'))
    await room.create()
    const name = fresh('daniel')
    await holder.rename(name)
    network({
      fetch: async (request, forward) => {
        // The client looks for what has become of the user.
        if (request.url.endsWith(`/api/users/${user.id}`)) await client.signIn({ token })
        return forward()
      },
    })
    expect(await room.join()).toMatchObject({ userName: name })
    expect(client.userName).toBe(names[1])
  })

  it('a rename changes nothing for them', async () => {
    const { client, names, token } = await twoUsers()
    network({
      fetch: async (request, forward) => {
        const response = await forward()
        if (request.method === 'PATCH') await client.signIn({ token })
        return response
      },
    })
    await client.rename(fresh('daniel'))
    expect(client.userName).toBe(names[1])
  })

  it('in another tab, the greeting of a connection changes nothing for them', async () => {
    const items = new Map<string, string>()
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    const session = new Session('http://nowhere.invalid')
    session.identity.set({ userId: 1, userName: 'danny' })
    const live = Promise.withResolvers<void>()
    const subscription = new ReconnectingSubscription({
      session,
      path: '/chatroom/lobby',
      transport: ({ received }) => {
        items.set('parlour http://nowhere.invalid', JSON.stringify({ userId: 2, userName: 'eve' }))
        received(JSON.stringify({ type: 'hello', seq: 0, chatroom: 'lobby', userName: 'danny' }))
        return new Promise(() => undefined)
      },
      onEvent: () => live.resolve(),
    })
    onTestFinished(() => subscription.close())
    await live.promise
    expect(session.identity.current).toMatchObject({ userId: 2, userName: 'eve' })
  })

  it('a message does not go under their name over their connection', async () => {
    const { client, names, token } = await twoUsers()
    const room = client.room(fresh('room'))
    await room.create()
    const greeted = Promise.withResolvers<void>()
    const subscription = room.subscribe(
      (event) => event.type === 'hello' && event.userName === names[1] && greeted.resolve(),
    )
    onTestFinished(() => subscription.close())
    const created = Promise.withResolvers<void>()
    network({
      fetch: async (request, forward) => {
        if (request.url.includes('/api/chatroom?')) await created.promise
        return forward()
      },
    })
    // A message waits for a room that is being made.
    const creation = room.create()
    const sending = room.send('from danny')
    await Promise.resolve()
    await client.signIn({ token })
    await greeted.promise
    created.resolve()
    await creation
    await expect(sending.done).rejects.toThrow(`Sign in as ${names[0]}.`)
    expect((await room.page()).messages).toEqual([])
  })

  it('a message does not go under their name when its file is uploaded', async () => {
    const { client, names, token } = await twoUsers()
    const room = client.room(fresh('room'))
    await room.create()
    let uploads = 0
    const { requests } = network({
      fetch: async (request, forward) => {
        const response = await forward()
        if (request.url.includes('/file?') && ++uploads === 1) await client.signIn({ token })
        return response
      },
    })
    const sending = room.send('', { files: [new Blob(['one']), new Blob(['two'])] })
    await expect(sending.done).rejects.toThrow(`Sign in as ${names[0]}.`)
    expect(requests.filter(({ method }) => method === 'POST').map((request) => request.url)).toHaveLength(1)
  })
})

describe('a message that is discarded while it is on its way', () => {
  it('does not come back when the server refuses it', async () => {
    const { client } = await twoUsers()
    const room = client.room(fresh('no-room'))
    const asked = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<void>()
    network({
      fetch: async (_, forward) => {
        asked.resolve()
        await answered.promise
        return forward()
      },
    })
    const sending = room.send('never mind')
    await asked.promise
    sending.discard()
    answered.resolve()
    // The next one is sent after it.
    await expect(room.send('next').done).rejects.toMatchObject({ status: 404 })
    expect(room.outbox.map(({ text }) => text)).toEqual(['next'])
    room.outbox[0]?.discard()
    expect(roomsWithUnsentMessages(url)).not.toContain(room.name)
  })

  it('can not be sent again', async () => {
    const { client } = await twoUsers()
    const room = client.room(fresh('no-room'))
    const sending = room.send('never mind')
    await sending.done.catch(() => undefined)
    sending.discard()
    sending.retry()
    expect(sending.state).toBe('failed')
    expect(room.outbox).toEqual([])
    expect(roomsWithUnsentMessages(url)).not.toContain(room.name)
  })
})
