import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { parlour } from '../../src/client/client.ts'
import { network } from '../support/node/network.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server
beforeAll(server.start)
afterAll(server.remove)

it('a connection that waits is opened at once when a message was stored by a request', async () => {
  let isAway = true
  network({
    fetch: async ({ url }, forward) =>
      isAway && url.endsWith('/ticket')
        ? new Response('', { status: 503, headers: { 'Retry-After': '3600' } })
        : forward(),
  })
  const client = parlour(url)
  await client.signIn({ name: 'danny', protected: true })
  const room = client.room('lobby')
  await room.create()
  const [waiting, live] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const subscription = room.subscribe(() => {}, {
    onConnection: ({ state }) => {
      if (state === 'waiting') waiting.resolve()
      if (state === 'live') live.resolve()
    },
  })
  onTestFinished(() => subscription.close())
  await waiting.promise
  isAway = false
  await room.send('hello!').done
  await live.promise
  expect(subscription.connection.state).toBe('live')
})
