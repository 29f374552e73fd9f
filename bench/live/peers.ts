import { join } from 'node:path'
import type { Runs } from '../servers.ts'

const root = join(import.meta.dirname, '../..')

export type Peer = {
  /** Name in the tables. */
  title: string
  runs: Runs
  /** Returns the path of a listener. One listener of a room also sends. */
  listenAt: (room: string, sends: boolean) => string
  postTo: (room: string) => string
  /** The beginning of every message frame. */
  message: string
  /** A frame to send first, and the beginning of the frame after which the socket receives messages. */
  hello?: { send?: string; until: string }
  /** Returns the frame that sends a message. */
  frame: (text: string) => string
  /** Returns the POST requests that create a room. */
  prepare?: (room: string) => { path: string; body: unknown }[]
}

export const userName = 'danny'

const message = '{"type":"message"'
const messageJson = (text: string) => JSON.stringify({ userName, message: text })
const builtAt = (name: string) => join(root, 'dist/bench', name)

/** Returns the Parlour of a checkout. */
const parlour = (title: string, folder: string): Peer => ({
  title,
  runs: {
    config: join(folder, 'wrangler.toml'),
    // The daily quota would end the measurement.
    vars: { DAILY_WRITES: 0, LOOPBACK_ONLY: 'true', LOG: 'off' },
    migrations: join(folder, 'migrations'),
    built: builtAt(title),
  },
  listenAt: (room, sends) => `/chatroom/${room}/live${sends ? `?userName=${userName}` : ''}`,
  postTo: (room) => `/chatroom/${room}/message`,
  message,
  hello: { until: '{"type":"hello"' },
  frame: (text) => JSON.stringify({ type: 'message', message: text }),
  prepare: (room) => [
    { path: '/api/users', body: { name: userName } },
    { path: '/api/chatroom', body: { name: room } },
  ],
})

const workers = join(import.meta.dirname, 'workers')

const minimal = (title: string, STORE: 'nothing' | 'row' | 'd1'): Peer => ({
  title,
  runs: {
    config: join(workers, 'minimal.toml'),
    vars: { STORE },
    migrations: join(workers, 'migrations'),
    built: builtAt('minimal'),
  },
  listenAt: (room) => `/${room}`,
  postTo: (room) => `/${room}`,
  message,
  frame: messageJson,
})

const node = (title: string, script: string): Peer => ({
  title,
  runs: { script: join(import.meta.dirname, 'node', script) },
  listenAt: (room) => `/${room}`,
  postTo: (room) => `/${room}`,
  message,
  frame: messageJson,
})

/** `CHECKOUTS=name=folder,…` adds other checkouts of Parlour, to compare a change in one run. */
const otherCheckouts = (process.env.CHECKOUTS ?? '')
  .split(',')
  .map((each) => each.split('='))
  .flatMap(([name, folder]) => (name && folder ? [[name, parlour(name, folder)] as const] : []))

export const peers: Record<string, Peer> = {
  parlour: parlour('Parlour', root),
  ...Object.fromEntries(otherCheckouts),
  minimal: minimal('minimal object, nothing stored', 'nothing'),
  'minimal-row': minimal('minimal object, row in the object', 'row'),
  'minimal-d1': minimal('minimal object, row in D1', 'd1'),
  partyserver: {
    title: 'partyserver, nothing stored',
    runs: { config: join(workers, 'party.toml'), vars: {}, built: builtAt('party') },
    listenAt: (room) => `/parties/room/${room}`,
    postTo: (room) => `/parties/room/${room}`,
    message,
    frame: messageJson,
  },
  ws: node('ws, nothing stored', 'ws.ts'),
  'socket.io': {
    ...node('Socket.IO, nothing stored', 'socket-io.ts'),
    listenAt: (room) => `/socket.io/?EIO=4&transport=websocket&room=${room}`,
    message: `42["message",${message}`,
    hello: { send: '40', until: '40' },
    frame: (text) => `42${JSON.stringify(['message', messageJson(text)])}`,
  },
}

/** All ratios are to this peer, which does the least work that is needed. */
export const baseline = 'minimal-row'

/** Returns the peer of a name. Throws if there is none. */
export const peerOf = (name: string): Peer => {
  const peer = peers[name]
  if (!peer) throw new Error(`Unknown peer ${name}. The peers are ${Object.keys(peers).join(', ')}`)
  return peer
}

/** Returns the servers of these peers. */
export const runsOf = (names: string[]): Record<string, Runs> =>
  Object.fromEntries(names.map((name) => [name, peerOf(name).runs]))
