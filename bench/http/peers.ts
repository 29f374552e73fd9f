import { join } from 'node:path'
import type { Runs, Worker } from '../servers.ts'
import type { Route } from './routes.ts'
import { matrixSeed, matrixToken, parlourSeed, plainSeed } from './seed.ts'

export type Peer = {
  /** Name in the tables. */
  title: string
  runs: Runs
  routes: readonly Route[]
  headers: Record<string, string>
}

const root = join(import.meta.dirname, '../..')
const here = (...path: string[]): string => join(import.meta.dirname, ...path)
const builtAt = (name: string): string => join(root, 'dist/bench/http', name)

/** A local address, which Parlour's limits do not count. */
export const local = { 'CF-Connecting-IP': '127.0.0.1' }
/** An address that the limits count. */
const elsewhere = { 'CF-Connecting-IP': '203.0.113.7' }

const all = ['send', 'page', 'join', 'list'] as const
const log = ['send', 'page'] as const

/** Returns the Parlour Worker of a checkout. It is not limited, and writes no line to the log for each request. */
const parlourIn = (folder: string, built: string): Worker => ({
  config: join(folder, 'wrangler.toml'),
  vars: { DAILY_WRITES: 0, LOOPBACK_ONLY: 'true', LOG: 'off' },
  migrations: join(folder, 'migrations'),
  seed: parlourSeed,
  built: builtAt(built),
})

const parlour = parlourIn(root, 'parlour')

/** Limits that count but are never reached. */
const counted: Worker = { ...parlour, vars: { DAILY_WRITES: 1e12, LOG: 'on' }, limit: 1e9 }

const worker = (name: string, seed: string[] = [], migrations = true): Worker => ({
  config: here('workers', `${name}.toml`),
  vars: {},
  built: builtAt(name),
  seed,
  ...(migrations && { migrations: here('workers/migrations', name) }),
})

/** The floor uses Parlour's tables. */
const floor = (vars: { TELLS?: boolean; ANSWERS?: boolean } = {}): Worker => ({
  ...parlour,
  config: here('floor/wrangler.toml'),
  vars,
  built: builtAt('floor'),
})

const matrixHeaders = { ...local, Authorization: `Bearer ${matrixToken}` }

/** `CHECKOUTS=name=folder,…` adds other checkouts of Parlour, to compare a change in one run. */
const otherCheckouts = (process.env.CHECKOUTS ?? '')
  .split(',')
  .map((each) => each.split('='))
  .flatMap(([name, folder]): [string, Peer][] =>
    name && folder
      ? [[name, { title: name, runs: parlourIn(folder, name), routes: all, headers: local }]]
      : [],
  )

export const peers: Record<string, Peer> = {
  parlour: { title: 'Parlour', runs: parlour, routes: all, headers: local },
  ...Object.fromEntries(otherCheckouts),
  counted: { title: 'Parlour, with limits and a log', runs: counted, routes: log, headers: elsewhere },
  floor: { title: 'the floor', runs: floor(), routes: all, headers: local },
  telling: {
    title: 'the floor that tells an object',
    runs: floor({ TELLS: true }),
    routes: ['send'],
    headers: local,
  },
  answering: {
    title: 'the floor with the same answers',
    runs: floor({ TELLS: true, ANSWERS: true }),
    routes: all,
    headers: local,
  },
  comments: { title: 'comments: one table', runs: worker('comments'), routes: log, headers: local },
  'durable-chat': {
    title: 'like durable-chat: one object',
    runs: worker('durable-chat', [], false),
    routes: log,
    headers: local,
  },
  matrix: {
    title: 'like matrix-workers: several queries',
    runs: worker('matrix', matrixSeed),
    routes: log,
    headers: matrixHeaders,
  },
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
}

/** Returns a Worker whose D1 can be delayed, and which tells the work of D1. */
const observed = (name: string, observedWorker: Worker): Worker => ({
  ...observedWorker,
  entry: here('workers/observed', `${name}.ts`),
  built: builtAt(`${name}-observed`),
})

const plain = { title: 'plain', runs: observed('plain', worker('plain', plainSeed)), headers: local }

/** The peers whose work of D1 is counted. */
export const observedPeers = {
  parlour: { title: 'Parlour', runs: observed('parlour', parlour), routes: all, headers: local },
  floor: { title: 'the floor', runs: observed('floor', floor()), routes: all, headers: local },
  comments: {
    title: 'comments: one table',
    runs: observed('comments', worker('comments')),
    routes: log,
    headers: local,
  },
  matrix: {
    title: 'like matrix-workers: several queries',
    runs: observed('matrix', worker('matrix', matrixSeed)),
    routes: log,
    headers: matrixHeaders,
  },
} satisfies Record<string, Peer>

/** The peers that are measured with a distant D1. */
export const remotePeers = {
  parlour: observedPeers.parlour,
  plain: { ...plain, routes: [...all, 'edit'] },
} satisfies Record<string, Peer>
