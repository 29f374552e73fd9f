import { table } from '../../scripts/cost/document.ts'
import { median } from '../statistics.ts'
import { type Machine, occasion, shown } from '../tables.ts'
import type { Way } from './load-generator.ts'
import type { Latency, Load, Memory, Turn } from './measure.ts'
import { baseline, peerOf, peers } from './peers.ts'

export type Results = {
  date: string
  machine: Machine
  loads: Turn<Load>[]
  latencies: Turn<Latency>[]
  memories: Turn<Memory>[]
}

/** A number of a turn, and by how much it is another's of the same round, as the medians of all rounds. */
type Compared = { value: number; ratio: number }

const compare = <Measured>(
  turns: Turn<Measured>[],
  peer: string,
  of: (measured: Measured) => number,
): Compared => {
  const own = turns.filter((turn) => turn.peer === peer)
  const ratios = own.flatMap((turn) => {
    const other = turns.find(({ peer, round }) => peer === baseline && round === turn.round)
    return other ? of(turn) / of(other) : []
  })
  return { value: median(own.map(of)), ratio: median(ratios) }
}

type Slope = { peer: string; round: number; perDelivery: number; perSend: number }

/** What each further listener costs, and what is left of a message without any, from the fewest and the most listeners. */
const slopes = (loads: Turn<Load>[]): Slope[] => {
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
  const text = shown(value, digits)
  return Number.isNaN(ratio) ? text : `${text} (${ratio.toFixed(2)})`
}

const namesIn = (turns: Turn<unknown>[]): string[] => [...new Set(turns.map(({ peer }) => peer))]
const rowsOf = (turns: Turn<unknown>[], cells: (peer: string) => string[]): string[][] =>
  Object.keys(peers)
    .filter((peer) => namesIn(turns).includes(peer))
    .map((peer) => [peerOf(peer).title, ...cells(peer)])

const loadTable = (loads: Turn<Load>[], listeners: number): string => {
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

const wayTitles: Record<Way, string> = {
  frame: 'Sent as a WebSocket frame',
  post: 'Sent by POST',
}

/** The results as text, in Markdown: medians, and in parentheses what they are of the minimal object's. */
export const report = ({ date, machine, loads, latencies, memories }: Results): string => {
  const parts = [occasion(date, machine)]
  parts.push(`In parentheses: times what "${peerOf(baseline).title}" has.`)
  for (const way of ['frame', 'post'] as const) {
    const sent = loads.filter((load) => load.way === way)
    if (sent.length === 0) continue
    const counts = [...new Set(sent.map(({ listeners }) => listeners))]
    const listeners = counts.includes(100) ? 100 : (counts[0] ?? 0)
    parts.push(`${wayTitles[way]}: the server's CPU`, loadTable(sent, listeners))
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
