import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { harmless, lineOf } from '../../scripts/line.ts'
import { overEvents } from '../../src/client/event-stream.ts'
import { overSocket } from '../../src/client/transport.ts'
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
    type: (...typed: string[]) => child.stdin.write(typed.map((each) => `${each}\n`).join('')),
    endInput: () => child.stdin.end(),
    interrupt: () => child.kill('SIGINT'),
    closeOutput: () => child.stdout.destroy(),
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

  it('sends what is typed, and does the commands', async () => {
    await ask(`${url}/api/chatroom`, 'POST', { name: 'kitchen' })
    const { line, type, endInput, ended } = watch('kitchen', '--as', 'ann')
    await line('listening')
    type('hello!', '//shrug', '/reply 1 To myself.')
    expect(await line('hello!')).toBe('#1 ann: hello!')
    expect(await line('/shrug')).toBe('#2 ann: /shrug')
    expect(await line('To myself.')).toBe('#3 ann to #1: To myself.')
    type('/react #1 :tada:')
    expect(await line('🎉')).toBe('#4 ann gives 🎉 (1): #1')
    type('/unreact 1 🎉')
    expect(await line('takes')).toBe('#5 ann takes back 🎉 (0): #1')
    type('/edit 2 fixed')
    expect(await line('fixed')).toBe('#6 ann edits #2: fixed')
    type('/delete 3')
    expect(await line('deletes')).toBe('#7 ann deletes #3')
    type('/who')
    expect(await line('here:')).toContain('ann')
    type('/search FIXED')
    expect(await line('fixed')).toBe('#2 ann: fixed (edited)')
    type('the last one')
    endInput()
    expect(await line('the last one')).toBe('#8 ann: the last one')
    expect(await ended).toEqual({ stderr: '', code: 0 })
  })

  it('shows older messages, page by page', async () => {
    await ask(`${url}/api/chatroom`, 'POST', { name: 'attic' })
    const post = (message: string) =>
      ask(`${url}/chatroom/attic/message`, 'POST', { userName: 'ann', message })
    for (let n = 1; n <= 5; n++) await post(`No. ${n}`)
    await ask(`${url}/chatroom/attic/message/2/reaction/👍`, 'PUT', { userName: 'ann' })
    const { line, type } = watch('attic', '--last', '2')
    expect(await line('No.')).toBe('#4 ann: No. 4')
    expect(await line('No.')).toBe('#5 ann: No. 5')
    await line('listening')
    type('/older 2')
    expect(await line('No.')).toBe('#2 ann: No. 2 [👍 1]')
    expect(await line('No.')).toBe('#3 ann: No. 3')
    await line('/older shows more')
    type('/older')
    expect(await line('No.')).toBe('#1 ann: No. 1')
    await line('the start of the room')
    type('/older')
    await line('There are no older messages.')
  })

  it('creates the user of a new name, and says what a reader without a name can’t do', async () => {
    const written = watch('lobby', '--as', 'brand new')
    written.type('hi from a pipe')
    written.endInput()
    const { stderr, code } = await written.ended
    expect(code).toBe(0)
    expect(stderr).toMatch(/^There was no user "brand new", so it was created\. .*: [\w-]{43}\n$/)

    const reader = watch('lobby')
    await reader.line('listening')
    reader.type('hi', '/reply 1 hi', '/dance', '/older x')
    reader.endInput()
    const refused = await reader.ended
    expect(refused.code).toBe(1)
    expect(refused.stderr.split('\n')).toEqual([
      'You only read here. To write, start with --as NAME.',
      'You only read here. To write, start with --as NAME.',
      'There is no command /dance. /help lists the commands. //dance sends it as a message.',
      '/older takes a number of messages, 1 to 100.',
      '',
    ])
  })

  it('does the lines of a pipe one after the other, also those that come before the room is shown', async () => {
    await ask(`${url}/api/chatroom`, 'POST', { name: 'shed' })
    const { type, endInput, ended } = watch('shed', '--as', 'ann', '--last', '5')
    type('one', '/react 1 :tada:', '/edit 1 won', 'two', '/delete 4')
    endInput()
    expect(await ended).toEqual({ stderr: '', code: 0 })
    const { body } = await ask<{ messages: unknown[] }>(`${url}/chatroom/shed/message`, 'GET')
    expect(body.messages).toMatchObject([
      { seq: 1, message: 'won', reactions: [{ reaction: '🎉' }] },
      { seq: 4, message: null },
    ])
  })

  it('ends quietly when the program that reads its output ends', async () => {
    const { line, ended, closeOutput } = watch('lobby', '--as', 'ann')
    await line('listening')
    closeOutput()
    await say('ann', 'Is anybody there?')
    expect(await ended).toEqual({ stderr: '', code: 0 })
  })

  it('ends at Ctrl-C while the server does not answer', async () => {
    const silent = createServer().listen(0, 'localhost')
    onTestFinished(() => void silent.close().closeAllConnections())
    await once(silent, 'listening')
    const silentUrl = `http://localhost:${(silent.address() as AddressInfo).port}`
    const { ended, interrupt } = watch('lobby', '--url', silentUrl, '--last', '5')
    await once(silent, 'request')
    interrupt()
    expect(await ended).toEqual({ stderr: '', code: 0 })
  })

  it('says why a message was refused, and ends with 1', async () => {
    const { type, endInput, ended } = watch('lobby', '--as', 'ann')
    type('x'.repeat(4001), '/reply 999999 hello', '/reply hello', '/react 1', '/react 1 :nothing:')
    endInput()
    const { stderr, code } = await ended
    expect(code).toBe(1)
    expect(stderr.split('\n').toSorted()).toEqual([
      '',
      expect.stringMatching(/^400 /),
      expect.stringMatching(/^404 Message not found: /),
      'Something is missing: /react NUMBER EMOJI',
      'The command begins with the number of a message: /reply NUMBER TEXT',
      'There is no emoji named :nothing:.',
    ])
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
    [
      'the token is somebody else’s',
      ['lobby', '--as', 'ann', '--token', 'of danny'],
      /^The token belongs to "danny", not to "ann". Leave out --as.\n$/,
    ],
    ['the number is none', ['lobby', '--after', 'x'], /^--after x is not the number of a message.\n$/],
  ])('says in one line that %s', async (_, args, line) => {
    const given = args.map((arg) => (arg === 'of danny' ? token : arg))
    expect(await watch(...given).ended).toEqual({ stderr: expect.stringMatching(line), code: 1 })
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
