import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { overEvents } from '../../src/client/event-stream.ts'
import { overSocket } from '../../src/client/transport.ts'
import { follow, type Room } from '../support/node/follower.ts'
import { ask } from '../support/node/poster.ts'
import { tcpProxy } from '../support/node/proxy.ts'
import { localServer } from '../support/node/server.ts'

// Each takes up to a minute, of which nothing but waiting is to be seen: `npm run soak` has the time. What happens then, but
// not when, is in watch.test.ts for the client's end, and in workerd's tests for the server's.
describe.runIf(process.env.SOAK)('a connection on which the network swallows everything', () => {
  let server: Awaited<ReturnType<typeof localServer>>
  let proxy: Awaited<ReturnType<typeof tcpProxy>>
  let room: Room
  const say = (userName: string, message: string) =>
    ask(`${server.url}/chatroom/lobby/message`, 'POST', { userName, message })

  beforeAll(async () => {
    server = await localServer()
    proxy = await tcpProxy(server.url)
    room = { url: server.url, name: 'lobby' }
    await server.start()
    for (const name of ['ann', 'bob', 'carol', 'dave']) await ask(`${server.url}/api/users`, 'POST', { name })
    await ask(`${server.url}/api/chatroom`, 'POST', { name: 'lobby' })
  })
  afterAll(async () => {
    proxy.close()
    await server.remove()
  })

  /** Listens over a working network, and reports presence. */
  const watchman = async () => {
    const follower = follow(room, { transport: overSocket })
    await follower.greeted()
    const tells = (userName: string, present: boolean) =>
      follower.until(() =>
        follower.frames.some(
          (frame) => frame.type === 'presence' && frame.userName === userName && frame.present === present,
        ),
      )
    return { ...follower, tells }
  }

  it('is given up by both ends within a minute, and the client misses nothing', async () => {
    const watching = await watchman()
    const ann = follow({ ...room, url: proxy.url, userName: 'ann' }, { transport: overSocket })
    const bob = follow({ ...room, url: proxy.url, userName: 'bob' }, { transport: overEvents })
    // She stays away, so that the others can see her absence.
    const carol = new WebSocket(`${proxy.url.replace('http', 'ws')}/chatroom/lobby/live?userName=carol`)
    await once(carol, 'open')
    carol.send('ping')
    await once(carol, 'message')
    await Promise.all([ann.greeted(), bob.greeted(), watching.tells('carol', true)])

    const start = performance.now()
    const note = (what: string) => () =>
      console.log(`${what} after ${((performance.now() - start) / 1000).toFixed(1)} s`)
    proxy.silence()
    const { body } = await say('dave', 'Is anybody there?')
    await Promise.all([
      ann.reaches(body.seq).then(note('a socket was replaced')),
      bob.reaches(body.seq).then(note('an event stream was replaced')),
      watching.tells('carol', false).then(note('the server closed a socket')),
    ])
    expect([ann.log, bob.log]).toEqual([watching.log, watching.log])
    await Promise.all([ann, bob, watching].map((follower) => follower.stop()))
  })

  // In a quiet room the server cannot notice it: an event stream sends nothing back, and the few bytes sent
  // stay in buffers on the way.
  it('is given up by the server, if it is an event stream that much is sent on', async () => {
    const watching = await watchman()
    const { hostname, port } = new URL(server.url)
    const dave = connect(Number(port), hostname)
    dave.pause().write('GET /chatroom/lobby/live?userName=dave HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await watching.tells('dave', true)
    let isGone = false
    const start = performance.now()
    const gone = watching.tells('dave', false).then(() => {
      isGone = true
    })
    while (!isGone) await Promise.all(Array.from({ length: 10 }, () => say('bob', 'long '.repeat(800))))
    await gone
    console.log(
      `the server closed an event stream after ${((performance.now() - start) / 1000).toFixed(1)} s`,
    )
    dave.destroy()
    await watching.stop()
  })
})
