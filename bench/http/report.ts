import { table } from '../../scripts/cost/document.ts'
import { median, quantile } from '../statistics.ts'
import { formatNumber } from '../tables.ts'
import { baseline, groupPeers, peersWith, remotePeers } from './peers.ts'
import type { RemoteResult } from './remote.ts'
import type { Latency, Sample, Throughput } from './rounds.ts'
import { type Route, routes } from './routes.ts'

export type Results = {
  rate: number
  throughputs: Sample<Throughput>[]
  latencies: Sample<Latency>[]
  onDisk: Sample<Throughput>[]
  groups: Sample<Throughput>[]
  /** Megabytes. */
  memories: Record<string, number>
  remotes: RemoteResult[]
}

/** The median of a peer, and its ratio to another peer in the same round: median, least and most. */
type Compared = { value: number; ratio: number; least: number; most: number }

const compare = <Measured>(
  samples: Sample<Measured>[],
  [peer, other]: [string, string],
  of: (measured: Measured) => number,
): Compared => {
  const own = samples.filter((sample) => sample.peer === peer)
  const ratios = own.flatMap((sample) => {
    const same = samples.find((each) => each.peer === other && each.round === sample.round)
    return same ? of(sample) / of(same) : []
  })
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
  return { value: median(own.map(of)), ratio: median(ratios), least, most }
}

const titles = Object.fromEntries(Object.entries(peersWith({})).map(([name, { title }]) => [name, title]))
const perSecond = (sample: Throughput): number => sample.perSecond
const cpu = (sample: Throughput): number => sample.cpuMicroseconds
const at = (share: number) => (sample: Latency) => quantile(sample.latencies, share)

/** Takes all rounds together, because one round has too few requests for a 99th percentile. */
const pooled = (samples: Sample<Latency>[], peer: string, share: number): number =>
  quantile(
    samples.filter((sample) => sample.peer === peer).flatMap(({ latencies }) => latencies),
    share,
  )

const withSpread = ({ ratio, least, most }: Compared): string =>
  `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`

const unique = <Value>(values: Value[]): Value[] => [...new Set(values)]

type Goal = { text: string; isMet: (ratio: number) => boolean }
const atLeast = (least: number): Goal => ({ text: `≥ ${least}`, isMet: (ratio) => ratio >= least })
const atMost = (most: number): Goal => ({ text: `≤ ${most}`, isMet: (ratio) => ratio <= most })

const verdict = ({ text, isMet }: Goal, ratio: number): string[] => [text, isMet(ratio) ? 'met' : 'missed']

/** Compares Parlour with the baseline on one route: requests a second, CPU and latency. */
const baselineRows = ({ throughputs, latencies, rate }: Results, route: Route): string[][] => {
  const peer = 'parlour'
  const loads = throughputs.filter((sample) => sample.route === route)
  const steady = latencies.filter((sample) => sample.route === route)
  const row = (what: string, compared: Compared, digits: number, baselineValue: number, goal?: Goal) => [
    `${route}: ${what}`,
    formatNumber(baselineValue, digits),
    formatNumber(compared.value, digits),
    withSpread(compared),
    ...(goal ? verdict(goal, compared.ratio) : ['', '']),
  ]
  const counts = unique(loads.map(({ connections }) => connections))
  const loaded = counts.flatMap((connections) => {
    const samples = loads.filter((sample) => sample.connections === connections)
    const [speed, cost] = [
      compare(samples, [peer, baseline], perSecond),
      compare(samples, [peer, baseline], cpu),
    ]
    const baselines = [perSecond, cpu].map((of) => compare(samples, [baseline, baseline], of).value)
    const [baselineSpeed = 0, baselineCost = 0] = baselines
    return [
      row(`requests/s, ${connections} at once`, speed, 0, baselineSpeed, atLeast(0.9)),
      row(`µs of CPU, ${connections} at once`, cost, 0, baselineCost, atMost(1.15)),
    ]
  })
  const late = (steady.length > 0 ? [0.5, 0.99] : []).map((share) => {
    const [own, baselineValue] = [pooled(steady, peer, share), pooled(steady, baseline, share)]
    const compared = { ...compare(steady, [peer, baseline], at(share)), value: own }
    const what = `p${share * 100} in ms at ${rate}/s`
    return row(what, compared, 2, baselineValue, share === 0.99 ? atMost(1.3) : undefined)
  })
  return [...loaded, ...late]
}

