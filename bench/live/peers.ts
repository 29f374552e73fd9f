import { join } from 'node:path'
import type { Runs } from '../servers.ts'

const root = join(import.meta.dirname, '../..')

export type Peer = {
  /** What the tables call it. */
  title: string
  runs: Runs
  /** Where to listen; one of a room's listeners speaks as well. */
  listenAt: (room: string, speaks: boolean) => string
  postTo: (room: string) => string
  /** How the frame of a message begins, by which it is told from others. */
  message: string
  /** What to say first on a socket, and how the last frame before it listens begins; without it, it listens at once. */
  hello?: { say?: string; hear: string }
  /** The frame that says something. */
  say: (text: string) => string
  /** What a room needs before it is used: requests to be made one after the other. */
  prepare?: (room: string) => { path: string; body: unknown }[]
}

export const userName = 'danny'

const message = '{"type":"message"'
const said = (text: string) => JSON.stringify({ userName, message: text })
const builtAt = (name: string) => join(root, 'dist/bench', name)

/** Parlour, as it is in a folder. */
const parlour = (title: string, folder: string): Peer => ({
  title,
  runs: {
    config: join(folder, 'wrangler.toml'),
    // It would refuse what is more than a day's.
    vars: { DAILY_WRITES: 0 },
    migrations: join(folder, 'migrations'),
    built: builtAt(title),
  },
  listenAt: (room, speaks) => `/chatroom/${room}/live${speaks ? `?userName=${userName}` : ''}`,
  postTo: (room) => `/chatroom/${room}/message`,
  message,
  hello: { hear: '{"type":"hello"' },
  say: (text) => JSON.stringify({ type: 'message', message: text }),
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
  say: said,
})

const node = (title: string, script: string): Peer => ({
  title,
  runs: { script: join(import.meta.dirname, 'node', script) },
  listenAt: (room) => `/${room}`,
  postTo: (room) => `/${room}`,
  message,
  say: said,
})

/** `BESIDE=name=folder,…`: other checkouts of Parlour, to see in one run what a change does. */
const beside = (process.env.BESIDE ?? '')
  .split(',')
  .map((each) => each.split('='))
  .flatMap(([name, folder]) => (name && folder ? [[name, parlour(name, folder)] as const] : []))

export const peers: Record<string, Peer> = {
  parlour: parlour('Parlour', root),
  ...Object.fromEntries(beside),
  minimal: minimal('minimal object, nothing stored', 'nothing'),
  'minimal-row': minimal('minimal object, row in the object', 'row'),
  'minimal-d1': minimal('minimal object, row in D1', 'd1'),
  partyserver: {
    title: 'partyserver, nothing stored',
    runs: { config: join(workers, 'party.toml'), vars: {}, built: builtAt('party') },
    listenAt: (room) => `/parties/room/${room}`,
    postTo: (room) => `/parties/room/${room}`,
    message,
    say: said,
  },
  ws: node('ws, nothing stored', 'ws.ts'),
  'socket.io': {
    ...node('Socket.IO, nothing stored', 'socket-io.ts'),
    listenAt: (room) => `/socket.io/?EIO=4&transport=websocket&room=${room}`,
    message: `42["message",${message}`,
    hello: { say: '40', hear: '40' },
    say: (text) => `42${JSON.stringify(['message', said(text)])}`,
  },
}

/** What the others are measured against: it does the least that has to be done. */
export const baseline = 'minimal-row'

/** The peer of a name; throws if there is none. */
export const peerOf = (name: string): Peer => {
  const peer = peers[name]
  if (!peer) throw new Error(`There is no peer ${name}, but ${Object.keys(peers).join(', ')}`)
  return peer
}

/** What the peers of these names run. */
export const runsOf = (names: string[]): Record<string, Runs> =>
  Object.fromEntries(names.map((name) => [name, peerOf(name).runs]))
