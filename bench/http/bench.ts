/** `npm run bench`: how fast Parlour answers over HTTP, beside a floor and others. `--help` lists what can be chosen. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill as fillIn } from '../../scripts/cost/document.ts'
import { memoryBytes } from '../proc.ts'
import { build, withServers } from '../servers.ts'
import { machine, occasion } from '../tables.ts'
import { capture } from './capture.ts'
import { measureFar } from './far.ts'
import { alike, fill } from './fill.ts'
import { baseline, farPeers, groupPeers, type Peer, peersWith } from './peers.ts'
import { type Results, report } from './report.ts'
import { type Contestant, measureLatency, measureThroughput } from './rounds.ts'
import type { Route } from './routes.ts'
import type { Asked } from './statements.ts'
import { findWrk } from './wrk.ts'

const help = `
  --quick        two minutes: what is measured is rough, and docs/performance.md stays as it is
  --peers        ${Object.keys(peersWith({})).join(',')}
  --routes       send,page,join,list
  --connections  1,10,50: how many requests at once
  --rounds       how often each peer has its turn
  --seconds      how long a turn is, in whole seconds
  --rate         requests a second where latency is measured
  --measure      throughput,latency,disk,groups,far
`
const everything = {
  peers: { type: 'string', default: Object.keys(peersWith({})).join(',') },
  routes: { type: 'string', default: 'send,page,join,list' },
  connections: { type: 'string', default: '1,10,50' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '1' },
  rate: { type: 'string', default: '100' },
  measure: { type: 'string', default: 'throughput,latency,disk,groups,far' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const
const { values } = parseArgs({ options: everything })
if (values.help) {
  console.log(help)
  process.exit()
}
if (!existsSync(join(import.meta.dirname, '../node_modules/fastify')))
  throw new Error('First: npm ci --prefix bench')
await findWrk()

const names = values.peers.split(',')
const routes = values.routes.split(',') as Route[]
const rounds = values.quick ? 2 : Number(values.rounds)
// Where a turn takes longer, or only gives an idea.
const fewer = Math.ceil(rounds / 2)
const counts = values.quick ? [10] : values.connections.split(',').map(Number)
const [seconds, rate] = [Number(values.seconds), Number(values.rate)]
const say = (what: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${what}`)

const runsOf = (peers: Record<string, Peer>) =>
  Object.fromEntries(Object.entries(peers).map(([name, { runs }]) => [name, runs]))
const unknown = (name: string): never => {
  throw new Error(`There is no peer ${name}`)
}

/** The peers' servers, each with its first messages. */
const withContestants = <Result>(
  peers: Record<string, Peer>,
  storage: 'memory' | 'disk',
  work: (contestants: Contestant[]) => Promise<Result>,
): Promise<Result> =>
  withServers(runsOf(peers), { storage }, async (servers) => {
    const contestants = servers.map((server) => ({
      server,
      peer: peers[server.peer] ?? unknown(server.peer),
    }))
    for (const { server, peer } of contestants) await fill(server, peer.headers)
    return work(contestants)
  })

const [busy = 0] = loadavg()
say('building')
await build([...Object.values(runsOf(peersWith({}))), ...Object.values(farPeers)])

const asked = await withServers({ parlour: farPeers.parlour }, {}, async ([server]) => {
  const found: Partial<Record<Route, Asked[]>> = {}
  // Whatever is measured, each peer is filled with sends and looked at by pages.
  if (server)
    for (const route of new Set([...routes, 'send', 'page'] as const))
      found[route] = await capture(server, route)
  return found
})
const everybody = peersWith(asked)
const peers = Object.fromEntries(names.map((name) => [name, everybody[name] ?? unknown(name)]))
const results: Results = {
  rate,
  throughputs: [],
  latencies: [],
  onDisk: [],
  groups: [],
  memories: {},
  fars: [],
}

await withContestants(peers, 'memory', async (contestants) => {
  const serverOf = (name: string) => contestants.find(({ server }) => server.peer === name)?.server
  const [parlour, floor] = [serverOf('parlour'), serverOf(baseline)]
  if (parlour && floor)
    for (const route of routes) await alike(parlour, floor, peers.parlour?.headers ?? {}, route)
  for (const route of routes) {
    if (values.measure.includes('throughput'))
      for (const connections of counts) {
        say(`${route}: ${connections} at once`)
        const loading = { route, connections, rooms: 1, rounds, seconds }
        results.throughputs.push(...(await measureThroughput(contestants, loading)))
      }
    if (values.measure.includes('latency')) {
      say(`${route}: ${rate}/s`)
      const pace = { route, perSecond: rate, rounds: fewer, seconds: values.quick ? 1 : 2 }
      results.latencies.push(...(await measureLatency(contestants, pace)))
    }
  }
  for (const { server } of contestants) results.memories[server.peer] = memoryBytes(server.pid) / 1e6
})
if (values.measure.includes('disk') && routes.includes('send')) {
  say('send: on disk')
  const loading = { route: 'send', connections: 10, rooms: 1, rounds: fewer, seconds } as const
  results.onDisk = await withContestants(peers, 'disk', (contestants) =>
    measureThroughput(contestants, loading),
  )
}
if (values.measure.includes('groups') && routes.includes('send'))
  await withContestants(groupPeers(asked), 'memory', async (contestants) => {
    for (const rooms of values.quick ? [1] : [1, 10, 100])
      for (const connections of counts) {
        say(`sends in groups: ${connections} at once in ${rooms} rooms`)
        const loading = { route: 'send', connections, rooms, rounds: fewer, seconds } as const
        results.groups.push(...(await measureThroughput(contestants, loading)))
      }
  })
if (values.measure.includes('far')) {
  say('far away')
  results.fars = values.quick ? await measureFar([80], 3) : await measureFar([30, 80, 200], 5)
}

// Without what this run itself makes of it.
const others = `others kept ${busy.toFixed(1)} processes waiting or running when it began`
const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
  ' ',
)
const text = `${occasion(new Date().toISOString(), machine())}, ${rounds} rounds, ${others}: \`${command}\`\n\n${report(results)}`
console.log(text)

// Only a whole run says what docs/performance.md is to say.
if (process.argv.length === 2) {
  const path = join(import.meta.dirname, '../../docs/performance.md')
  writeFileSync(path, fillIn(readFileSync(path, 'utf8'), 'http', text))
}
