import { median } from './statistics.ts'
import { formatNumber } from './tables.ts'

/** One measurement of one peer in a round. The peers alternate, so that noise on the machine affects all of them. */
export type Sample<Measured> = Measured & { peer: string; round: number }

/** The median of a peer, and its ratio to another peer in the same round: median, least and most. */
export type Compared = { value: number; ratio: number; least: number; most: number }

export const compare = <Measured>(
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

/** Formats a value with the ratio to another peer; only the value where there is no other peer. */
export const withRatio = ({ value, ratio }: Compared, digits: number): string => {
  if (Number.isNaN(value)) return '–'
  const text = formatNumber(value, digits)
  return Number.isNaN(ratio) ? text : `${text} (${ratio.toFixed(2)})`
}

/** Formats a ratio with its spread. */
export const withSpread = ({ ratio, least, most }: Compared): string =>
  `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`

export const unique = <Value>(values: Value[]): Value[] => [...new Set(values)]

export type Bound = { text: string; isMet: (ratio: number) => boolean }
export const atLeast = (least: number): Bound => ({ text: `≥ ${least}`, isMet: (ratio) => ratio >= least })
export const atMost = (most: number): Bound => ({ text: `≤ ${most}`, isMet: (ratio) => ratio <= most })

/** Returns *met* or *missed*, or a dash for a goal that was not measured. */
export const verdict = ({ isMet }: Bound, value: number): string => {
  if (Number.isNaN(value)) return '–'
  return isMet(value) ? 'met' : '**missed**'
}
