import { availableParallelism, cpus } from 'node:os'

export type Machine = { cpu: string; cores: number; node: string }

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  node: process.version,
})

/** Where and when something was measured, in a line. */
export const occasion = (date: string, { cpu, cores, node }: Machine): string =>
  `${date.slice(0, 10)}, ${cores} cores (${cpu}), Node ${node}`

/** A number as the tables show it. */
export const shown = (value: number, digits: number): string =>
  Math.round(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(digits)
