/** Formats a number with two significant digits, or as a whole number where it has more. */
export const round = (value: number, digits = 2): string => {
  if (value === 0) return '0'
  const unit = 10 ** Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))))
  const rounded = value >= 10 ** digits ? Math.round(value) : Math.round(value * unit) / unit
  return rounded.toLocaleString('en', { maximumFractionDigits: 9 })
}

/** Formats an estimate with that many significant digits, followed by zeros. */
export const about = (value: number, digits = 2): string =>
  Number(value.toPrecision(digits)).toLocaleString('en', { maximumFractionDigits: 9 })

/** Formats dollars and cents. Less than a cent is `< $0.01`. */
export const dollars = (value: number): string =>
  value > 0 && value < 0.01
    ? '< $0.01'
    : `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`

/** Returns a Markdown table. The first column is text, the others are numbers. */
export const table = (head: string[], rows: string[][]): string => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: string[]) =>
    `| ${cells.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** Replaces the text between the markers of `name` by `content`. */
export const fill = (text: string, name: string, content: string): string => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The markers "${begin}" and "${end}" are missing.`)
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`
}
