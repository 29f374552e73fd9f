import { table } from '../../scripts/cost/document.ts'
import { compare, type Sample, withRatio } from '../compare.ts'
import { environment, type Machine } from '../tables.ts'
import type { SendMethod } from './load-generator.ts'
import type { Latency, Load, Memory } from './measure.ts'
import { baseline, peerOf, peers } from './peers.ts'

export type Results = {
  date: string
  machine: Machine
  loads: Sample<Load>[]
  latencies: Sample<Latency>[]
  memories: Sample<Memory>[]
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

/** Returns a cell with the median of a peer, and its ratio to the minimal object. */
const cell = <Measured>(
  samples: Sample<Measured>[],
  peer: string,
  digits: number,
  of: (measured: Measured) => number,
): string => withRatio(compare(samples, [peer, baseline], of), digits)

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
      cell(at, peer, 1, (load) => load.cpuMicroseconds / listeners),
      cell(lines, peer, 1, ({ perDelivery }) => perDelivery),
      cell(lines, peer, 0, ({ perSend }) => perSend),
      cell(at, peer, 0, ({ deliveriesPerSecond }) => deliveriesPerSecond),
    ]),
  )
}

const methodTitles: Record<SendMethod, string> = {
  frame: 'Sent as a WebSocket frame',
  post: 'Sent by POST',
}

/** Returns the results as Markdown: medians, and in parentheses the ratio to the baseline. */
export const report = ({ date, machine, loads, latencies, memories }: Results): string => {
  const parts = [environment(date, machine), `In parentheses: the ratio to "${peerOf(baseline).title}".`]
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
          cell(latencies, peer, 1, ({ p50 }) => p50),
          cell(latencies, peer, 1, ({ p99 }) => p99),
        ]),
      ),
    )
  if (memories.length > 0)
    parts.push(
      'Memory of the server for each idle socket',
      table(
        ['', 'kB'],
        rowsOf(memories, (peer) => [cell(memories, peer, 1, ({ bytesPerSocket }) => bytesPerSocket / 1000)]),
      ),
    )
  return parts.join('\n\n')
}
