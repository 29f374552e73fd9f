/** `npm run bench:live` measures live rooms beside other servers. `--help` lists the options. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill } from '../../scripts/cost/document.ts'
import { build } from '../servers.ts'
import { environment, machine } from '../tables.ts'
import { failures, measureLatency, measureLoad, measureMemory } from './measure.ts'
import { measureRoomful, type RoomfulSamples } from './measure-roomful.ts'
import { baseline, peerOf, peers, roomfulPeers, runsOf } from './peers.ts'
import { type Results, report } from './report.ts'
import { roomfulReport } from './roomful-report.ts'

const help = `
  --measure    roomful,load,latency,memory
  --peers      ${Object.keys(peers).join(',')}
  --methods    frame,post: how messages are sent under load
  --listeners  1,100,400: numbers of listeners under load
  --rounds     number of rounds; each peer is measured once in a round
  --seconds    seconds of one measurement under load
  --window     how many messages may be on their way at once, under load
  --sockets    number of idle sockets while memory is measured
  --built      uses the Workers of the last build

  The roomful:
  --people     50,10: numbers of people who all listen and speak
  --speakers   ${Object.keys(roomfulPeers).join(',')}
  --turns      number of rounds
  --turn       seconds of one measurement
  --rate       messages a second while latency is measured
  --storage    memory or disk
  --write      writes the roomful to docs/performance.md
`
const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: Object.keys(peers).join(',') },
    measure: { type: 'string', default: 'roomful,load,latency,memory' },
    methods: { type: 'string', default: 'frame,post' },
    listeners: { type: 'string', default: '1,100,400' },
    rounds: { type: 'string', default: '15' },
    seconds: { type: 'string', default: '0.6' },
    window: { type: 'string', default: '32' },
    sockets: { type: 'string', default: '3000' },
    people: { type: 'string', default: '50,10' },
    speakers: { type: 'string', default: Object.keys(roomfulPeers).join(',') },
    turns: { type: 'string', default: '7' },
    turn: { type: 'string', default: '2' },
    rate: { type: 'string', default: '200' },
    storage: { type: 'string', default: 'memory' },
    built: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(help)
  process.exit()
}
if (!existsSync(join(import.meta.dirname, '../node_modules')))
  throw new Error('The packages of the peers are missing. Run: npm ci --prefix bench')

const log = (what: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${what}`)
const isMeasured = (what: string): boolean => values.measure.split(',').includes(what)
const [busy = 0] = loadavg()

const buildAll = async (names: string[]): Promise<void> => {
  if (values.built) return
  log('building')
  await build(Object.values(runsOf(names)))
}

/** Measures a room in which everybody listens and speaks, and prints or writes the tables. */
const roomful = async (): Promise<void> => {
  const names = values.speakers.split(',')
  const [turns, turn, rate] = [Number(values.turns), Number(values.turn), Number(values.rate)]
  const storage = values.storage === 'disk' ? 'disk' : 'memory'
  await buildAll(names)
  const samples: RoomfulSamples = { spoken: [], heard: [] }
  for (const people of values.people.split(',').map(Number)) {
    log(`roomful: ${people} people`)
    const options = { people, rounds: turns, seconds: turn, perSecond: rate, storage } as const
    const { spoken, heard } = await measureRoomful(names, options)
    samples.spoken.push(...spoken)
    samples.heard.push(...heard)
  }
  const how = `${turns} rounds of ${turn} s, data in ${storage}, load average ${busy.toFixed(1)} before the start`
  const text = `${environment(new Date().toISOString(), machine())}, ${how}\n\n${roomfulReport(samples, rate)}`
  console.log(text)
  if (!values.write) return
  const path = join(import.meta.dirname, '../../docs/performance.md')
  writeFileSync(path, fill(readFileSync(path, 'utf8'), 'roomful', text))
}

/** Measures the cost of a listener, and prints the tables. */
const listeners = async (): Promise<void> => {
  const names = values.peers.split(',')
  for (const name of names) peerOf(name)
  if (!names.includes(baseline))
    console.warn(`The peers do not include ${baseline}: the tables will have no ratios.`)
  const [rounds, seconds, window] = [Number(values.rounds), Number(values.seconds), Number(values.window)]
  await buildAll(names)
  const results: Results = {
    date: new Date().toISOString(),
    machine: machine(),
    loads: [],
    latencies: [],
    memories: [],
  }
  if (isMeasured('load')) {
    for (const method of (['frame', 'post'] as const).filter((method) => values.methods.includes(method))) {
      for (const listeners of values.listeners.split(',').map(Number)) {
        log(`load: ${method}, ${listeners} listeners`)
        results.loads.push(...(await measureLoad(names, rounds, { method, listeners, seconds, window })))
      }
    }
  }
  if (isMeasured('latency')) {
    log('latency')
    const rate = { listeners: 100, perSecond: 50, seconds: 3 }
    results.latencies.push(...(await measureLatency(names, Math.ceil(rounds / 3), rate)))
  }
  if (isMeasured('memory')) {
    for (let round = 0; round < Math.ceil(rounds / 5); round++) {
      log(`memory, round ${round + 1}`)
      results.memories.push(...(await measureMemory(names, round, Number(values.sockets))))
    }
  }
  writeFileSync(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
  console.log(report(results))
}

if (isMeasured('roomful')) await roomful()
if (['load', 'latency', 'memory'].some(isMeasured)) await listeners()
if (failures.length > 0) {
  console.error(`Some messages were not delivered:\n${failures.join('\n')}`)
  process.exitCode = 1
}
