import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
const built = join(root, 'dist/bench')

/** How the frame of a message begins, by which it is told from others. */
const message = '{"type":"message"'

export type Peer = {
  /** What the tables call it. */
  title: string
  /** What runs it: a Worker's source, or a script of Node's own. */
  runs: { worker: string; entry: string } | { script: string }
  /** Where to listen; one of a room's listeners speaks as well. */
  listenAt: (room: string, speaks: boolean) => string
  postTo: (room: string) => string
  /** How the frame of a message begins. */
  message: string
  /** What to say first on a socket, and how the last frame before it listens begins; without it, it listens at once. */
  hello?: { say?: string; hear: string }
  /** The frame that says something. */
  say: (text: string) => string
  /** What a room needs before it is used: requests to be made one after the other. */
  prepare?: (room: string) => { path: string; body: unknown }[]
}

export const userName = 'danny'

const said = (text: string) => JSON.stringify({ userName, message: text })

const minimal = (title: string): Peer => ({
  title,
  runs: { worker: 'minimal', entry: join(import.meta.dirname, 'workers/minimal.ts') },
  listenAt: (room) => `/${room}`,
  postTo: (room) => `/${room}`,
  message,
  say: said,
})

const node = (title: string, script: string): Peer => ({
  title,
  runs: { script: join(import.meta.dirname, 'node', script) },
  listenAt: () => '/',
  postTo: () => '/say',
  message,
  say: said,
})

export const peers = {
  parlour: {
    title: 'Parlour',
    runs: { worker: 'parlour', entry: join(root, 'src/index.ts') },
    listenAt: (room, speaks) => `/chatroom/${room}/live${speaks ? `?userName=${userName}` : ''}`,
    postTo: (room) => `/chatroom/${room}/message`,
    message,
    hello: { hear: '{"type":"hello"' },
    say: (text) => JSON.stringify({ type: 'message', message: text }),
    prepare: (room) => [
      { path: '/api/users', body: { name: userName } },
      { path: '/api/chatroom', body: { name: room } },
    ],
  },
  minimal: minimal('minimal object, nothing stored'),
  'minimal-row': minimal('minimal object, row in the object'),
  'minimal-d1': minimal('minimal object, row in D1'),
  partyserver: {
    ...minimal('partyserver, nothing stored'),
    runs: { worker: 'party', entry: join(import.meta.dirname, 'workers/party.ts') },
    listenAt: (room) => `/parties/room/${room}`,
    postTo: (room) => `/parties/room/${room}`,
  },
  ws: node('ws, nothing stored', 'ws.ts'),
  'socket.io': {
    ...node('Socket.IO, nothing stored', 'socket-io.ts'),
    listenAt: () => '/socket.io/?EIO=4&transport=websocket',
    message: `42["message",${message}`,
    hello: { say: '40', hear: '40' },
    say: (text) => `42${JSON.stringify(['message', said(text)])}`,
  },
} satisfies Record<string, Peer>

export type PeerName = keyof typeof peers

/** What the others are measured against: it does the least that has to be done. */
export const baseline: PeerName = 'minimal-row'

/** Where the built Worker of a peer is. */
export const builtWorker = (worker: string): string => join(built, worker)
