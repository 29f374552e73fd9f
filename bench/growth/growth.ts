/** `npm run bench:growth` measures the cost of each route as an instance grows, and writes docs/performance.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill, table } from '../../scripts/cost/document.ts'
import { median } from '../statistics.ts'
import { machine } from '../tables.ts'
import { buildWrapped, type Instance, type Size, startInstance } from './instance.ts'
import { type Rows, rowsOf, type Sample, takeSample } from './measure.ts'
import { type Route, routes } from './routes.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    rate: { type: 'string', default: '40' },
  },
})
const rounds = Number(values.rounds)
const rate = { perSecond: Number(values.rate), seconds: Number(values.seconds) }

const sizes: Size[] = [
  { messages: 100, users: 10, rooms: 1 },
  { messages: 10_000, users: 1000, rooms: 100 },
  { messages: 1_000_000, users: 100_000, rooms: 10_000 },
]
const [load = 0] = loadavg()
const log = (what: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${what}`)

type Measured = { rows: Rows; samples: Sample[] }

const measure = async (instances: Instance[]): Promise<Map<Route, Measured[]>> => {
  const measured = new Map<Route, Measured[]>()
  for (const route of routes) {
    log(route.title)
    const results: Measured[] = []
    for (const instance of instances) {
      await takeSample(instance, route, { ...rate, seconds: rate.seconds / 2 })
      results.push({ rows: await rowsOf(instance, route), samples: [] })
    }
    // Alternates the instances, forwards and backwards, so that noise on the machine affects all of them.
    for (let round = 0; round < rounds; round++) {
      const order = instances.map((instance, i) => [instance, results[i]] as const)
      for (const [instance, result] of round % 2 === 0 ? order : order.toReversed())
        result?.samples.push(await takeSample(instance, route, rate))
    }
    measured.set(route, results)
  }
  return measured
}

const count = (number: number) => number.toLocaleString('en')

/** Returns the median of each instance, with its ratio to the smallest instance in the same round. */
const compared = (measured: Measured[], of: (sample: Sample) => number): string[] =>
  measured.map(({ samples }, i) => {
    const value = median(samples.map(of)).toFixed(2)
    if (i === 0) return value
    const first = measured[0]?.samples ?? []
    return `${value} (${median(samples.map((sample, round) => of(sample) / of(first[round] ?? sample))).toFixed(2)})`
  })

const report = (measured: Map<Route, Measured[]>): string => {
  const { cores, cpu, node } = machine()
  const rows = [...measured].map(([{ title }, results]) => [
    title,
    ...results.map(({ rows }) => `${rows.read} / ${rows.written}`),
    ...compared(results, ({ cpu }) => cpu),
    ...compared(results, ({ latency }) => latency),
  ])
  const short = sizes.map(({ messages }) => count(messages))
  const head = [
    '',
    ...short.map((size) => `rows, ${size}`),
    ...short.map((size) => `CPU ms, ${size}`),
    ...short.map((size) => `ms, ${size}`),
  ]
  const instances = sizes.map((size) => Object.values(size).map(count).join(' / '))
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cores} cores (${cpu}), Node ${node}: \`npm run bench:growth\`, ${rounds} rounds of ${rate.seconds} s at ${rate.perSecond} requests a second`,
    `Messages / users / rooms: ${instances.join('; ')}. All messages and members are in the requested room. Load average before the start: ${load.toFixed(1)}.`,
    table(head, rows),
  ].join('\n\n')
}

log('building')
await buildWrapped()
const instances: Instance[] = []
try {
  for (const size of sizes) {
    log(`${count(size.messages)} messages`)
    instances.push(await startInstance(size))
  }
  const path = join(import.meta.dirname, '../../docs/performance.md')
  writeFileSync(path, fill(readFileSync(path, 'utf8'), 'growth', report(await measure(instances))))
} finally {
  await Promise.all(instances.map(({ stop }) => stop()))
}
