/** `npm run bench:live`: what a room costs that is live, beside others. `--help` lists what can be chosen. */
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
  --ways     frame,post: how messages are sent under load
  --listeners 1,100,400: how many, under load
  --rounds   how often each peer has its turn
  --seconds  how long a turn under load is
  --window   how many messages may be on their way at once, under load
  --sockets  how many are idle where memory is measured
`
const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: Object.keys(peers).join(',') },
    measure: { type: 'string', default: 'load,latency,memory' },
    ways: { type: 'string', default: 'frame,post' },
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
if (!existsSync(join(import.meta.dirname, '../node_modules'))) throw new Error('First: npm ci --prefix bench')

const names = values.peers.split(',')
for (const name of names) peerOf(name)
if (!names.includes(baseline)) console.warn(`Without ${baseline} there are no ratios.`)
const [rounds, seconds, window] = [Number(values.rounds), Number(values.seconds), Number(values.window)]
const say = (what: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${what}`)

say('building')
await build(Object.values(runsOf(names)))
const results: Results = {
  date: new Date().toISOString(),
  machine: machine(),
  loads: [],
  latencies: [],
  memories: [],
}
if (values.measure.includes('load')) {
  for (const way of (['frame', 'post'] as const).filter((way) => values.ways.includes(way))) {
    for (const listeners of values.listeners.split(',').map(Number)) {
      say(`load: ${way}, ${listeners} listeners`)
      results.loads.push(...(await measureLoad(names, rounds, { way, listeners, seconds, window })))
    }
  }
}
if (values.measure.includes('latency')) {
  say('latency')
  const pace = { listeners: 100, perSecond: 50, seconds: 3 }
  results.latencies.push(...(await measureLatency(names, Math.ceil(rounds / 3), pace)))
}
if (values.measure.includes('memory')) {
  for (let round = 0; round < Math.ceil(rounds / 5); round++) {
    say(`memory, round ${round + 1}`)
    results.memories.push(...(await measureMemory(names, round, Number(values.sockets))))
  }
}
writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
console.log(report(results))
if (failures.length > 0) {
  console.error(`Not everything was delivered:\n${failures.join('\n')}`)
  process.exitCode = 1
}
