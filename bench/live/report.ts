import { table } from '../../scripts/cost/document.ts'
import { median } from '../statistics.ts'
import { environment, formatNumber, type Machine } from '../tables.ts'
import type { SendMethod } from './load-generator.ts'
import type { Latency, Load, Memory, Sample } from './measure.ts'
import { baseline, peerOf, peers } from './peers.ts'

export type Results = {
  date: string
  machine: Machine
  loads: Sample<Load>[]
  latencies: Sample<Latency>[]
  memories: Sample<Memory>[]
}

/** The median of a peer, and the median of its ratios to the baseline in the same round. */
type Compared = { value: number; ratio: number }

const compare = <Measured>(
  samples: Sample<Measured>[],
  peer: string,
  of: (measured: Measured) => number,
): Compared => {
  const own = samples.filter((sample) => sample.peer === peer)
  const ratios = own.flatMap((sample) => {
    const other = samples.find(({ peer, round }) => peer === baseline && round === sample.round)
    return other ? of(sample) / of(other) : []
  })
  return { value: median(own.map(of)), ratio: median(ratios) }
}

type Slope = { peer: string; round: number; perDelivery: number; perSend: number }

/** Returns the cost of a further listener and of the send itself, from the fewest and the most listeners. */
const slopes = (loads: Sample<Load>[]): Slope[] => {
  const counts = loads.map(({ listeners }) => listeners)
  const [few, many] = [Math.min(...counts), Math.max(...counts)]
  return loads
    .filter(({ listeners }) => listeners === many)
    .flatMap(({ peer, round, cpuMicroseconds }) => {
      const alone = loads.find((load) => load.listeners === few && load.peer === peer && load.round === round)
      if (!alone) return []
      const perDelivery = (cpuMicroseconds - alone.cpuMicroseconds) / (many - few)
      return { peer, round, perDelivery, perSend: alone.cpuMicroseconds - few * perDelivery }
    })
}

const cell = ({ value, ratio }: Compared, digits: number): string => {
  if (Number.isNaN(value)) return '–'
  const text = formatNumber(value, digits)
  return Number.isNaN(ratio) ? text : `${text} (${ratio.toFixed(2)})`
}

const namesIn = (samples: Sample<unknown>[]): string[] => [...new Set(samples.map(({ peer }) => peer))]
const rowsOf = (samples: Sample<unknown>[], cells: (peer: string) => string[]): string[][] =>
  Object.keys(peers)
    .filter((peer) => namesIn(samples).includes(peer))
    .map((peer) => [peerOf(peer).title, ...cells(peer)])

const loadTable = (loads: Sample<Load>[], listeners: number): string => {
  const at = loads.filter((load) => load.listeners === listeners)
  const lines = slopes(loads)
  return table(
    [
      '',
      `µs per delivery at ${listeners}`,
      'µs per further listener',
      'µs per send',
      `deliveries/s at ${listeners}`,
    ],
    rowsOf(at, (peer) => [
      cell(
        compare(at, peer, (load) => load.cpuMicroseconds / listeners),
        1,
      ),
      cell(
        compare(lines, peer, ({ perDelivery }) => perDelivery),
        1,
      ),
      cell(
        compare(lines, peer, ({ perSend }) => perSend),
        0,
      ),
      cell(
        compare(at, peer, ({ deliveriesPerSecond }) => deliveriesPerSecond),
        0,
      ),
    ]),
  )
}

const methodTitles: Record<SendMethod, string> = {
  frame: 'Sent as a WebSocket frame',
  post: 'Sent by POST',
}

/** Returns the results as Markdown: medians, and in parentheses the ratio to the baseline. */
export const report = ({ date, machine, loads, latencies, memories }: Results): string => {
  const parts = [environment(date, machine)]
  parts.push(`In parentheses: the ratio to "${peerOf(baseline).title}".`)
  for (const method of ['frame', 'post'] as const) {
    const sent = loads.filter((load) => load.method === method)
    if (sent.length === 0) continue
    const counts = [...new Set(sent.map(({ listeners }) => listeners))]
    const listeners = counts.includes(100) ? 100 : (counts[0] ?? 0)
    parts.push(`${methodTitles[method]}: the server's CPU`, loadTable(sent, listeners))
  }
  if (latencies.length > 0)
    parts.push(
      'From a POST to its frames, 50 a second to 100 listeners',
      table(
        ['', 'p50 ms', 'p99 ms'],
        rowsOf(latencies, (peer) => [
          cell(
            compare(latencies, peer, ({ p50 }) => p50),
            1,
          ),
          cell(
            compare(latencies, peer, ({ p99 }) => p99),
            1,
          ),
        ]),
      ),
    )
  if (memories.length > 0)
    parts.push(
      'Memory of the server for each idle socket',
      table(
        ['', 'kB'],
        rowsOf(memories, (peer) => [
          cell(
            compare(memories, peer, ({ bytesPerSocket }) => bytesPerSocket / 1000),
            1,
          ),
        ]),
      ),
    )
  return parts.join('\n\n')
}
