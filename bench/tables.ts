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

/** A table in Markdown: the first column is text, the others are numbers. */
export const table = (head: string[], rows: string[][]): string => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: string[]) =>
    `| ${cells.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
