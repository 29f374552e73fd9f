import { join } from 'node:path'
import type { Runs } from '../servers.ts'

const root = join(import.meta.dirname, '../..')

export type Peer = {
  /** Name in the tables. */
  title: string
  runs: Runs
  /** The subprotocol of its sockets. */
  protocol?: string
  /** Returns the path of a listener, who has a name if it also sends. */
  listenAt: (room: string, userName?: string) => string
  postTo: (room: string) => string
  /** The beginning of every message frame. */
  message: string
  /** A frame to send first, and the beginning of the frame after which the socket receives messages. */
  hello?: { send?: string; until: string }
  /** Returns the frame that sends a message. `after` is the number of the last message that the sender has seen. */
  frame: (text: string, from: { userName: string; after: number }) => string
  /** Returns the frame that acknowledges messages up to a number, for a server that asks for it. */
  acknowledge?: (seq: number) => string
  /** Returns the POST requests that create a room and its people. */
  prepare?: (room: string, userNames: string[]) => { path: string; body: unknown }[]
}

export const userName = 'danny'

const message = '{"type":"message"'
const messageJson: Peer['frame'] = (text, { userName }) => JSON.stringify({ userName, message: text })
const builtAt = (name: string) => join(root, 'dist/bench', name)

/** Returns the Parlour of a checkout, with v1 of its protocol: each WebSocket message is one frame. */
const parlour = (title: string, folder: string): Peer => ({
  title,
  runs: {
    config: join(folder, 'wrangler.toml'),
    // The limits would end the measurement.
    vars: { DAILY_WRITES: 0, LOOPBACK_ONLY: 'true', LOG: 'off' },
    migrations: join(folder, 'migrations'),
    built: builtAt(title),
  },
  listenAt: (room, userName) => `/chatroom/${room}/live${userName ? `?userName=${userName}` : ''}`,
  postTo: (room) => `/chatroom/${room}/message`,
  message,
  hello: { until: '{"type":"hello"' },
  frame: (text) => JSON.stringify({ type: 'message', message: text }),
  acknowledge: (seq) => JSON.stringify({ type: 'read', seq }),
  prepare: (room, userNames) => [
    ...userNames.map((name) => ({ path: '/api/users', body: { name } })),
    { path: '/api/chatroom', body: { name: room } },
  ],
})

/** Returns a Parlour with v2 of its protocol: a WebSocket message is an array of all frames that go out together. */
const parlourV2 = (peer: Peer, title: string): Peer => ({
  ...peer,
  title,
  protocol: 'parlour.v2',
  message: '[',
  hello: { until: '[{"type":"hello"' },
})

const ours = parlour('Parlour', root)
const oursV2 = parlourV2(ours, 'Parlour, v2')

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

const minimalD1 = minimal('minimal object, row in D1', 'd1')

const node = (title: string, script: string): Peer => ({
  title,
  runs: { script: join(import.meta.dirname, 'node', script) },
  listenAt: (room) => `/${room}`,
  postTo: (room) => `/${room}`,
  message,
  frame: messageJson,
})

const socketIo = (title: string, script: string): Peer => ({
  ...node(title, script),
  listenAt: (room) => `/socket.io/?EIO=4&transport=websocket&room=${room}`,
  message: `42["message",${message}`,
  hello: { send: '40', until: '40' },
  frame: (text, from) => `42${JSON.stringify(['message', messageJson(text, from)])}`,
})

/** `CHECKOUTS=name=folder,…` adds other checkouts of Parlour, to compare a change in one run. */
const otherCheckouts = (process.env.CHECKOUTS ?? '')
  .split(',')
  .map((each) => each.split('='))
  .flatMap(([name, folder]) => (name && folder ? [[name, parlour(name, folder)] as const] : []))

export const peers: Record<string, Peer> = {
  parlour: ours,
  ...Object.fromEntries(otherCheckouts),
  minimal: minimal('minimal object, nothing stored', 'nothing'),
  'minimal-row': minimal('minimal object, row in the object', 'row'),
  'minimal-d1': minimalD1,
  partyserver: {
    title: 'partyserver, nothing stored',
    runs: { config: join(workers, 'party.toml'), vars: {}, built: builtAt('party') },
    listenAt: (room) => `/parties/room/${room}`,
    postTo: (room) => `/parties/room/${room}`,
    message,
    frame: messageJson,
  },
  ws: node('ws, nothing stored', 'ws.ts'),
  'socket.io': socketIo('Socket.IO, nothing stored', 'socket-io.ts'),
}

/** The peers of the roomful: all of them store each message before they deliver it. */
export const roomfulPeers: Record<string, Peer> = {
  'parlour-v1': { ...ours, title: 'Parlour, v1' },
  'parlour-v2': oursV2,
  'parlour-keys': {
    ...oursV2,
    title: 'Parlour, v2, with keys',
    frame: (text, { after }) => {
      const key = crypto.randomUUID()
      return JSON.stringify({ type: 'message', message: text, ref: key, idempotencyKey: key, after })
    },
  },
  'minimal-d1': minimalD1,
  'socket.io-sqlite': socketIo('Socket.IO and SQLite', 'socket-io-sqlite.ts'),
}

/** All ratios are to this peer, which does the least work that is needed. */
export const baseline = 'minimal-row'

/** Returns the peer of a name. Throws if there is none. */
export const peerOf = (name: string): Peer => {
  const all = { ...peers, ...roomfulPeers }
  const peer = all[name]
  if (!peer) throw new Error(`Unknown peer ${name}. The peers are ${Object.keys(all).join(', ')}`)
  return peer
}

/** Returns the servers of these peers. */
export const runsOf = (names: string[]): Record<string, Runs> =>
  Object.fromEntries(names.map((name) => [name, peerOf(name).runs]))
