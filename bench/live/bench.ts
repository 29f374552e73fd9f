/** `npm run bench:live` measures live rooms beside other servers. `--help` lists the options. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../servers.ts'
import { machine } from '../tables.ts'
import { failures, measureLatency, measureLoad, measureMemory } from './measure.ts'
import { baseline, peerOf, peers, runsOf } from './peers.ts'
import { type Results, report } from './report.ts'

const help = `
  --peers    ${Object.keys(peers).join(',')}
  --measure  load,latency,memory
  --methods     frame,post: how messages are sent under load
  --listeners 1,100,400: numbers of listeners under load
  --rounds   number of rounds; each peer is measured once in a round
  --seconds  seconds of one measurement under load
  --window   how many messages may be on their method at once, under load
  --sockets  number of idle sockets while memory is measured
`
const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: Object.keys(peers).join(',') },
    measure: { type: 'string', default: 'load,latency,memory' },
    methods: { type: 'string', default: 'frame,post' },
    listeners: { type: 'string', default: '1,100,400' },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '0.6' },
    window: { type: 'string', default: '32' },
    sockets: { type: 'string', default: '3000' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(help)
  process.exit()
}
if (!existsSync(join(import.meta.dirname, '../node_modules')))
  throw new Error('The packages of the peers are missing. Run: npm ci --prefix bench')

const names = values.peers.split(',')
for (const name of names) peerOf(name)
if (!names.includes(baseline))
  console.warn(`The peers do not include ${baseline}: the tables will have no ratios.`)
const [rounds, seconds, window] = [Number(values.rounds), Number(values.seconds), Number(values.window)]
const log = (what: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${what}`)

log('building')
await build(Object.values(runsOf(names)))
const results: Results = {
  date: new Date().toISOString(),
  machine: machine(),
  loads: [],
  latencies: [],
  memories: [],
}
if (values.measure.includes('load')) {
  for (const method of (['frame', 'post'] as const).filter((method) => values.methods.includes(method))) {
    for (const listeners of values.listeners.split(',').map(Number)) {
      log(`load: ${method}, ${listeners} listeners`)
      results.loads.push(...(await measureLoad(names, rounds, { method, listeners, seconds, window })))
    }
  }
}
if (values.measure.includes('latency')) {
  log('latency')
  const rate = { listeners: 100, perSecond: 50, seconds: 3 }
  results.latencies.push(...(await measureLatency(names, Math.ceil(rounds / 3), rate)))
}
if (values.measure.includes('memory')) {
  for (let round = 0; round < Math.ceil(rounds / 5); round++) {
    log(`memory, round ${round + 1}`)
    results.memories.push(...(await measureMemory(names, round, Number(values.sockets))))
  }
}
writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
console.log(report(results))
if (failures.length > 0) {
  console.error(`Some messages were not delivered:\n${failures.join('\n')}`)
  process.exitCode = 1
}
