/** `npm run bench` measures Parlour over HTTP beside the floor and other servers. `--help` lists the options. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill as fillIn } from '../../scripts/cost/document.ts'
import { memoryBytes } from '../proc.ts'
import { build, withServers } from '../servers.ts'
import { environment, machine } from '../tables.ts'
import { countWork, measureRemote } from './d1.ts'
import { expectSameAnswers, fill } from './fill.ts'
import { local, observedPeers, type Peer, peers, remotePeers } from './peers.ts'
import { type Results, report } from './report.ts'
import { measureLatency, measureThroughput, type RunningPeer } from './rounds.ts'
import type { Route } from './routes.ts'
import { findWrk } from './wrk.ts'

const help = `
  --quick        two minutes, rough numbers
  --peers        ${Object.keys(peers).join(',')}
  --routes       send,page,join,list
  --connections  1,10,50: numbers of concurrent requests
  --rounds       number of rounds; each peer is measured once in a round
  --seconds      seconds of one measurement, a whole number
  --rate         requests a second while latency is measured
  --measure      throughput,latency,d1,disk,remote
  --built        uses the Workers of the last build
  --write        writes the tables to docs/performance.md, as a run without options does
`
const options = {
  peers: { type: 'string', default: Object.keys(peers).join(',') },
  routes: { type: 'string', default: 'send,page,join,list' },
  connections: { type: 'string', default: '1,10,50' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '1' },
  rate: { type: 'string', default: '100' },
  measure: { type: 'string', default: 'throughput,latency,d1,disk,remote' },
  quick: { type: 'boolean', default: false },
  built: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
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

const peerOf = (name: string): Peer => {
  const peer = peers[name]
  if (!peer) throw new Error(`Unknown peer ${name}. The peers are ${Object.keys(peers).join(', ')}`)
  return peer
}
const runs = Object.fromEntries(names.map((name) => [name, peerOf(name).runs]))

/** Starts the servers of the peers, fills them with messages, and runs `work`. */
const withRunningPeers = <Result>(
  storage: 'memory' | 'disk',
  work: (runningPeers: RunningPeer[]) => Promise<Result>,
): Promise<Result> =>
  withServers(runs, { storage }, async (servers) => {
    const runningPeers = servers.map((server) => ({ server, peer: peerOf(server.peer) }))
    for (const { server, peer } of runningPeers) await fill(server, peer.headers)
    return work(runningPeers)
  })

const [busy = 0] = loadavg()
const isMeasured = (what: string): boolean => values.measure.split(',').includes(what)

if (!values.built) {
  log('building')
  const observed: Peer[] = [
    ...(isMeasured('d1') ? Object.values(observedPeers) : []),
    ...(isMeasured('remote') ? Object.values(remotePeers) : []),
  ]
  await build([...Object.values(runs), ...observed.map(({ runs }) => runs)])
}

const results: Results = {
  rate,
  throughputs: [],
  latencies: [],
  onDisk: [],
  works: [],
  memories: {},
  remotes: [],
}

if (isMeasured('throughput') || isMeasured('latency'))
  await withRunningPeers('memory', async (runningPeers) => {
    const serverOf = (name: string) => runningPeers.find(({ server }) => server.peer === name)?.server
    const parlour = serverOf('parlour')
    const floors = ['floor', 'answering'].flatMap((name) => {
      const server = serverOf(name)
      return server ? [{ server, isWhole: name === 'answering' }] : []
    })
    if (parlour) for (const route of routes) await expectSameAnswers(parlour, floors, local, route)
    for (const route of routes) {
      if (isMeasured('throughput'))
        for (const connections of counts) {
          log(`${route}: ${connections} at once`)
          const loading = { route, connections, rounds, seconds }
          results.throughputs.push(...(await measureThroughput(runningPeers, loading)))
        }
      if (isMeasured('latency')) {
        log(`${route}: ${rate}/s`)
        const load = { route, perSecond: rate, rounds: fewer, seconds: values.quick ? 1 : 2 }
        results.latencies.push(...(await measureLatency(runningPeers, load)))
      }
    }
    for (const { server } of runningPeers) results.memories[server.peer] = memoryBytes(server.pid) / 1e6
  })
if (isMeasured('d1')) {
  log('the work of D1')
  results.works = await countWork(routes, values.quick ? 50 : 400)
}
if (isMeasured('disk') && routes.includes('send')) {
  log('send: on disk')
  const loading = { route: 'send', connections: 10, rounds: fewer, seconds } as const
  results.onDisk = await withRunningPeers('disk', (runningPeers) => measureThroughput(runningPeers, loading))
}
if (isMeasured('remote')) {
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

if (values.write || process.argv.length === 2) {
  const path = join(import.meta.dirname, '../../docs/performance.md')
  writeFileSync(path, fillIn(readFileSync(path, 'utf8'), 'http', text))
}
