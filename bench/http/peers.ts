import { join } from 'node:path'
import type { Runs, Worker } from '../servers.ts'
import type { Route } from './routes.ts'
import { matrixSeed, matrixToken, parlourSeed, plainSeed } from './seed.ts'
import type { Asked } from './statements.ts'

export type Peer = {
  /** What the tables call it. */
  title: string
  runs: Runs
  routes: readonly Route[]
  headers: Record<string, string>
}

const root = join(import.meta.dirname, '../..')
const here = (...path: string[]): string => join(import.meta.dirname, ...path)
const builtAt = (name: string): string => join(root, 'dist/bench/http', name)

/** The address of whoever sits at the machine: no limit of Parlour's counts what comes from there. */
const local = { 'CF-Connecting-IP': '127.0.0.1' }
/** The address of somebody elsewhere. */
const elsewhere = { 'CF-Connecting-IP': '203.0.113.7' }

const compared = ['send', 'page', 'join', 'list'] as const
const log = ['send', 'page'] as const

/** Parlour as it is in a folder. */
const parlourIn = (folder: string, built: string): Worker => ({
  config: join(folder, 'wrangler.toml'),
  // It would refuse what is more than a day's.
  vars: { DAILY_WRITES: 0 },
  migrations: join(folder, 'migrations'),
  seed: parlourSeed,
  built: builtAt(built),
})

const parlour = parlourIn(root, 'parlour')

/** Limits that count and refuse nobody. */
const counted = { vars: { DAILY_WRITES: 1e12 }, limit: 1e9 }

const worker = (name: string, seed: string[] = [], migrations = true): Worker => ({
  config: here('workers', `${name}.toml`),
  vars: {},
  built: builtAt(name),
  seed,
  ...(migrations && { migrations: here('workers/migrations', name) }),
})

const floor = (asked: Partial<Record<Route, Asked[]>>, vars: Record<string, unknown> = {}): Worker => ({
  ...parlour,
  config: here('floor/wrangler.toml'),
  vars: { ASKED: asked, ...vars },
  built: builtAt('floor'),
})

export const baseline = 'floor'

/** `BESIDE=name=folder,…`: other checkouts of Parlour, to see in one run what a change does. */
const beside = (process.env.BESIDE ?? '')
  .split(',')
  .map((each) => each.split('='))
  .flatMap(([name, folder]): [string, Peer][] =>
    name && folder
      ? [[name, { title: name, runs: parlourIn(folder, name), routes: compared, headers: local }]]
      : [],
  )

/** Everybody who is measured. `asked` are the statements that Parlour sends, for the floor to send too. */
export const peersWith = (asked: Partial<Record<Route, Asked[]>>): Record<string, Peer> => ({
  parlour: { title: 'Parlour', runs: parlour, routes: compared, headers: local },
  ...Object.fromEntries(beside),
  counted: {
    title: 'Parlour, limits counted',
    runs: { ...parlour, ...counted },
    routes: log,
    headers: elsewhere,
  },
  floor: { title: 'the floor', runs: floor(asked), routes: compared, headers: local },
  telling: {
    title: 'the floor, telling an object',
    runs: floor(asked, { TELLS: true }),
    routes: ['send'],
    headers: local,
  },
  'durable-chat': {
    title: 'durable-chat’s way: one object',
    runs: worker('durable-chat', [], false),
    routes: log,
    headers: local,
  },
  matrix: {
    title: 'matrix-workers’ way: several queries',
    runs: worker('matrix', matrixSeed),
    routes: log,
    headers: { ...local, Authorization: `Bearer ${matrixToken}` },
  },
  comments: { title: 'comments: one table', runs: worker('comments'), routes: log, headers: local },
  express: {
    title: 'Express, better-sqlite3',
    runs: { script: here('node/express.ts') },
    routes: log,
    headers: local,
  },
  fastify: {
    title: 'Fastify, better-sqlite3',
    runs: { script: here('node/fastify.ts') },
    routes: log,
    headers: local,
  },
})

/** Sends that are at the server at once share a round trip to D1, or don't: docs/decisions/0018. */
export const groupPeers = (asked: Partial<Record<Route, Asked[]>>): Record<string, Peer> => {
  const peer = (title: string, vars: Record<string, unknown>): Peer => ({
    title,
    runs: floor(asked, vars),
    routes: ['send'],
    headers: local,
  })
  return {
    alone: peer('each by itself', { TELLS: true }),
    isolate: peer('those in an isolate together', { TELLS: true, GROUPS_BY: 'isolate' }),
    object: peer('those to a room together, in its object', { GROUPS_BY: 'object' }),
  }
}

/** Those whose D1 is far away. */
export const farPeers = {
  parlour: { ...parlour, entry: here('workers/parlour.ts'), built: builtAt('parlour-observed') },
  plain: worker('plain', plainSeed),
} satisfies Record<string, Worker>
