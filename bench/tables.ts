import { availableParallelism, cpus } from 'node:os'

export type Machine = { cpu: string; cores: number; node: string }

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
})

/** Describes the date and the machine of a measurement in one line. */
export const environment = (date: string, { cpu, cores, node }: Machine): string =>
  `${date.slice(0, 10)}, ${cores} cores (${cpu}), Node ${node}`

/** Formats a number for the tables. */
export const formatNumber = (value: number, digits: number): string =>
  Math.round(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(digits)
