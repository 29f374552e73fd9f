import { join } from 'node:path'
import type { Runs, Worker } from '../servers.ts'
import type { Route } from './routes.ts'
import { matrixSeed, matrixToken, parlourSeed, plainSeed } from './seed.ts'
import type { Statement } from './statements.ts'

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
const local = { 'CF-Connecting-IP': '127.0.0.1' }
/** An address that the limits count. */
const elsewhere = { 'CF-Connecting-IP': '203.0.113.7' }

const compared = ['send', 'page', 'join', 'list'] as const
const log = ['send', 'page'] as const

/** Returns the Parlour Worker of a checkout. */
const parlourIn = (folder: string, built: string): Worker => ({
  config: join(folder, 'wrangler.toml'),
  // The daily quota would end the measurement.
  vars: { DAILY_WRITES: 0 },
  migrations: join(folder, 'migrations'),
  seed: parlourSeed,
  built: builtAt(built),
})

const parlour = parlourIn(root, 'parlour')

/** Limits that count but are never reached. */
const counted = { vars: { DAILY_WRITES: 1e12 }, limit: 1e9 }

const worker = (name: string, seed: string[] = [], migrations = true): Worker => ({
  config: here('workers', `${name}.toml`),
  vars: {},
  built: builtAt(name),
  seed,
  ...(migrations && { migrations: here('workers/migrations', name) }),
})

const baselineWorker = (
  statements: Partial<Record<Route, Statement[]>>,
  vars: Record<string, unknown> = {},
): Worker => ({
  ...parlour,
  config: here('baseline/wrangler.toml'),
  vars: { STATEMENTS: statements, ...vars },
  built: builtAt('baseline'),
})

export const baseline = 'baseline'

/** `CHECKOUTS=name=folder,…` adds other checkouts of Parlour, to compare a change in one run. */
const otherCheckouts = (process.env.CHECKOUTS ?? '')
  .split(',')
  .map((each) => each.split('='))
  .flatMap(([name, folder]): [string, Peer][] =>
    name && folder
      ? [[name, { title: name, runs: parlourIn(folder, name), routes: compared, headers: local }]]
      : [],
  )

/** Returns all peers. The baseline runs the same `statements` as Parlour. */
export const peersWith = (statements: Partial<Record<Route, Statement[]>>): Record<string, Peer> => ({
  parlour: { title: 'Parlour', runs: parlour, routes: compared, headers: local },
  ...Object.fromEntries(otherCheckouts),
  counted: {
    title: 'Parlour, limits counted',
    runs: { ...parlour, ...counted },
    routes: log,
    headers: elsewhere,
  },
  baseline: { title: 'the baseline', runs: baselineWorker(statements), routes: compared, headers: local },
  notifying: {
    title: 'the baseline, notifying an object',
    runs: baselineWorker(statements, { NOTIFIES: true }),
    routes: ['send'],
    headers: local,
  },
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

/** Returns the peers that compare grouped with ungrouped sends: docs/decisions/0018. */
export const groupPeers = (statements: Partial<Record<Route, Statement[]>>): Record<string, Peer> => {
  const peer = (title: string, vars: Record<string, unknown>): Peer => ({
    title,
    runs: baselineWorker(statements, vars),
    routes: ['send'],
    headers: local,
  })
  return {
    ungrouped: peer('no grouping', { NOTIFIES: true }),
    isolate: peer('grouped in the isolate', { NOTIFIES: true, GROUPS_BY: 'isolate' }),
    object: peer('grouped in the room’s object', { GROUPS_BY: 'object' }),
  }
}

/** The peers that are measured with a distant D1. */
export const remotePeers = {
  parlour: { ...parlour, entry: here('workers/parlour.ts'), built: builtAt('parlour-observed') },
  plain: worker('plain', plainSeed),
} satisfies Record<string, Worker>
