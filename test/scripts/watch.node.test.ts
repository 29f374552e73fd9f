import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { harmless, lineOf } from '../../scripts/line.ts'
import { overEvents, overSocket } from '../../src/client/transport.ts'
import type { Chatroom } from '../../src/contract/index.ts'
import { follow } from '../support/node/follower.ts'
import { ask } from '../support/node/poster.ts'
import { tcpProxy } from '../support/node/proxy.ts'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server
const room = `${url}/chatroom/lobby`
const say = (userName: string, message: string) => ask(`${room}/message`, 'POST', { userName, message })
let token: string

beforeAll(async () => {
  await server.start()
  const danny = { name: 'danny', protected: true }
  token = (await ask<{ token: string }>(`${url}/api/users`, 'POST', danny)).body.token
  await ask(`${url}/api/users`, 'POST', { name: 'ann' })
  await ask(`${url}/api/chatroom`, 'POST', { name: 'lobby' })
})
afterAll(server.remove)

/** `npm run watch`; `line` gives its next line that has a text in it, and passes over those before. */
const watch = (...args: string[]) => {
  const child = spawn(process.execPath, ['scripts/watch.ts', '--url', url, ...args])
  onTestFinished(() => void child.kill())
  const ended = Promise.all([text(child.stderr), once(child, 'exit')])
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async (wanted: string): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`nothing came that has ${wanted} in it: ${(await ended)[0]}`)
    return value.includes(wanted) ? value.replace(/^\d\d:\d\d:\d\d /, '') : line(wanted)
  }
  return {
    line,
    interrupt: () => child.kill('SIGINT'),
    ended: ended.then(([stderr, [code]]) => ({ stderr, code })),
  }
}

describe('npm run watch', () => {
  it('prints the events of a room until Ctrl-C', async () => {
    const { line, ended, interrupt } = watch('lobby', '--token', token)
    expect(await line('listening')).toMatch(/^listening to lobby as danny; its last entry is #\d+$/)
    const { seq } = (await say('ann', 'hello!')).body
    await ask(`${room}/message/${seq}`, 'PATCH', { userName: 'ann', message: 'hello?' })
    await ask(`${room}/message/${seq}?userName=ann`, 'DELETE')
    await ask(`${room}/member/ann?userName=ann`, 'DELETE')
    expect(await line('hello!')).toBe(`#${seq} ann: hello!`)
    expect(await line('hello?')).toBe(`#${seq + 1} ann edits #${seq}: hello?`)
    expect(await line('deletes')).toBe(`#${seq + 2} ann deletes #${seq}`)
    expect(await line('leaves')).toBe('ann leaves')
    await ask(`${room}/message`, 'POST', { userName: 'ann', message: 'so?', replyTo: seq })
    expect(await line('so?')).toBe(`#${seq + 3} ann to #${seq}: so?`)
    await ask(room, 'PUT', {}, { token })
    await say('ann', '@danny and @ann')
    expect(await line('and')).toBe(`#${seq + 4} ann (mentions you): @danny and @ann`)
    await ask(`${room}/message/${seq + 4}/reaction/👍`, 'PUT', { userName: 'ann' })
    expect(await line('👍')).toBe(`#${seq + 5} ann gives 👍 (1): #${seq + 4}`)
    interrupt()
    expect(await ended).toEqual({ stderr: '', code: 0 })
  })

  it('goes on where it was when the server was away', async () => {
    const { line } = watch('lobby', '--as', 'ann')
    await line('listening')
    const { seq } = (await say('ann', 'before')).body
    await line('before')
    await server.kill()
    await server.start()
    await say('ann', 'after')
    expect(await line(' ann: ')).toBe(`#${seq + 1} ann: after`)
  })

  it.each([
    [
      'there is no such room',
      ['nowhere'],
      /^404 Chatroom not found: There is no chatroom "nowhere" yet\..+\n$/,
    ],
    ['the name takes a token', ['lobby', '--as', 'danny'], /^401 Token required: .*\n$/],
    [
      'the token is nobody’s, also one that begins with a dash',
      ['lobby', '--token', '-nobodys'],
      /^401 Invalid token: .*\n$/,
    ],
    [
      'no server is there',
      ['lobby', '--url', 'http://localhost:1'],
      /^No connection to http:\/\/localhost:1: .*\n$/,
    ],
    ['the number is none', ['lobby', '--after', 'x'], /^--after x is not the number of a message.\n$/],
  ])('says in one line that %s', async (_, args, line) => {
    expect(await watch(...args).ended).toEqual({ stderr: expect.stringMatching(line), code: 1 })
  })

  it('prints control characters of messages as escapes', () => {
    expect(harmless('\u001b]0;title\u0007 \u009b31m \r\n \u202eabc \u2028 👩‍👧 é')).toBe(
      '\\u001b]0;title\\u0007 \\u009b31m \\u000d\\n \\u202eabc \\u2028 👩‍👧 é',
    )
  })
})

describe('a listener', () => {
  it.each([
    ['a socket', overSocket],
    ['an event stream', overEvents],
  ])('over %s notices that the network swallows everything, and misses nothing', async (_, transport) => {
    const proxy = await tcpProxy(url)
    onTestFinished(proxy.close)
    // A heartbeat of an event stream comes each 15 seconds, whatever is asked; here it may be taken for dead before.
    const ann = follow(
      { url: proxy.url, name: 'lobby', userName: 'ann' },
      { transport, pingMilliseconds: 250 },
    )
    await ann.greeted()
    proxy.silence()
    const { seq } = (await say('ann', 'Is anybody there?')).body
    await ann.reaches(seq)
    await ann.stop()
    expect(ann.log.map((entry) => entry.seq)).toEqual(Array.from({ length: seq }, (_, i) => i + 1))
  })
})

it('tells what has changed in a room: its pinned messages or its settings', () => {
  const tell = (pinned: number[], before?: number[]) => {
    const chatroom = { pinned } as unknown as Chatroom
    return lineOf({ type: 'room', chatroom }, new Date(), { pinned: before }).replace(/^\S+ /, '')
  }
  expect(tell([7, 3], [3])).toBe('#7 is pinned')
  expect(tell([7], [7, 3])).toBe('#3 is not pinned any more')
  expect(tell([7], [7])).toBe('the settings of the room have changed')
  expect(tell([7])).toBe('the settings of the room have changed')
})
