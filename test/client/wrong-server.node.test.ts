import { describe, expect, it, onTestFinished } from 'vitest'
import { type Connection, type Parlour, ParlourError, parlour } from '../../src/client/client.ts'
import { httpProxy } from '../support/node/http-proxy.ts'

const page = { 'Content-Type': 'text/html' }

/** Waits until a connection is no longer connecting. */
const stateOf = (client: Parlour) =>
  new Promise<Connection>((resolve) => {
    const subscription = client.room('lobby').subscribe(() => undefined, {
      onConnection: (connection) => {
        if (connection.state !== 'connecting') resolve(connection)
      },
    })
    onTestFinished(() => subscription.close())
  })

/** Starts another server, which gives the same answer to every request. */
const stranger = async (status: number, body: string, headers: Record<string, string>) => {
  const { url, close } = await httpProxy(async () => new Response(body, { status, headers }))
  onTestFinished(close)
  return url
}

describe('a client with a wrong URL of the server', () => {
  it.each(['nonsense', '', '/chat', 'chat.example', 'localhost:8787', 'ftp://chat.example', 'https://'])(
    'says of %j that it is no URL of a server, and does not try again',
    async (url) => {
      const client = parlour(url)
      const error = await client
        .room('lobby')
        .page()
        .catch((error) => error)
      expect(error).toBeInstanceOf(ParlourError)
      expect(error.message).toContain(`"${url.replace(/\/+$/, '')}" is not a server URL`)
      await expect(client.signIn({ name: 'danny' })).rejects.toThrow('is not a server URL')
      expect(await stateOf(client)).toMatchObject({ state: 'closed', problem: { message: error.message } })
      await expect(client.room('lobby').send('hello!').done).rejects.toThrow('is not a server URL')
    },
  )

  it.each([
    ['a page', 200, '<h1>Welcome</h1>', page],
    ['a page that says 404', 404, '<h1>Not found</h1>', page],
    ['a page that says 403', 403, 'Forbidden', {}],
    ['other JSON', 200, '{"posts":[]}', { 'Content-Type': 'application/json' }],
    ['a list', 200, '[]', { 'Content-Type': 'application/json' }],
    ['null', 200, 'null', { 'Content-Type': 'application/json' }],
  ])('says so of a server that answers with %s', async (_, status, body, headers) => {
    const url = await stranger(status, body, headers)
    const client = parlour(url)
    const text = `${url} does not answer as a Parlour server. Check the URL.`
    await expect(client.room('lobby').page()).rejects.toThrow(text)
    await expect(client.room('lobby').create()).rejects.toThrow(text)
  })

  it('says which server it can not reach, and when it tries again', async () => {
    const url = await stranger(404, '<h1>Not found</h1>', page)
    const before = Date.now()
    const connection = await stateOf(parlour(url))
    expect(connection).toMatchObject({ state: 'waiting', server: url, reason: expect.stringContaining(url) })
    expect('until' in connection && connection.until).toBeGreaterThan(before)
  })

  it('tries again where what is in between says that the server is away', async () => {
    const url = await stranger(502, '<h1>Bad gateway</h1>', page)
    expect(await stateOf(parlour(url))).toMatchObject({
      state: 'waiting',
      server: url,
      reason: 'The server answered 502.',
    })
  })
})
