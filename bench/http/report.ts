import { table } from '../../scripts/cost/document.ts'
import { median, quantile } from '../statistics.ts'
import { shown } from '../tables.ts'
import type { Far } from './far.ts'
import { baseline, farPeers, groupPeers, peersWith } from './peers.ts'
import type { Latency, Throughput, Turn } from './rounds.ts'
import { type Route, routes } from './routes.ts'

export type Results = {
  rate: number
  throughputs: Turn<Throughput>[]
  latencies: Turn<Latency>[]
  onDisk: Turn<Throughput>[]
  groups: Turn<Throughput>[]
  /** Megabytes. */
  memories: Record<string, number>
  fars: Far[]
}

/** What one has, and by how much that is another's in the same round: the median, the least and the most. */
type Compared = { value: number; ratio: number; least: number; most: number }

const compare = <Measured>(
  turns: Turn<Measured>[],
  [peer, other]: [string, string],
  of: (measured: Measured) => number,
): Compared => {
  const own = turns.filter((turn) => turn.peer === peer)
  const ratios = own.flatMap((turn) => {
    const same = turns.find((each) => each.peer === other && each.round === turn.round)
    return same ? of(turn) / of(same) : []
  })
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)]
  return { value: median(own.map(of)), ratio: median(ratios), least, most }
}

const titles = Object.fromEntries(Object.entries(peersWith({})).map(([name, { title }]) => [name, title]))
const perSecond = (turn: Throughput): number => turn.perSecond
const cpu = (turn: Throughput): number => turn.cpuMicroseconds
const at = (share: number) => (turn: Latency) => quantile(turn.latencies, share)

/** Of all rounds together, because one has too few requests for its slowest hundredth. */
const pooled = (turns: Turn<Latency>[], peer: string, share: number): number =>
  quantile(
    turns.filter((turn) => turn.peer === peer).flatMap(({ latencies }) => latencies),
    share,
  )

const withSpread = ({ ratio, least, most }: Compared): string =>
  `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`

const unique = <Value>(values: Value[]): Value[] => [...new Set(values)]

type Goal = { text: string; isMet: (ratio: number) => boolean }
const atLeast = (least: number): Goal => ({ text: `≥ ${least}`, isMet: (ratio) => ratio >= least })
const atMost = (most: number): Goal => ({ text: `≤ ${most}`, isMet: (ratio) => ratio <= most })

const verdict = ({ text, isMet }: Goal, ratio: number): string[] => [text, isMet(ratio) ? 'met' : 'missed']

/** Parlour beside the floor on one route: how fast, at which cost, how late. */
const floorRows = ({ throughputs, latencies, rate }: Results, route: Route): string[][] => {
  const peer = 'parlour'
  const loads = throughputs.filter((turn) => turn.route === route)
  const paced = latencies.filter((turn) => turn.route === route)
  const row = (what: string, compared: Compared, digits: number, floor: number, goal?: Goal) => [
    `${route}: ${what}`,
    shown(floor, digits),
    shown(compared.value, digits),
    withSpread(compared),
    ...(goal ? verdict(goal, compared.ratio) : ['', '']),
  ]
  const counts = unique(loads.map(({ connections }) => connections))
  const loaded = counts.flatMap((connections) => {
    const turns = loads.filter((turn) => turn.connections === connections)
    const [speed, cost] = [compare(turns, [peer, baseline], perSecond), compare(turns, [peer, baseline], cpu)]
    const floors = [perSecond, cpu].map((of) => compare(turns, [baseline, baseline], of).value)
    const [floorSpeed = 0, floorCost = 0] = floors
    return [
      row(`requests/s, ${connections} at once`, speed, 0, floorSpeed, atLeast(0.9)),
      row(`µs of CPU, ${connections} at once`, cost, 0, floorCost, atMost(1.15)),
    ]
  })
  const late = (paced.length > 0 ? [0.5, 0.99] : []).map((share) => {
    const [own, floor] = [pooled(paced, peer, share), pooled(paced, baseline, share)]
    const compared = { ...compare(paced, [peer, baseline], at(share)), value: own }
    const what = `p${share * 100} in ms at ${rate}/s`
    return row(what, compared, 2, floor, share === 0.99 ? atMost(1.3) : undefined)
  })
  return [...loaded, ...late]
}

const floorTable = (results: Results): string =>
  table(
    ['', 'the floor', 'Parlour', 'ratio', 'goal', ''],
    unique(results.throughputs.map(({ route }) => route)).flatMap((route) => floorRows(results, route)),
  )

