/** `npm run bench` measures Parlour over HTTP beside a baseline and other servers. `--help` lists the options. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill as fillIn } from '../../scripts/cost/document.ts'
import { memoryBytes } from '../proc.ts'
import { build, withServers } from '../servers.ts'
import { environment, machine } from '../tables.ts'
import { capture } from './capture.ts'
import { expectSameAnswers, fill } from './fill.ts'
import { baseline, groupPeers, type Peer, peersWith, remotePeers } from './peers.ts'
import { measureRemote } from './remote.ts'
import { type Results, report } from './report.ts'
import { measureLatency, measureThroughput, type RunningPeer } from './rounds.ts'
import type { Route } from './routes.ts'
import type { Statement } from './statements.ts'
import { findWrk } from './wrk.ts'

const help = `
  --quick        two minutes, rough numbers, does not change docs/performance.md
  --peers        ${Object.keys(peersWith({})).join(',')}
  --routes       send,page,join,list
  --connections  1,10,50: numbers of concurrent requests
  --rounds       number of rounds; each peer is measured once in a round
  --seconds      seconds of one measurement, a whole number
  --rate         requests a second while latency is measured
  --measure      throughput,latency,disk,groups,remote
`
const options = {
  peers: { type: 'string', default: Object.keys(peersWith({})).join(',') },
  routes: { type: 'string', default: 'send,page,join,list' },
  connections: { type: 'string', default: '1,10,50' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '1' },
  rate: { type: 'string', default: '100' },
  measure: { type: 'string', default: 'throughput,latency,disk,groups,remote' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const
const { values } = parseArgs({ options })
if (values.help) {
  console.log(help)
  process.exit()
}
if (!existsSync(join(import.meta.dirname, '../node_modules/fastify')))
  throw new Error('The packages of the peers are missing. Run: npm ci --prefix bench')
await findWrk()

const names = values.peers.split(',')
const routes = values.routes.split(',') as Route[]
const rounds = values.quick ? 2 : Number(values.rounds)
// For the measurements that take longer or need less precision.
const fewer = Math.ceil(rounds / 2)
const counts = values.quick ? [10] : values.connections.split(',').map(Number)
const [seconds, rate] = [Number(values.seconds), Number(values.rate)]
const log = (what: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${what}`)

const runsOf = (peers: Record<string, Peer>) =>
  Object.fromEntries(Object.entries(peers).map(([name, { runs }]) => [name, runs]))
const unknown = (name: string): never => {
  throw new Error(`Unknown peer ${name}`)
}

/** Starts the servers of the peers, fills them with messages, and runs `work`. */
const withRunningPeers = <Result>(
  peers: Record<string, Peer>,
  storage: 'memory' | 'disk',
  work: (runningPeers: RunningPeer[]) => Promise<Result>,
): Promise<Result> =>
  withServers(runsOf(peers), { storage }, async (servers) => {
    const runningPeers = servers.map((server) => ({
      server,
      peer: peers[server.peer] ?? unknown(server.peer),
    }))
    for (const { server, peer } of runningPeers) await fill(server, peer.headers)
    return work(runningPeers)
  })

const [busy = 0] = loadavg()
log('building')
await build([...Object.values(runsOf(peersWith({}))), ...Object.values(remotePeers)])

const statements = await withServers({ parlour: remotePeers.parlour }, {}, async ([server]) => {
  const found: Partial<Record<Route, Statement[]>> = {}
  // Every measurement fills the peers with sends and checks them by pages.
  if (server)
    for (const route of new Set([...routes, 'send', 'page'] as const))
      found[route] = await capture(server, route)
  return found
})
const allPeers = peersWith(statements)
const peers = Object.fromEntries(names.map((name) => [name, allPeers[name] ?? unknown(name)]))
const results: Results = {
  rate,
  throughputs: [],
  latencies: [],
  onDisk: [],
  groups: [],
  memories: {},
  remotes: [],
}

await withRunningPeers(peers, 'memory', async (runningPeers) => {
  const serverOf = (name: string) => runningPeers.find(({ server }) => server.peer === name)?.server
  const [parlour, baselineServer] = [serverOf('parlour'), serverOf(baseline)]
  if (parlour && baselineServer)
    for (const route of routes)
      await expectSameAnswers(parlour, baselineServer, peers.parlour?.headers ?? {}, route)
  for (const route of routes) {
    if (values.measure.includes('throughput'))
      for (const connections of counts) {
        log(`${route}: ${connections} at once`)
        const loading = { route, connections, rooms: 1, rounds, seconds }
        results.throughputs.push(...(await measureThroughput(runningPeers, loading)))
      }
    if (values.measure.includes('latency')) {
      log(`${route}: ${rate}/s`)
      const load = { route, perSecond: rate, rounds: fewer, seconds: values.quick ? 1 : 2 }
      results.latencies.push(...(await measureLatency(runningPeers, load)))
    }
  }
  for (const { server } of runningPeers) results.memories[server.peer] = memoryBytes(server.pid) / 1e6
})
if (values.measure.includes('disk') && routes.includes('send')) {
  log('send: on disk')
  const loading = { route: 'send', connections: 10, rooms: 1, rounds: fewer, seconds } as const
  results.onDisk = await withRunningPeers(peers, 'disk', (runningPeers) =>
    measureThroughput(runningPeers, loading),
  )
}
if (values.measure.includes('groups') && routes.includes('send'))
  await withRunningPeers(groupPeers(statements), 'memory', async (runningPeers) => {
    for (const rooms of values.quick ? [1] : [1, 10, 100])
      for (const connections of counts) {
        log(`grouped sends: ${connections} at once in ${rooms} rooms`)
        const loading = { route: 'send', connections, rooms, rounds: fewer, seconds } as const
        results.groups.push(...(await measureThroughput(runningPeers, loading)))
      }
  })
if (values.measure.includes('remote')) {
  log('with a remote D1')
  results.remotes = values.quick ? await measureRemote([80], 3) : await measureRemote([30, 80, 200], 5)
}

// Taken at the start, before this run adds to it.
const load = `load average ${busy.toFixed(1)} before the start`
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
  ' ',
)
const text = `${environment(new Date().toISOString(), machine())}, ${rounds} rounds, ${load}: \`${command}\`\n\n${report(results)}`
console.log(text)

// Only a run with the default options is written to docs/performance.md.
if (process.argv.length === 2) {
  const path = join(import.meta.dirname, '../../docs/performance.md')
  writeFileSync(path, fillIn(readFileSync(path, 'utf8'), 'http', text))
}