const baselineTable = (results: Results): string =>
  table(
    ['', 'the baseline', 'Parlour', 'ratio', 'goal', ''],
    unique(results.throughputs.map(({ route }) => route)).flatMap((route) => baselineRows(results, route)),
  )

/** Compares all peers on one route, as ratios to Parlour. */
const peersTable = ({ throughputs, latencies, memories, rate }: Results, route: Route): string => {
  const loads = throughputs.filter((sample) => sample.route === route)
  const steady = latencies.filter((sample) => sample.route === route)
  const counts = unique(loads.map(({ connections }) => connections))
  const middle = counts.includes(10) ? 10 : (counts[0] ?? 0)
  const shares = steady.length > 0 ? [0.5, 0.99] : []
  const cell = ({ value, ratio }: Compared, digits: number) =>
    `${formatNumber(value, digits)} (${ratio.toFixed(2)})`
  const head = counts.map((connections) => `requests/s, ${connections} at once`)
  const rows = unique(loads.map(({ peer }) => peer)).map((peer) => {
    const of = (connections: number) => loads.filter((sample) => sample.connections === connections)
    const late = shares.map((share) => {
      const compared = compare(steady, [peer, 'parlour'], at(share))
      return cell({ ...compared, value: pooled(steady, peer, share) }, 2)
    })
    return [
      titles[peer] ?? peer,
      ...counts.map((connections) => cell(compare(of(connections), [peer, 'parlour'], perSecond), 0)),
      cell(compare(of(middle), [peer, 'parlour'], cpu), 0),
      ...late,
      formatNumber(memories[peer] ?? Number.NaN, 0),
    ]
  })
  const late = shares.map((share) => `p${share * 100} in ms at ${rate}/s`)
  return table(['', ...head, `µs of CPU, ${middle} at once`, ...late, 'MB'], rows)
}

const diskTable = (samples: Sample<Throughput>[]): string =>
  table(
    ['', 'sends/s', 'ratio to Parlour'],
    unique(samples.map(({ peer }) => peer)).map((peer) => {
      const compared = compare(samples, [peer, 'parlour'], perSecond)
      return [titles[peer] ?? peer, formatNumber(compared.value, 0), withSpread(compared)]
    }),
  )

const groupTable = (samples: Sample<Throughput>[]): string => {
  const peers = groupPeers({})
  const loads = unique(samples.map(({ rooms, connections }) => `${rooms}/${connections}`)).map((load) =>
    samples.filter(({ rooms, connections }) => load === `${rooms}/${connections}`),
  )
  const rows = loads.map((load) => {
    const [{ rooms = 0, connections = 0 } = {}] = load
    const cells = Object.keys(peers).flatMap((peer) => {
      const compared = compare(load, [peer, 'ungrouped'], perSecond)
      return [`${formatNumber(compared.value, 0)} · ${withSpread(compared)}`]
    })
    return [`${connections} at once, ${rooms === 1 ? 'one room' : `${rooms} rooms`}`, ...cells]
  })
  return table(['', ...Object.values(peers).map(({ title }) => title)], rows)
}

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
  const { throughputs } = results
  const parts = ['### Compared with the baseline', baselineTable(results)]
  for (const route of (['send', 'page'] as const).filter((route) =>
    throughputs.some((sample) => sample.route === route),
  ))
    parts.push(
      `### Compared with other servers: ${routes[route]}`,
      'In parentheses: the ratio to Parlour.',
      peersTable(results, route),
    )
  if (results.onDisk.length > 0) parts.push('### Sends stored on disk, 10 at once', diskTable(results.onDisk))
  if (results.groups.length > 0)
    parts.push(
      '### Sends that share a round trip to D1: requests/s of the baseline',
      'Each with its ratio to sends without grouping. The decision: [18](decisions/0018-no-group-commit.md).',
      groupTable(results.groups),
    )
  if (results.remotes.length > 0) parts.push('### With a distant D1', remoteTable(results.remotes))
  return parts.join('\n\n')
}
