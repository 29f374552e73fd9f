import { table } from '../../scripts/cost/document.ts'
import { type Compared, compare, type Sample, unique, withRatio, withSpread } from '../compare.ts'
import { quantile } from '../statistics.ts'
import { formatNumber } from '../tables.ts'
import type { CountedWork, RemoteResult } from './d1.ts'
import { goalsTable } from './goals.ts'
import { observedPeers, peers, remotePeers } from './peers.ts'
import type { Latency, Throughput } from './rounds.ts'
import { type Route, routes } from './routes.ts'

export type Results = {
  rate: number
  throughputs: Sample<Throughput>[]
  latencies: Sample<Latency>[]
  onDisk: Sample<Throughput>[]
  works: CountedWork[]
  /** Megabytes. */
  memories: Record<string, number>
  remotes: RemoteResult[]
}

const titleOf = (peer: string): string => peers[peer]?.title ?? peer
const perSecond = (sample: Throughput): number => sample.perSecond
const cpu = (sample: Throughput): number => sample.cpuMicroseconds
const at = (share: number) => (sample: Latency) => quantile(sample.latencies, share)

/** Takes all rounds together, because one round has too few requests for a 99th percentile. */
const pooled = (samples: Sample<Latency>[], peer: string, share: number): number =>
  quantile(
    samples.filter((sample) => sample.peer === peer).flatMap(({ latencies }) => latencies),
    share,
  )

/** Compares all peers on one route, as ratios to Parlour. */
const peersTable = ({ throughputs, latencies, memories, rate }: Results, route: Route): string => {
  const loads = throughputs.filter((sample) => sample.route === route)
  const steady = latencies.filter((sample) => sample.route === route)
  const counts = unique(loads.map(({ connections }) => connections))
  const shares = steady.length > 0 ? [0.5, 0.99] : []
  const rows = unique(loads.map(({ peer }) => peer)).map((peer) => {
    const compared = (connections: number, of: (sample: Throughput) => number): Compared => {
      const samples = loads.filter((sample) => sample.connections === connections)
      return compare(samples, [peer, 'parlour'], of)
    }
    const late = shares.map((share) => {
      const compared = compare(steady, [peer, 'parlour'], at(share))
      return withRatio({ ...compared, value: pooled(steady, peer, share) }, 2)
    })
    const memory = memories[peer]
    return [
      titleOf(peer),
      ...counts.map((connections) => withRatio(compared(connections, perSecond), 0)),
      ...counts.map((connections) => withRatio(compared(connections, cpu), 0)),
      ...late,
      memory === undefined ? '–' : formatNumber(memory, 0),
    ]
  })
  const head = [
    '',
    ...counts.map((connections) => `requests/s, ${connections} at once`),
    ...counts.map((connections) => `µs of CPU, ${connections} at once`),
    ...shares.map((share) => `p${share * 100} in ms at ${rate}/s`),
    'MB',
  ]
  return table(head, rows)
}

const workTable = (works: CountedWork[]): string =>
  table(
    ['', 'round trips', 'statements', 'characters of SQL', 'rows read', 'rows written', 'ms in D1'],
    works.map(({ peer, route, ...work }) => [
      `${routes[route]}: ${observedPeers[peer as keyof typeof observedPeers].title}`,
      String(work.roundTrips),
      String(work.statements),
      formatNumber(work.characters, 0),
      String(work.rowsRead),
      String(work.rowsWritten),
      work.milliseconds.toFixed(2),
    ]),
  )

const diskTable = (samples: Sample<Throughput>[]): string =>
  table(
    ['', 'sends/s', 'ratio to Parlour'],
    unique(samples.map(({ peer }) => peer)).map((peer) => {
      const compared = compare(samples, [peer, 'parlour'], perSecond)
      return [titleOf(peer), formatNumber(compared.value, 0), withSpread(compared)]
    }),
  )

const remoteTable = (remotes: RemoteResult[]): string => {
  const names = Object.keys(remotePeers)
  const [first] = remotes
  const head = first?.times.flatMap(({ delay }) => names.map((name) => `${name}, ms at ${delay}`)) ?? []
  const rows = remotes.map(({ route, roundTrips, times }) => [
    routes[route],
    ...names.map((name) => String(roundTrips[name])),
    ...times.flatMap(({ milliseconds }) =>
      names.map((name) => formatNumber(milliseconds[name] ?? Number.NaN, 0)),
    ),
  ])
  return table(['', ...names.map((name) => `${name}, round trips`), ...head], rows)
}

/** Returns the results as Markdown. */
export const report = (results: Results): string => {
  const { throughputs, works, onDisk, remotes } = results
  const parts: string[] = []
  if (throughputs.length > 0)
    parts.push(
      '### Parlour’s goals',
      'The ratio of Parlour to the peer after the slash: the median of the rounds, the least and the most.',
      goalsTable(throughputs, works),
    )
  for (const route of unique(throughputs.map(({ route }) => route)))
    parts.push(
      `### Compared with other servers: ${routes[route]}`,
      'In parentheses: the ratio to Parlour.',
      peersTable(results, route),
    )
  if (works.length > 0)
    parts.push(
      '### D1’s part of a request',
      'Medians of requests one after another; the mean of the time.',
      workTable(works),
    )
  if (onDisk.length > 0) parts.push('### Sends stored on disk, 10 at once', diskTable(onDisk))
  if (remotes.length > 0) parts.push('### With a distant D1', remoteTable(remotes))
  return parts.join('\n\n')
}