/** Everybody on one route; in parentheses, times what Parlour has. */
const peersTable = ({ throughputs, latencies, memories, rate }: Results, route: Route): string => {
  const loads = throughputs.filter((turn) => turn.route === route)
  const paced = latencies.filter((turn) => turn.route === route)
  const counts = unique(loads.map(({ connections }) => connections))
  const middle = counts.includes(10) ? 10 : (counts[0] ?? 0)
  const shares = paced.length > 0 ? [0.5, 0.99] : []
  const cell = ({ value, ratio }: Compared, digits: number) => `${shown(value, digits)} (${ratio.toFixed(2)})`
  const head = counts.map((connections) => `requests/s, ${connections} at once`)
  const rows = unique(loads.map(({ peer }) => peer)).map((peer) => {
    const of = (connections: number) => loads.filter((turn) => turn.connections === connections)
    const late = shares.map((share) => {
      const compared = compare(paced, [peer, 'parlour'], at(share))
      return cell({ ...compared, value: pooled(paced, peer, share) }, 2)
    })
    return [
      titles[peer] ?? peer,
      ...counts.map((connections) => cell(compare(of(connections), [peer, 'parlour'], perSecond), 0)),
      cell(compare(of(middle), [peer, 'parlour'], cpu), 0),
      ...late,
      shown(memories[peer] ?? Number.NaN, 0),
    ]
  })
  const late = shares.map((share) => `p${share * 100} in ms at ${rate}/s`)
  return table(['', ...head, `µs of CPU, ${middle} at once`, ...late, 'MB'], rows)
}

const diskTable = (turns: Turn<Throughput>[]): string =>
  table(
    ['', 'sends/s', 'times Parlour’s'],
    unique(turns.map(({ peer }) => peer)).map((peer) => {
      const compared = compare(turns, [peer, 'parlour'], perSecond)
      return [titles[peer] ?? peer, shown(compared.value, 0), withSpread(compared)]
    }),
  )

const groupTable = (turns: Turn<Throughput>[]): string => {
  const peers = groupPeers({})
  const loads = unique(turns.map(({ rooms, connections }) => `${rooms}/${connections}`)).map((load) =>
    turns.filter(({ rooms, connections }) => load === `${rooms}/${connections}`),
  )
  const rows = loads.map((load) => {
    const [{ rooms = 0, connections = 0 } = {}] = load
    const cells = Object.keys(peers).flatMap((peer) => {
      const compared = compare(load, [peer, 'alone'], perSecond)
      return [`${shown(compared.value, 0)} · ${withSpread(compared)}`]
    })
    return [`${connections} at once, ${rooms === 1 ? 'one room' : `${rooms} rooms`}`, ...cells]
  })
  return table(['', ...Object.values(peers).map(({ title }) => title)], rows)
}

const farTable = (fars: Far[]): string => {
  const names = Object.keys(farPeers)
  const [first] = fars
  const head = first?.times.flatMap(({ away }) => names.map((name) => `${name}, ms at ${away}`)) ?? []
  const rows = fars.map(({ route, trips, times }) => [
    routes[route],
    ...names.map((name) => String(trips[name])),
    ...times.flatMap(({ milliseconds }) => names.map((name) => shown(milliseconds[name] ?? Number.NaN, 0))),
  ])
  return table(['', ...names.map((name) => `${name}, round trips`), ...head], rows)
}

/** The results as text, in Markdown. */
export const report = (results: Results): string => {
  const { throughputs } = results
  const parts = ['### Beside the floor', floorTable(results)]
  for (const route of (['send', 'page'] as const).filter((route) =>
    throughputs.some((turn) => turn.route === route),
  ))
    parts.push(
      `### Beside others: ${routes[route]}`,
      'In parentheses: times what Parlour has.',
      peersTable(results, route),
    )
  if (results.onDisk.length > 0)
    parts.push('### Sends, stored on the disk of the machine, 10 at once', diskTable(results.onDisk))
  if (results.groups.length > 0)
    parts.push(
      '### Sends that share a round trip to D1: the floor’s requests/s',
      'Beside each, times those of each by itself. The decision: [18](decisions/0018-no-group-commit.md).',
      groupTable(results.groups),
    )
  if (results.fars.length > 0) parts.push('### With D1 far away', farTable(results.fars))
  return parts.join('\n\n')
}
